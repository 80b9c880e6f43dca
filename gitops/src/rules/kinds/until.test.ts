import { unknown } from "../../hidden";
import { createAccess, ada, carl, checkMessages, createOrganization, checkYaml } from "../testing/acme";

const outside = 'people: { except: "*@acme.example" }';
const ends = `Outsiders leave: { ${outside}, until: required }`;
const soon = `Outsiders leave: { ${outside}, until: { withinDays: 60 } }`;

const developer = (lastDay?: string) => ({ role: "developer", lastDay }) as const;
const viewer = (lastDay?: string) => ({ role: "viewer", lastDay }) as const;

test("accepts a last day, also today", () => {
  const people = {
    [ada]: "admin",
    [carl]: developer("2027-03-31"),
    "dora@partner.example": viewer("2099-12-31"),
    "today@partner.example": viewer("2027-01-31"),
  } as const;
  expect(checkMessages(ends, createOrganization({ people }))).toEqual([]);
});

test("reports a person who stays after the last day", () => {
  const people = { "ended@partner.example": developer("2027-01-30") };
  expect(checkMessages(soon, createOrganization({ people }))).toEqual([
    "ended@partner.example is still in acme-dev after the last day, 2027-01-30. Run `pulumi preview` again. If the person stays, remove the person from `lastDays` of the roster, or from `members`.",
  ]);
});

test("reports a person who stays after the moment of the end", () => {
  const people = { [carl]: developer("2027-01-31T08:00Z") };
  const check = (time: string) =>
    checkMessages(ends, createOrganization({ people }), { now: new Date(`2027-01-31T${time}Z`) });
  expect(check("07:59")).toEqual([]);
  expect(check("08:00")).toEqual([expect.stringContaining("after the last day, 2027-01-31 08:00 UTC. Run")]);
});

test("reports a role that follows the end, because access continues", () => {
  const then = { ...developer("2027-01-31T08:00Z"), afterwards: "viewer" } as const;
  expect(checkMessages(ends, createOrganization({ people: { [carl]: then } }))).toEqual([
    `${carl} has no last day in acme-dev, because the role viewer follows, but the rule requires a last day. Remove \`afterwards\`. Set \`until\` in the layout, or the day in \`lastDays\` of the roster.`,
  ]);
});

test("a moment within the last allowed day is near enough, and the next minute is not", () => {
  const check = (end: string) => checkMessages(soon, createOrganization({ people: { [carl]: developer(end) } }));
  expect(check("2027-04-01T23:59Z")).toEqual([]);
  expect(check("2027-04-02T00:01Z")).toEqual([
    expect.stringContaining("is in acme-dev until 2027-04-02 00:01 UTC, but"),
  ]);
});

test("reports a hidden last day", () => {
  const people = { [carl]: { role: "viewer", lastDay: unknown } } as const;
  expect(checkMessages(ends, createOrganization({ people }))).toEqual([
    `The last day of ${carl} in acme-dev is not known before the update, so the rule cannot check it. Declare it as a plain value, not as a secret or an unknown output.`,
  ]);
});

test("checks an organization with an unknown name", () => {
  const state = createOrganization({ name: undefined, id: "prn:1:x", people: { [carl]: viewer("2027-02-01") } });
  expect(checkMessages(ends, state)).toEqual([]);
});

test("reports people with hidden addresses, because the rule may apply to them", () => {
  expect(checkMessages(ends, createOrganization({ hiddenPeople: 3 }))).toEqual([
    "3 people in acme-dev cannot be checked against the rule, because the addresses are hidden. Declare the addresses as plain values, not as secrets or unknown outputs.",
  ]);
});

test("a violation is new if the day was nearer before the change", () => {
  const at = (day?: string) => createOrganization({ people: { "emil@partner.example": viewer(day) } });
  const isOld = (before: string | undefined, after: string | undefined) =>
    checkYaml(soon, createAccess(at(after)), { before: createAccess(at(before)) }).map((one) => one.before);
  expect(isOld("2099-12-31", "2099-12-31")).toEqual([true]);
  expect(isOld("2098-12-31", "2099-12-31")).toEqual([false]);
  expect(isOld("2099-12-31", undefined)).toEqual([false]);
  expect(isOld(undefined, undefined)).toEqual([true]);
});
