import { NotFound, Unreachable, type Organization, type Peridio } from "../../src/api";
import { peridio as shared } from "../../src/api/peridio";
import { emulated, rejection, type Emulated } from "./emulated";

const one = "retrieve-an-organization";
const list = "list-organizations";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
beforeEach(async () => {
  peridio.reset();
  for (const name of ["globex", "initech"])
    await peridio.emulator.control.createOrganization(name, { description: `All of ${name}` });
});
afterAll(async () => peridio.close());

const client = (): Peridio => shared(peridio.client({ maxRetries: 0 }));
const idOf = (name: string): string => `prn:1:${peridio.emulator.control.organization(name).id}`;
const looks = (): string[] => peridio.requests().filter((operation) => operation === one || operation === list);

async function get(process: Peridio, ...names: string[]): Promise<Organization[]> {
  return Promise.all(names.map(async (name) => process.organizations.get(idOf(name))));
}

/** A process that has the list already. */
async function withList(): Promise<Peridio> {
  const process = client();
  await get(process, "acme", "globex");
  expect(looks()).toEqual([one, list]);
  return process;
}

test("the first organization is a request, all others are one list, and as whole", async () => {
  const alone: Organization[] = [];
  for (const name of ["acme", "globex", "initech"]) alone.push(...(await get(client(), name)));
  expect(peridio.requests()).toEqual([one, one, one]);
  const process = client();
  expect(await get(process, "acme", "globex", "initech")).toEqual(alone);
  await get(process.within(new AbortController().signal), "initech", "acme", "globex");
  expect(looks().slice(3).sort()).toEqual([list, one]);
});

test("of a list of two pages, two organizations are a request each", async () => {
  for (let n = 1; n <= 98; n++) await peridio.emulator.control.createOrganization(`fleet-${String(n)}`);
  const process = client();
  await get(process, "acme", "fleet-98");
  expect(looks()).toEqual([one, one]);
  await get(process, "globex", "fleet-97", "initech");
  expect(looks()).toEqual([one, one, list, list]);
});

test("an organization that is not in the list is asked for itself, and named", async () => {
  const process = await withList();
  const unknown = "prn:1:00000000-0000-4000-8000-000000000000";
  const error = await rejection(process.organizations.get(unknown));
  expect(error).toBeInstanceOf(NotFound);
  expect(String(error)).toContain(unknown);
  await rejection(process.organizations.get(unknown));
  expect(looks()).toEqual([one, list, one, one]);
});

describe("an organization that this process has written to is not taken from a list that is older", () => {
  test("when the change failed after its effect", async () => {
    const process = await withList();
    peridio.emulator.control.fault({ method: "PATCH", when: "after", effect: "drop" });
    await rejection(process.organizations.update(idOf("initech"), { description: "Closed" }));
    expect((await get(process, "initech"))[0]?.description).toBe("Closed");
    expect(looks()).toEqual([one, list, one]);
  });

  test("when its transfer failed after its effect", async () => {
    peridio.emulator.control.addMember("bob@acme.example", "initech", "admin");
    const process = await withList();
    peridio.emulator.control.fault({ method: "POST", when: "after", effect: "drop" });
    peridio.emulator.control.fault({ operation: one, effect: "html" });
    await rejection(process.organizations.transferOwnership(idOf("initech"), "bob@acme.example"));
    expect((await get(process, "initech"))[0]?.owner?.email).toBe("bob@acme.example");
  });

  test("when it is deleted", async () => {
    const id = idOf("initech");
    const process = await withList();
    await process.organizations.delete(id);
    expect(await rejection(process.organizations.get(id))).toBeInstanceOf(NotFound);
  });
});

describe("where the list tells nothing, each is asked for itself", () => {
  test.each([
    ["since it is refused", { status: 403 }],
    ["since one of them does not fit", { omit: "data.0.name" }],
  ])("%s", async (_, effect) => {
    peridio.emulator.control.fault({ operation: list, effect });
    const process = client();
    const found = await get(process, "acme", "globex", "initech");
    expect(found.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
    expect(looks().sort()).toEqual([list, one, one, one]);
  });
});

test("where Peridio cannot be reached, no more is asked of it; the next look is a new one", async () => {
  peridio.emulator.control.fault({ operation: list, effect: "drop" });
  const process = client();
  await get(process, "acme");
  const both = await Promise.all(["globex", "initech"].map(async (name) => rejection(get(process, name))));
  expect(both).toEqual([expect.any(Unreachable), expect.any(Unreachable)]);
  expect(looks()).toEqual([one, list]);
  expect((await get(process, "globex", "initech")).map(({ name }) => name)).toEqual(["globex", "initech"]);
  expect(looks()).toEqual([one, list, one, one]);
});
