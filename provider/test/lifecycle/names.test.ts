import { cacheReads } from "../../src/api/cachedClient";
import { provider } from "../../src/provider";
import { emulated, type Emulated } from "../api/emulated";
import { Lifecycle, type AnyResource } from "#framework";
import { thingIn, urnOf, Warehouse } from "#framework/testing";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
afterAll(() => peridio.close());

const urn = urnOf("bob");

function lifecycle(told: string[] = []): Lifecycle {
  return new Lifecycle(provider.service, cacheReads(peridio.client()), {
    warn: (_, text) => told.push(text),
    toImport: () => "import it",
  });
}

test("a failure names organizations as people do", async () => {
  const failing: AnyResource = {
    ...thingIn(new Warehouse()),
    findExisting: () => Promise.reject(new Error("no line")),
  };
  const declared = { shelf: peridio.acme, name: "bob" };
  await expect(lifecycle().create(failing, { urn, declared })).rejects.toThrow(
    "Thing acme/bob could not be created: no line",
  );
});

test("a warning does so too", async () => {
  const told: string[] = [];
  const thing = thingIn(new Warehouse());
  const declared = { shelf: peridio.acme, name: "bob" };
  const process = lifecycle(told);
  process.check(thing, { urn, declared }, undefined);
  await process.delete(thing, { urn, id: "any", priorInputs: {}, state: declared });
  expect(told).toEqual([
    "Thing acme/bob is still declared: its entry leaves the state, and nothing is deleted in Peridio.",
  ]);
});
