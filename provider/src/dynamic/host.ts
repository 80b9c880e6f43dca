import type { dynamic } from "@pulumi/pulumi";
import type { Peridio } from "../api";
import { peridio } from "../core/configuration";
import { Refusal } from "../core/errors";
import { labelled, type Names } from "../core/explain";
import { type Declaration, Lifecycle, type State, type Update } from "../core/lifecycle";
import type { AnyResource } from "../core/resource";
import { hasUnknowns, type Values } from "../core/values";
import { resources } from "../resources";
import { failure } from "./failure";
import { hidden, receive, remembered, send } from "./properties";
import type { Host } from "./remote";
import { settingsOf } from "./settings";

/**
 * Pulumi's dynamic provider protocol, spoken for the resources of this package. Preview calls only `check` and `diff`, so
 * they also do what can be foreseen of a create and an update.
 */
export const serve: Host["serve"] = (token, config) => {
  const resource = resourceOf(token);
  const lifecycle = () => sessionFor(config).lifecycle;

  async function attempt<Result>(sent: Values, operation: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      throw failure(error, resource, sent, await namesFor(config));
    }
  }

  return {
    check: (olds: Values, news: Values) =>
      attempt(news, async () => {
        const { values: declared, urn, importId } = receive(news);
        // The engine sends nothing for "there was none".
        const isNew = Object.keys(olds).length === 0;
        const declaration = { urn, declared };
        const { values, failures } = lifecycle().check(resource, declaration, isNew ? undefined : receive(olds).values);
        if (isNew && failures.length === 0 && !hasUnknowns(values)) {
          if (importId === undefined) await lifecycle().planCreate(resource, { urn, declared: values });
          else await takeOver(lifecycle(), resource, { urn, declared: values }, importId);
        }
        return {
          inputs: { ...hidden(news), ...send(values) },
          failures: failures.map(({ path, reason }) => ({ property: path, reason })),
        };
      }),

    diff: (id, olds: Values, news: Values) =>
      attempt(news, () => {
        const update = change(id, olds, news);
        const differences = lifecycle().diff(resource, update);
        const replaces = differences.filter(({ replace }) => replace).map(({ property }) => property);
        if (differences.length > 0 && replaces.length === 0) lifecycle().planUpdate(resource, update);
        return { changes: differences.length > 0, replaces };
      }),

    create: (news: Values) =>
      attempt(news, async () => {
        const { values: declared, urn, importId } = receive(news);
        const { id, outputs } =
          importId === undefined
            ? await lifecycle().create(resource, { urn, declared })
            : await takeOver(lifecycle(), resource, { urn, declared }, importId);
        return { id, outs: remembered(outputs, urn, declared) };
      }),

    read: (id, props: Values = {}) =>
      attempt(props, async () => {
        const { declared, urn } = receive(props);
        const found = await lifecycle().read(resource, { urn, id, declared });
        if (found === undefined) return {};
        return {
          id: found.id,
          props: remembered(found.outputs, urn, declared),
          inputs: { ...send(found.inputs), __urn: urn },
        };
      }),

    update: (id, olds: Values, news: Values) =>
      attempt(news, async () => {
        const update = change(id, olds, news);
        const { outputs } = await lifecycle().update(resource, update);
        return { outs: remembered(outputs, update.urn, update.declared) };
      }),

    delete: (id, props: Values) =>
      attempt(props, async () => {
        const { values: state, urn, declared: declaredBefore } = receive(props);
        await lifecycle().delete(resource, { urn, id, declaredBefore, state });
      }),
  };
};

function resourceOf(token: string): AnyResource {
  const resource = resources.find((one) => one.token === token);
  if (resource === undefined) throw new Refusal(`the Peridio provider has no resource ${token}`);
  return resource;
}

interface Session {
  readonly api: Peridio;
  readonly lifecycle: Lifecycle;
}

/** One for all resources with the same settings: it shares what it reads, and remembers what is declared. */
const sessions = new Map<string, Session>();

function sessionFor(config: dynamic.Config): Session {
  const settings = settingsOf(config);
  const key = JSON.stringify(settings);
  const known = sessions.get(key);
  if (known !== undefined) return known;
  const api = peridio(settings, process.env, (level, text) => {
    if (level === "info") tell(text);
  });
  const lifecycle = new Lifecycle(api, (_urn, text) => {
    tell(`warning: ${text}`);
  });
  const session = { api, lifecycle };
  sessions.set(key, session);
  return session;
}

/** The engine shows what its plugins write to the standard error. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function change(id: string, olds: Values, news: Values): Update {
  const { values: state, declared: declaredBefore } = receive(olds);
  const { values: declared, urn } = receive(news);
  // The engine itself puts ignored inputs back, to what a refresh last found.
  return { urn, id, declared, declaredBefore, state, ignore: [] };
}

/** What exists, if it is what is declared: the option `import`, which the dynamic host does not know. */
async function takeOver(
  lifecycle: Lifecycle,
  resource: AnyResource,
  { urn, declared }: Declaration,
  importId: string,
): Promise<State> {
  const found = await lifecycle.read(resource, { urn, id: importId, declared: {} });
  const object = `${labelled(resource)} ${importId}`;
  if (found === undefined) throw new Refusal(`${object} cannot be imported: Peridio has no such thing.`);
  const { id, outputs: state } = found;
  const differences = lifecycle
    .diff(resource, { urn, id, declared, declaredBefore: {}, state, ignore: [] })
    .filter(({ property }) => property in declared);
  if (differences.length === 0) return found;
  const list = differences
    .map(({ property }) => `${property} is ${JSON.stringify(state[property] ?? null)}`)
    .join(", ");
  throw new Refusal(
    `${object} was not imported, because it is not what is declared: ${list}. Declare what there is, and change it after the import.`,
  );
}

/** Organizations' names by id, as far as they can be known. */
async function namesFor(config: dynamic.Config): Promise<Names> {
  try {
    const { organizations } = await sessionFor(config).api.caller();
    return new Map(organizations.map(({ id, name }) => [id, name]));
  } catch {
    return new Map();
  }
}
