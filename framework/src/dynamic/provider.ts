import { UserError } from "../errors";
import { getTypeName } from "../explain";
import { type Declaration, migrate, type State, type Update } from "../state";
import * as operations from "../operations";
import { parentInput } from "../parents";
import { getBehaviours } from "../property";
import type { AnyResource } from "../resource";
import { hasUnknowns, isSameValue, type Values } from "../values";
import type { HostExports } from "./program/host";
import {
  createFailure,
  createState,
  keepSecrets,
  markSecrets,
  pickHidden,
  type Properties,
  receive,
  secrets,
  send,
} from "./properties";
import type { Session } from "./session";

type OpenSession = Pick<Session, "run" | "refreshing" | "flush">;

/**
 * Pulumi's dynamic provider protocol for one resource. A preview calls only `check` and `diff`, so these also return the errors and
 * warnings of previews.
 */
export function createResourceProvider(
  resource: AnyResource,
  open: () => OpenSession,
): ReturnType<HostExports["serve"]> {
  function receiveStored(stored: Values): Properties {
    const { values, declared, secret, ...others } = receive(stored);
    const current = migrate(resource, values, new Set(secret));
    const inputs = migrate(resource, declared, new Set());
    return { ...others, values: current.values, declared: inputs.values, secret: [...current.secret] };
  }

  function change(id: string, olds: Values, news: Values): Update {
    const { values: state, declared: priorInputs, secret: before } = receiveStored(olds);
    const { values: declared, urn, secret } = receive(news);
    // The engine itself resets ignored inputs to their values at the last refresh.
    return { urn, id, declared, priorInputs, state, ignore: [], secret: new Set([...secret, ...before]) };
  }

  /** Runs an operation on the properties `sent`, which replace the properties `before`. */
  async function attempt<Result>(
    [sent, ...before]: readonly [Values, ...Values[]],
    operation: (run: operations.Run, refreshing: Session["refreshing"]) => Result | Promise<Result>,
  ): Promise<Result> {
    let session: OpenSession | undefined;
    try {
      for (const properties of [sent, ...before]) keepSecrets(properties, getBehaviours(resource.inputs));
      session = open();
      return await operation(session.run, session.refreshing);
    } catch (error) {
      throw createFailure(error, sent);
    } finally {
      await session?.flush();
    }
  }

  return {
    check: (olds, news) =>
      attempt([news, olds], async (run, refreshing) => {
        const { values: sent, urn, importId, secret } = receive(news);
        refreshing.delete(urn);
        // The engine sends no properties if the resource is new.
        const isNew = Object.keys(olds).length === 0;
        const before = isNew ? undefined : receiveStored(olds).values;
        const { values: declared, failures } = operations.check(run, resource, { urn, declared: sent }, before);
        if (isNew && failures.length === 0 && !hasUnknowns(declared)) {
          if (importId === undefined) await operations.previewCreate(run, resource, { urn, declared });
          else await importObject(run, resource, { urn, declared, secret: new Set(secret) }, importId);
        }
        return {
          inputs: { ...pickHidden(news), ...send(declared) },
          failures: secrets
            .redactFailures(failures, sent, new Set(secret))
            .map(({ path, reason }) => ({ property: path, reason })),
        };
      }),

    diff: (id, olds, news) =>
      attempt([news, olds], async (run, refreshing) => {
        const update = change(id, olds, news);
        const differences = await operations.diff(run, resource, update);
        const replaces = differences.filter(({ replace }) => replace).map(({ property }) => property);
        // A refresh compares what it has read with the prior inputs, and then no update follows.
        const isUpdate = differences.length > 0 && replaces.length === 0 && !refreshing.has(update.urn);
        if (isUpdate) await operations.previewUpdate(run, resource, update);
        // Delete receives only outputs, and only an update writes them.
        const isRecorded = isSameValue(update.state[parentInput], update.declared[parentInput]);
        const isEarly = resource.deleteBeforeReplace === true && { deleteBeforeReplace: true };
        return { changes: differences.length > 0 || !isRecorded, replaces, ...isEarly };
      }),

    create: (news) =>
      attempt([news], async (run) => {
        const { values: declared, urn, importId, secret } = receive(news);
        const declaration = { urn, declared, secret: new Set(secret) };
        const { id, outputs } =
          importId === undefined
            ? await operations.create(run, resource, declaration)
            : await importObject(run, resource, declaration, importId);
        return { id, outs: createState(outputs, declaration, secret) };
      }),

    read: (id, state = {}) =>
      attempt([state], async (run, refreshing) => {
        const { values: known, declared, urn, secret } = receiveStored(state);
        refreshing.add(urn);
        const found = await operations.read(run, resource, { urn, id, declared, state: known });
        if (found === undefined) return {};
        const props = createState(found.outputs, { urn, declared }, secret);
        return { id: found.id, props, inputs: { ...send(found.inputs), __urn: urn, ...markSecrets(secret) } };
      }),

    update: (id, olds, news) =>
      attempt([news, olds], async (run) => {
        const update = change(id, olds, news);
        const { outputs } = await operations.update(run, resource, update);
        return { outs: createState(outputs, update, receive(news).secret) };
      }),

    delete: (id, olds) =>
      attempt([olds], async (run) => {
        const { values: state, urn, declared: priorInputs } = receiveStored(olds);
        await operations.delete(run, resource, { urn, id, priorInputs, state });
      }),
  };
}

/**
 * Imports an object for the resource option `import`, which Pulumi's dynamic host does not support. Writes nothing.
 * @throws UserError with the differences if the object is not exactly as declared
 */
async function importObject(
  run: operations.Run,
  resource: AnyResource,
  { urn, declared, secret }: Declaration,
  importId: string,
): Promise<State> {
  const object = `${getTypeName(resource)} ${importId}`;
  const found = await operations.read(run, resource, { urn, id: importId, declared: {}, state: {} });
  if (found === undefined)
    throw new UserError(
      `${object} cannot be imported: it does not exist. Correct the id in the option \`import\`, or remove the option.`,
    );
  const { id, outputs: state } = found;
  const differences = await operations.diff(run, resource, { urn, id, declared, priorInputs: {}, state, ignore: [] });
  const different = differences.map(({ property }) => property).filter((property) => property in declared);
  if (different.length === 0) return found;
  // A map has a difference for each entry. The message shows the map once.
  const list = [...new Set(different)]
    .map((property) => {
      const isSecret = secret?.has(property) === true;
      return isSecret ? `${property} = [secret]` : `${property} = ${JSON.stringify(state[property] ?? null)}`;
    })
    .join(", ");
  throw new UserError(
    `${object} was not imported: the program declares other values. The existing values are ${list}. Declare the existing values, and change them after the import.`,
  );
}
