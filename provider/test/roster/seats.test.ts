import { ConflictError, ForbiddenError } from "../../src/api";
import { explainFullOrganization, countPlannedSeats, readSeats } from "../../src/roster/seats";
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

  test("members and pending invitations take seats, and expired invitations do not", async () => {
    acme.control.setLimits("acme", { users: 7 });
    expect(await readSeats(acme.as("ada"), acme.id)).toEqual({
      limit: 7,
      members: 3,
      pending: 1,
      withTwoSeats: new Set(),
    });
    acme.control.advance(30 * 24 * 3_600);
    await acme.control.invite("fred@acme.example", "acme", "viewer");
    await acme.control.invite("gina@acme.example", "acme", "viewer");
    expect(await readSeats(acme.as("ada"), acme.id)).toEqual({
      limit: 7,
      members: 3,
      pending: 2,
      withTwoSeats: new Set(),
    });
  });

  test("a pending invitation to a member takes another seat", async () => {
    acme.control.addMember("eve@acme.example", "acme", "viewer");
    expect(await readSeats(acme.as("ada"), acme.id)).toMatchObject({
      members: 4,
      pending: 1,
      withTwoSeats: new Set(["eve@acme.example"]),
    });
  });

  test("planned people who are present need no seat", async () => {
    const names = new Set<string>();
    const recordPlanned = (_: string, ...more: readonly string[]) => {
      more.forEach((name) => names.add(name));
      return names;
    };
    const count = (...emails: readonly string[]) => {
      return countPlannedSeats({ api: acme.as("ada"), recordPlanned }, acme.id, emails);
    };
    expect(await count("bob@acme.example", "eve@acme.example", "fred@acme.example")).toBe(1);
    expect(await count("FRED@acme.example", "gina@acme.example")).toBe(2);
    acme.control.addMember("Gina@acme.example", "acme", "viewer");
    expect(await count()).toBe(1);
  });

  test("a refused invitation is explained as a full organization, with Peridio's message", async () => {
    acme.control.setLimits("acme", { users: 4 });
    const refused: unknown = await acme
      .as("ada")
      .roster.invite(acme.id, "fred@acme.example", low)
      .catch((error: unknown) => error);
    if (!(refused instanceof ConflictError)) throw new Error("was not refused");
    expect(explainFullOrganization(refused)).toMatchObject({
      name: "UserError",
      message: `The organization has no free seat. Ask Peridio to raise the limit, or remove people in one run and add others in the next, because Pulumi creates before it deletes. ${refused.message}`,
    });
  });

  test("another refusal is not explained as a full organization", async () => {
    const api = acme.as("bob");
    const refused: unknown = await api.roster
      .setRole(await acme.member("ada", api), low)
      .catch((error: unknown) => error);
    // N1: in Avocado Connect, an admin may not change the role of an owner. The Admin API reports a conflict.
    expect(refused).toBeInstanceOf(dialect.backend === "connect" ? ForbiddenError : ConflictError);
    expect(explainFullOrganization(refused)).toBe(refused);
    expect(explainFullOrganization("no line")).toBe("no line");
  });
});
