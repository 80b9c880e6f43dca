import { z } from "zod";
import { connect } from "../api";
import { Incomplete } from "./errors";
import { Failed, Lifecycle } from "./lifecycle";
import type { AnyResource, Resource } from "./resource";

const text = z.string().meta({ description: "A text." });
const inputs = z.object({ name: text, note: text.optional() });
const outputs = inputs.extend({ serial: text });
const query = z.object({});

/** A resource like any other, to show that the lifecycle knows none. */
const thing: Resource<typeof inputs, typeof outputs, typeof query> = {
  token: "test:index:Thing",
  description: "A thing.",
  example: "",
  inputs,
  outputs,
  query,
  identity: ["name"],
  changes: { name: { on: "replace" }, note: { on: "update" } },
  locate: (_, id) => Promise.resolve(id),
  adopt: () => Promise.resolve(undefined),
  create: (_, wanted) => Promise.resolve({ id: wanted.name, serial: "1", ...wanted }),
  read: (_, id) => Promise.resolve({ id, name: id, serial: "1" }),
  update: (_, wanted, observed) => Promise.resolve({ ...observed, ...wanted }),
  delete: () => Promise.resolve(),
  list: async function* () {
    yield await Promise.resolve({ id: "a", name: "a" });
  },
};

const urn = "urn:pulumi:test::test::test:index:Thing::a";

/** Of an API that nobody reaches: what is tested here asks for nothing. */
function lifecycle(): Lifecycle {
  const endpoint = "http://127.0.0.1:1";
  return new Lifecycle(
    connect({ backend: "admin-v2", apiKey: "unused-key", endpoint, version: "0.0.0", maxRetries: 0 }),
    { warn: () => undefined, toImport: () => "import it", settings: {} },
  );
}

test("what was made before a failure comes with the failure", async () => {
  const halfway: AnyResource = {
    ...thing,
    create: () =>
      Promise.reject(new Incomplete({ id: "a", name: "a", serial: "7" }, new Error("the second step failed"))),
  };
  const failed = await lifecycle()
    .create(halfway, { urn, declared: { name: "a" } })
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Failed);
  expect(failed).toMatchObject({
    message: "Thing a could not be created: the second step failed",
    state: { id: "a", outputs: { name: "a", serial: "7" }, awaits: false },
  });
});

test("the old entry of what could not be created anew stays in the state", async () => {
  const one = lifecycle();
  const refusing: AnyResource = { ...thing, create: () => Promise.reject(new Error("not today")) };
  await expect(one.create(refusing, { urn, declared: { name: "a" } })).rejects.toThrow("not today");
  const gone = { urn: `${urn}-old`, id: "a", declaredBefore: { name: "a" }, state: { name: "a", serial: "1" } };
  await expect(one.delete(refusing, gone)).rejects.toThrow(
    "Thing a could not be deleted: its new declaration failed, so the old entry stays in the state.",
  );
});

test("a delete of what this process has been told to keep asks nobody", async () => {
  const asked: string[] = [];
  const watched: AnyResource = {
    ...thing,
    read: (_, id) => {
      asked.push(id);
      return Promise.resolve({ id, name: id, serial: "1" });
    },
  };
  const one = lifecycle();
  one.check(watched, { urn, declared: { name: "a" } }, undefined);
  const gone = { urn: `${urn}-old`, id: "a", declaredBefore: { name: "a" }, state: { name: "a", serial: "1" } };
  await one.delete(watched, gone);
  expect(asked).toEqual([]);
  await lifecycle().delete(watched, gone);
  expect(asked).toEqual(["a"]);
});
