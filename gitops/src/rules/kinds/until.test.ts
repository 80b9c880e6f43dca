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

test("reports access without a last day", () => {
  const state = createAccess(
    createOrganization({ name: "acme-production", people: { [carl]: "viewer" } }),
    createOrganization({ name: "acme-dev", people: { [carl]: viewer("2027-03-31") } }),
  );
  expect(checkYaml(ends, state)).toEqual([
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message: `${carl} has no last day in acme-production, but the rule requires a last day. Set \`until\` in the layout, or the day in \`lastDays\` of the roster.`,
      organizations: ["acme-production"],
      people: [carl],
      objects: ["no last day"],
      before: false,
    },
  ]);
});

test("reports a last day that is too far away, with the latest allowed one", () => {
  const people = { [carl]: developer("2027-03-31"), "emil@partner.example": viewer("2099-12-31") } as const;
  expect(checkMessages(soon, createOrganization({ people }))).toEqual([
    "emil@partner.example is in acme-dev until 2099-12-31, but the rule requires a last day within 60 days. Set `until: 2027-04-01`, or an earlier day, in the layout, or the day in `lastDays` of the roster.",
  ]);
  expect(checkMessages(soon.replace("60", "59"), createOrganization({ people }))).toHaveLength(1);
  expect(checkMessages(soon.replace("60", "58"), createOrganization({ people }))).toHaveLength(2);
});

test("reports a person who stays after the last day", () => {
  const people = { "ended@partner.example": developer("2027-01-30") };
  expect(checkMessages(soon, createOrganization({ people }))).toEqual([
    "ended@partner.example is still in acme-dev after the last day, 2027-01-30. Run `pulumi preview` again. If the person stays, remove the person from `lastDays` of the roster, or from `members`.",
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
