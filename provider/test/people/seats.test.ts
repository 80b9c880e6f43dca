import { Conflict } from "../../src/api";
import { explainFull, notYetThere, seatsOf } from "../../src/resources/people/seats";
import { dialects } from "../support/dialect";
import { Acme } from "./acme";

describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { low },
  } = dialect;
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.begin(dialect);
  });
  beforeEach(() => acme.reset());
  afterAll(() => acme.close());

  test("members and people who wait take seats, and who was invited too long ago does not", async () => {
    acme.control.setLimits("acme", { users: 7 });
    expect(await seatsOf(acme.as("ada"), acme.id)).toEqual({ limit: 7, members: 3, pending: 1, double: new Set() });
    acme.control.advance(30 * 24 * 3_600);
    await acme.control.invite("fred@acme.example", "acme", "viewer");
    await acme.control.invite("gina@acme.example", "acme", "viewer");
    expect(await seatsOf(acme.as("ada"), acme.id)).toEqual({ limit: 7, members: 3, pending: 2, double: new Set() });
  });

  test("the invitation that waits for a member takes one as well", async () => {
    acme.control.addMember("eve@acme.example", "acme", "viewer");
    expect(await seatsOf(acme.as("ada"), acme.id)).toMatchObject({
      members: 4,
      pending: 1,
      double: new Set(["eve@acme.example"]),
    });
  });

  test("planned people who have joined need no seat", async () => {
    const planned = new Set(["bob@acme.example", "eve@acme.example", "fred@acme.example", "gina@acme.example"]);
    expect(await notYetThere(acme.as("ada"), acme.id, planned)).toBe(2);
    acme.control.addMember("Gina@acme.example", "acme", "viewer");
    expect(await notYetThere(acme.as("ada"), acme.id, planned)).toBe(1);
  });

  test("one invitation too many is explained, with what Peridio said", async () => {
    acme.control.setLimits("acme", { users: 4 });
    const refused: unknown = await acme
      .as("ada")
      .roster.invite(acme.id, "fred@acme.example", low)
      .catch((error: unknown) => error);
    if (!(refused instanceof Conflict)) throw new Error("was not refused");
    expect(explainFull(refused)).toMatchObject({
      name: "UserError",
      message: `the organization is full. Have Peridio raise the limit, or remove people first and add others in a second run: Pulumi creates before it deletes. ${refused.message}`,
    });
  });

  test("another refusal is no matter of seats", async () => {
    const api = acme.as("bob");
    const refused: unknown = await api.roster
      .setRole(await acme.member("ada", api), low)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Conflict);
    expect(explainFull(refused)).toBe(refused);
    expect(explainFull("no line")).toBe("no line");
  });
});
