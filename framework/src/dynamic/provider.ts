import type { Lifecycle, Update } from "../lifecycle";
import type { AnyResource } from "../resource";
import { parentInput } from "../parents";
import { hasUnknowns, same, type Values } from "../values";
import type { Host } from "./program/host";
import { failure } from "./failure";
import { takeOver } from "./importing";
import { hidden, marks, receive, remembered, send } from "./properties";
import { keepSecrets, secrets } from "./secrets";
import type { Session } from "./sessions";

/**
 * Pulumi's dynamic provider protocol, spoken for the resources of this package. A preview calls only `check` and `diff`, so
 * these also refuse and warn of what a create and an update would.
 */
export function resourceProvider(resource: AnyResource, open: () => Session): ReturnType<Host["serve"]> {
  /** `sent` are the properties that it is about; then come those that they take the place of. */
  async function attempt<Result>(
    [sent, ...before]: readonly [Values, ...Values[]],
    operation: (lifecycle: Lifecycle) => Result | Promise<Result>,
  ): Promise<Result> {
    let session: Session | undefined;
    try {
      for (const properties of [sent, ...before]) keepSecrets(properties, resource.changes);
      session = open();
      return await operation(session.lifecycle);
    } catch (error) {
      throw failure(error, sent);
    } finally {
      await session?.warned();
    }
  }

  return {
    check: (olds, news) =>
      attempt([news, olds], async (lifecycle) => {
        const { values: sent, urn, importId, secret } = receive(news);
        // The engine sends nothing for "there was none".
        const isNew = Object.keys(olds).length === 0;
        const before = isNew ? undefined : receive(olds).values;
        const { values: declared, failures } = lifecycle.check(resource, { urn, declared: sent }, before);
        if (isNew && failures.length === 0 && !hasUnknowns(declared)) {
          if (importId === undefined) await lifecycle.previewCreate(resource, { urn, declared });
          else await takeOver(lifecycle, resource, { urn, declared }, importId);
        }
        return {
          inputs: { ...hidden(news), ...send(declared) },
          failures: secrets
            .redactFailures(failures, sent, new Set(secret))
            .map(({ path, reason }) => ({ property: path, reason })),
        };
      }),

    diff: (id, olds, news) =>
      attempt([news, olds], async (lifecycle) => {
        const update = change(id, olds, news);
        const differences = lifecycle.diff(resource, update);
        const replaces = differences.filter(({ replace }) => replace).map(({ property }) => property);
        if (differences.length > 0 && replaces.length === 0) await lifecycle.previewUpdate(resource, update);
        // Delete sees only outputs, and only an update writes them.
        const isRecorded = same(update.state[parentInput], update.declared[parentInput]);
        return { changes: differences.length > 0 || !isRecorded, replaces };
      }),

    create: (news) =>
      attempt([news], async (lifecycle) => {
        const { values: declared, urn, importId, secret } = receive(news);
        const declaration = { urn, declared, secret: new Set(secret) };
        const { id, outputs } =
          importId === undefined
            ? await lifecycle.create(resource, declaration)
            : await takeOver(lifecycle, resource, declaration, importId);
        return { id, outs: remembered(outputs, declaration, secret) };
      }),

    read: (id, state = {}) =>
      attempt([state], async (lifecycle) => {
        const { values: known, declared, urn, secret } = receive(state);
        const found = await lifecycle.read(resource, { urn, id, declared, state: known });
        if (found === undefined) return {};
        const props = remembered(found.outputs, { urn, declared }, secret);
        return { id: found.id, props, inputs: { ...send(found.inputs), __urn: urn, ...marks(secret) } };
      }),

    update: (id, olds, news) =>
      attempt([news, olds], async (lifecycle) => {
        const update = change(id, olds, news);
        const { outputs } = await lifecycle.update(resource, update);
        return { outs: remembered(outputs, update, receive(news).secret) };
      }),

    delete: (id, olds) =>
      attempt([olds], async (lifecycle) => {
        const { values: state, urn, declared: declaredBefore } = receive(olds);
        await lifecycle.delete(resource, { urn, id, declaredBefore, state });
      }),
  };
}

function change(id: string, olds: Values, news: Values): Update {
  const { values: state, declared: declaredBefore, secret: before } = receive(olds);
  const { values: declared, urn, secret } = receive(news);
  // The engine puts ignored inputs back by itself, to what the last refresh found.
  return { urn, id, declared, declaredBefore, state, ignore: [], secret: new Set([...secret, ...before]) };
}
