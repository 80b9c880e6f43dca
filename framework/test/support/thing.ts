import * as z from "zod";
import { type AnyClient, defineResourceFor } from "../../src";

const text = z.string().meta({ description: "A text." });
const number = z.int().meta({ description: "A number." });

const inputs = z.object({
  shelf: text.meta({ replaceOnChange: true }),
  name: text.meta({ replaceOnChange: true, comparable: lower }),
  kind: text.meta({ immutable: true, comparable: lower }).optional(),
  note: text.optional(),
  color: text.meta({ resetsTo: () => "grey" }).optional(),
  sizes: z.array(number).optional().meta({
    description: "Numbers in any order.",
    itemKey: String,
  }),
  parts: z
    .record(z.string(), number)
    .optional()
    .meta({ description: "Numbers by name.", entryKey: (key) => key.toLowerCase() }),
  mode: text.meta({ providerOnly: true }).optional(),
});

/** The properties that the warehouse stores. */
const remote = inputs.omit({ mode: true });

const outputs = inputs.extend({ color: text, serial: text.optional() });

const query = z.object({ shelf: z.string().optional().meta({ description: "Only of this shelf." }) });

type Thing = z.output<typeof outputs> & { readonly id: string };

function lower(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** A warehouse of things that records its requests. */
export class Warehouse {
  readonly requests: string[] = [];
  readonly #things: Map<string, Thing>;

  constructor(...things: readonly Thing[]) {
    this.#things = new Map(things.map((thing) => [thing.id, thing]));
  }

  get(id: string): Thing | undefined {
    this.requests.push(`get ${id}`);
    return this.#things.get(id);
  }

  put(thing: Thing, changes: unknown): Thing {
    this.requests.push(`put ${thing.id} ${JSON.stringify(changes)}`);
    this.#things.set(thing.id, thing);
    return thing;
  }

  remove(id: string): void {
    this.requests.push(`remove ${id}`);
    this.#things.delete(id);
  }

  ids(): readonly string[] {
    return [...this.#things.keys()];
  }
}

const defineResource = defineResourceFor<AnyClient>();

/** A resource with a property of every kind. Only tests use it. */
export function thingIn(warehouse: Warehouse) {
  return defineResource({
    token: "test:index:Thing",
    description: "A thing on a shelf.",
    example: "",
    rights: { read: "any", create: "any", update: "any", delete: "any" },
    inputs,
    outputs,
    query,
    identity: ["shelf", "name"],
    resolveImportId: (_, id) => Promise.resolve(id.replace("shelf one", "one")),
    findExisting: (_, { shelf, name }) => Promise.resolve(warehouse.get(`${shelf}/${name.toLowerCase()}`)),
    create: (_, desired) => {
      const id = `${desired.shelf}/${desired.name.toLowerCase()}`;
      const sent = remote.parse(desired);
      return Promise.resolve(warehouse.put({ id, serial: "1", ...sent, color: sent.color ?? "grey" }, sent));
    },
    read: (_, id) => Promise.resolve(warehouse.get(id)),
    update: (_, desired, observed, changes) => {
      const sent = remote.parse(desired);
      return Promise.resolve(warehouse.put({ ...observed, ...sent, color: sent.color ?? "grey" }, changes));
    },
    delete: (_, { id }) => {
      warehouse.remove(id);
      return Promise.resolve();
    },
    list: async function* (_, { shelf }) {
      for (const id of warehouse.ids()) {
        if (shelf === undefined || id.startsWith(`${shelf}/`)) yield await Promise.resolve({ id, name: id });
      }
    },
  });
}

/** A thing in the API, its declaration in a program, and its URN. */
export const bob = { id: "one/bob", shelf: "one", name: "bob", color: "grey", serial: "7" };
export const declaredBob = { shelf: "one", name: "bob" };
export const urnOf = (name: string) => `urn:pulumi:test::test::test:index:Thing::${name}`;
