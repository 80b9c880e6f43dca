import type { Values } from "#framework";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { findDifferences } from "../src/review/differences";
import { readPreview } from "../src/preview/preview";
import { createJudge } from "../src/rules/checkRules";
import { parseClaim } from "../src/rules/claims";
import {
  createReview,
  document,
  organization,
  type Printed,
  type PrintedStep,
  review,
  unknownText,
} from "./support/document";
import { idOf, organizationId, step, uuid } from "./support/objects";

const dev = organization("acme", 1);

const project = (name: string, digit: number, before: Values | undefined, after: Values | undefined, more?: Printed) =>
  step(
    `Project::${name}`,
    digit,
    before && { name, everyoneEnabled: false, ...before },
    after && { name, everyoneEnabled: false, ...after },
    more,
  );

const group = (digit: number, before: readonly string[] | undefined, after: readonly string[] | undefined) =>
  step("Group::field", digit, before && { name: "field", members: before }, after && { name: "field", members: after });

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

/** The members of the organization who are not the owner. */
const people: readonly PrintedStep[] = [bob, carl, dora].map((email) => {
  const inputs = { organizationId, email, role: "member" };
  const outputs = { ...inputs, status: "active", userId: `prn:1:user:${uuid(email.length)}` };
  return { op: "same", name: `Membership::${email}`, before: { id: email, inputs, outputs }, after: { inputs } };
});

const said = (...steps: readonly PrintedStep[]) =>
  review([dev, ...people, ...steps])
    .settings.filter(({ section }) => section === "projects")
    .map(({ words, risks }) => [words, ...risks].join(" "));

const users = (...users: readonly string[]) => ({ access: { users } });
const groups = (...groups: readonly string[]) => ({ access: { groups } });

test("an unchanged project is no change", () => {
  expect(said(project("firmware", 1, users(bob), users(bob)))).toEqual([]);
});

test("a grant and its revocation name the people and the project", () => {
  expect(said(project("firmware", 1, users(bob), users(carl, dora)))).toEqual([
    "No more access to project firmware for bob@acme.example (before: granted directly). revokesAccess",
    "Access to project firmware for carl@acme.example, dora@acme.example: granted directly. grantsAccess",
  ]);
});

test("a project that opens shares one row, and a closed one names those who lose access", () => {
  expect(said(project("firmware", 1, users(bob), { ...users(bob), everyoneEnabled: true }))).toEqual([
    "Everyone in the organization gets access to project firmware. opensProject",
  ]);
  expect(said(project("firmware", 1, { ...users(bob), everyoneEnabled: true }, users(bob)))).toEqual([
    "Open to everyone before, but not after: project firmware.",
    "No more access to project firmware for carl@acme.example, dora@acme.example (before: open to everyone). revokesAccess",
  ]);
});

test("a grant in a project that is open, or that closes, has a row", () => {
  const open = { everyoneEnabled: true };
  expect(said(project("firmware", 1, { ...users(), ...open }, { ...users(bob, ada), ...open }))).toEqual([
    "Access to project firmware remains for bob@acme.example: open to everyone, granted directly (before: open to everyone). grantsAccess",
    "A grant for project firmware has no effect for ada@acme.example: granted directly, but admins reach every project and cohort. grantsAccess",
  ]);
  expect(said(project("firmware", 1, { ...users(), ...open }, users(bob, carl, dora)))).toEqual([
    "Open to everyone before, but not after: project firmware.",
    "Access to project firmware remains for bob@acme.example, carl@acme.example, dora@acme.example: granted directly (before: open to everyone). grantsAccess",
  ]);
});

test("a person who joins a group gets the access of the group to unchanged projects", () => {
  const access = groups(idOf(5));
  expect(
    said(group(5, [bob], [bob, carl]), project("firmware", 1, access, access), project("gateways", 2, access, access)),
  ).toEqual([
    "Join group field: carl@acme.example, with access to project firmware and project gateways. grantsAccess",
  ]);
});

test("a group whose id is not known yet is found by its declaration", () => {
  expect(
    said(
      group(5, undefined, [bob]),
      project("firmware", 1, users(), groups(unknownText), { accessOf: ["Group::field"] }),
    ),
  ).toEqual([
    "Join group field: bob@acme.example, with access to project firmware. grantsAccess",
    "Created: group field.",
  ]);
});

test("a move from a direct grant to a group keeps access, and adds a grant", () => {
  expect(said(group(5, [bob], [bob]), project("firmware", 1, users(bob), groups(idOf(5))))).toEqual([
    "Access to project firmware remains for bob@acme.example: through group field (before: granted directly). grantsAccess",
  ]);
});

test("a person who joins a second group with access keeps the access without a new grant", () => {
  const access = { access: { users: [bob], groups: [idOf(5)] } };
  expect(said(group(5, [], [bob]), project("firmware", 1, access, access))).toContain(
    "Access to project firmware remains for bob@acme.example: granted directly, through group field (before: granted directly).",
  );
});

test("a person who joins a group may get access by grants that no stack declares", () => {
  expect(
    said(group(5, [], [bob]), project("firmware", 1, {}, {}), project("open", 2, {}, { everyoneEnabled: true })),
  ).toContain(
    "Group field may give bob@acme.example access to project firmware, whose grants no stack declares. grantsAccess",
  );
  expect(said(group(5, [], [bob]), project("firmware", 1, users(), users())).join()).not.toContain("may give");
});

test("a rename from or to a hidden name has a row", () => {
  const renamed = (before: string, after: string) =>
    said(step("Group::field", 5, { name: before, members: [] }, { name: after, members: [] }));
  expect(renamed("[secret]", "field")).toEqual(["The preview hides the name of group field. hidden"]);
  expect(renamed("field", "[secret]")).toEqual(["The preview hides the name of group field. hidden"]);
});

describe("a grant that changes no access has a row", () => {
  const restricted = (before: Values, after: Values) => project("firmware", 1, before, after);

  test("to an empty group, and its end", () => {
    expect(said(group(5, [], []), restricted(users(), groups(idOf(5))))).toEqual([
      "Group field gets a grant for project firmware. No access changes. grantsAccess",
    ]);
    expect(said(group(5, [], []), restricted(groups(idOf(5)), users()))).toEqual([
      "Group field loses a grant for project firmware. No access changes.",
    ]);
  });

  test("to a group of admins", () => {
    expect(said(group(5, [ada], [ada]), restricted(users(), groups(idOf(5))))).toEqual([
      "Group field gets a grant for project firmware. No access changes. grantsAccess",
    ]);
  });

  test("to another empty group in the place of the first", () => {
    const other = step("Group::lab", 6, { name: "lab", members: [] }, { name: "lab", members: [] });
    expect(said(group(5, [], []), other, restricted(groups(idOf(5)), groups(idOf(6))))).toEqual([
      "Group lab gets a grant for project firmware. No access changes. grantsAccess",
      "Group field loses a grant for project firmware. No access changes.",
    ]);
  });

  test("to an admin, and its end", () => {
    expect(said(restricted(users(), users(ada)))).toEqual([
      "A grant for project firmware has no effect for ada@acme.example: granted directly, but admins reach every project and cohort. grantsAccess",
    ]);
    expect(said(restricted(users(ada), users()))).toEqual([
      "A grant for project firmware that had no effect ends for ada@acme.example (before: granted directly).",
    ]);
  });

  test("breaks a claim that the change grants nothing", () => {
    const steps = [dev, ...people, group(5, [], []), restricted(users(), groups(idOf(5)))];
    const preview = readPreview(document(steps), "preview.json", "change");
    const judge = createJudge([parseClaim("grants: none")], { now: new Date("2027-01-31") });
    expect(createReview([preview], "change", { judge }).verdict).toBe("refused");
  });
});

describe("many different lists of groups", () => {
  const letters = ["a", "b", "c", "d", "e", "f"] as const;
  const emails = letters.map((letter) => `${letter}@acme.example`);
  const numbers = [1, 2, 3] as const;
  /** The groups of each person are the bits of the person's number: `a` is in the first, `c` in the first and the second. */
  const isMember = (person: number, group: number) => Math.floor((person + 1) / 2 ** (group - 1)) % 2 === 1;
  const declare = (people: readonly string[]) =>
    numbers.map((number) => {
      const inputs = { name: `field-${number}`, members: people.filter((_, person) => isMember(person, number)) };
      return step(`Group::field-${number}`, number + 4, inputs, inputs);
    });
  const declared = declare(emails);
  const all = groups(...numbers.map((number) => idOf(number + 4)));
  const reasons = numbers.map((number) => `through group field-${number}`).join(", ");
  const either = `each for one or more of these reasons: ${reasons}`;
  const names = emails.join(", ");

  test("of the people who get access to one project share a row", () => {
    expect(said(...declared, project("firmware", 1, users(), all))).toEqual([
      `Access to project firmware for ${names}: ${either}. grantsAccess`,
    ]);
  });

  test("of the people who lose access share a row", () => {
    expect(said(...declared, project("firmware", 1, all, users()))).toEqual([
      `No more access to project firmware for ${names} (before: ${either}). revokesAccess`,
    ]);
  });

  test("are separate rows if there are five of them", () => {
    const rows = said(...declare(emails.slice(0, 5)), project("firmware", 1, users(), all));
    expect(rows.map((row) => /for (\S+): through group/.exec(row)?.[1]).sort()).toEqual(emails.slice(0, 5));
  });

  test("do not hide who gets a direct grant too", () => {
    const access = { users: ["c@acme.example"], groups: all.access.groups };
    const [direct, ...others] = said(
      ...declare([...emails, "g@acme.example"]),
      project("firmware", 1, users(), { access }),
    ).sort();
    expect(direct).toBe(
      "Access to project firmware for a@acme.example, b@acme.example, d@acme.example, e@acme.example, f@acme.example, g@acme.example: " +
        `${either}. grantsAccess`,
    );
    expect(others).toEqual([
      "Access to project firmware for c@acme.example: granted directly, through group field-1, through group field-2. grantsAccess",
    ]);
  });

  test("of people who keep access are not joined, because a row must say what differs", () => {
    const rows = said(...declared, project("firmware", 1, users(...emails), all));
    expect(rows).toHaveLength(emails.length);
    expect(rows.join()).not.toContain("one or more");
  });

  test("do not hide an outsider", () => {
    const eve = "eve@partner.example";
    const [first, ...others] = declared;
    const inputs = { ...first?.after?.inputs, members: ["a@acme.example", "c@acme.example", "e@acme.example", eve] };
    const withEve = step("Group::field-1", 5, inputs, inputs);
    expect(said(withEve, ...others, project("firmware", 1, users(), all))).toEqual([
      `Access to project firmware for the outsider ${eve}: through group field-1. grantsAccess`,
      `Access to project firmware for ${names}: ${either}. grantsAccess`,
    ]);
  });

  test("read the same in whatever order the preview shows the groups", () => {
    const change = project("firmware", 1, users(), all);
    const [one, other] = [declared, declared.toReversed()].map((own) => review([dev, ...people, ...own, change]));
    if (one === undefined || other === undefined) throw new Error("There are two reviews.");
    expect(other.settings).toEqual(one.settings);
    const [few] = [declare(emails.slice(0, 4))];
    expect(said(...few.toReversed(), change)).toEqual(said(...few, change));
  });

  test("have a digest, so that `confirm` sees people who swap their groups", () => {
    const swapped = [emails[1] ?? "", emails[0] ?? "", ...emails.slice(2)];
    const [one, other] = [declared, declare(swapped)].map((own) =>
      review([dev, ...people, ...own, project("firmware", 1, users(), all)]),
    );
    if (one === undefined || other === undefined) throw new Error("There are two reviews.");
    expect(one.settings.map(({ words }) => words)).toEqual(other.settings.map(({ words }) => words));
    expect(findDifferences(one, one)).toEqual([]);
    expect(findDifferences(one, other)).toEqual([expect.stringContaining("project firmware")]);
  });
});

test("long lists of people share rows of limited length, which name everyone", () => {
  const crowd = Array.from({ length: 60 }, (_, index) => `a-person-with-a-long-name-${index}@acme.example`);
  const rows = said(project("firmware", 1, users(), users(...crowd)));
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) expect(row.length).toBeLessThan(1400);
  expect(rows.flatMap((row) => /for (.*): granted/.exec(row)?.[1]?.split(", ") ?? []).sort()).toEqual(crowd.sort());
});

test("a comment on a pull request names everyone who joins a group, however many projects that opens", () => {
  const crowd = Array.from({ length: 34 }, (_, index) => `firstname.lastname${index}@acme.example`);
  const names = Array.from({ length: 9 }, (_, index) => `${"long-name-".repeat(70)}${index}`);
  const access = groups(idOf(9));
  const projects = names.map((name, index) => project(name, index, access, access));
  const report = createReport(
    review([
      dev,
      step("Group::field", 9, { name: "field", members: [] }, { name: "field", members: crowd }),
      ...projects,
    ]),
  );
  const row = formatMarkdown(report, { limit: 1_000_000 })
    .split("\n")
    .find((line) => line.includes("Join group field"));
  expect(row).toContain("shortened");
  for (const email of crowd) expect(row).toContain(`\`${email}\``);
});

test("undeclared members of a group are unknown, and the row says so", () => {
  const field = step("Group::field", 5, { name: "field" }, { name: "field" });
  expect(said(field, project("firmware", 1, users(), groups(uuid(5))))).toEqual([
    "Group field gets access to project firmware. No stack declares the members of this group. grantsAccess",
  ]);
});

test("an undeclared group that loses access has a row", () => {
  expect(said(project("firmware", 1, groups(uuid(5)), users()))).toEqual([
    `Group ${uuid(5)} loses access to project firmware. No stack declares the members of this group. revokesAccess`,
  ]);
});

test("removing `access` and `members` changes no access, but ends the management of it", () => {
  const field = step("Group::field", 5, { name: "field", members: [bob] }, { name: "field" });
  expect(said(field, project("firmware", 1, groups(idOf(5)), {}))).toEqual([
    "Access to project firmware is no longer declared. Peridio keeps the grants, and later reviews do not show them. dropsPolicy",
    "Members of group field are no longer declared. Peridio keeps them, and later reviews do not show them. dropsPolicy",
  ]);
});

test("another description has a row without a risk", () => {
  const described = (description?: string) => ({ ...users(), ...(description !== undefined && { description }) });
  const listed = (before?: string, after?: string) => said(project("firmware", 1, described(before), described(after)));
  expect(listed("old", "new")).toEqual(['Description of project firmware: "old" → "new".']);
  expect(listed("old")).toEqual(['Description of project firmware: "old" → none.']);
  expect(listed("same", "same")).toEqual([]);
});

test("a person whose membership no stack declares keeps the access to a project that opens", () => {
  const eve = "eve@partner.example";
  expect(said(project("firmware", 1, users(eve), { ...users(), everyoneEnabled: true }))).toEqual([
    "Everyone in the organization gets access to project firmware. opensProject",
    "Access to project firmware remains for the outsider eve@partner.example: open to everyone (before: granted directly).",
  ]);
});

test("declaring `access` and `members` for the first time ends what no stack declared", () => {
  expect(said(project("firmware", 1, {}, users(bob)))).toEqual([
    "The program starts to declare `access` of project firmware, so the update revokes the grants that no stack declares. revokesAccess",
    "Access to project firmware for bob@acme.example: granted directly. grantsAccess",
  ]);
  expect(said(step("Group::field", 5, { name: "field" }, { name: "field", members: [bob] }))).toEqual([
    "Join group field: bob@acme.example. grantsAccess",
    "Leave group field: all members that no stack declared. revokesAccess",
  ]);
  expect(said(step("Group::field", 5, { name: "field" }, { name: "field", members: "[secret]" }))).toEqual([
    "The preview hides who joins or leaves group field. hidden",
    "Leave group field: all members that no stack declared. revokesAccess",
  ]);
  expect(said(project("firmware", 1, undefined, users()), group(5, undefined, []))).toEqual([
    "Created: group field, project firmware.",
    "Access to project firmware for ada@acme.example: as an admin.",
  ]);
});

test("a deleted project ends all access, and a deleted group the access through it", () => {
  expect(said(project("firmware", 1, users(bob), undefined))).toEqual([
    "Deleted, with all access: project firmware. deletesProject",
  ]);
  expect(said(group(5, [bob], undefined), project("firmware", 1, groups(idOf(5)), users()))).toEqual([
    "Leave group field: bob@acme.example, and lose access to project firmware. revokesAccess",
    "Deleted, with all access: group field. revokesAccess",
  ]);
});

test("hidden access is a high risk, and is no revocation", () => {
  const hidden = ["The preview hides who has access to project firmware. hidden"];
  expect(said(project("firmware", 1, users(bob), { access: "[secret]" }))).toEqual(hidden);
  expect(said(project("firmware", 1, users(bob), users(unknownText)))).toEqual(hidden);
  expect(said(project("firmware", 1, users(bob), groups(unknownText)))).toEqual(hidden);
});

test("an import changes no access, and has a doubt if the preview hides the access", () => {
  const imported = ({ name, before, after }: PrintedStep): PrintedStep => ({
    op: "import",
    name,
    after: { ...after, importID: before?.id ?? "" },
  });
  const steps = [
    project("firmware", 1, users(), { access: "[secret]" }),
    step("Group::field", 5, { name: "field" }, { name: "field", members: "[secret]" }),
    step("Membership::eve", 6, {}, { email: "eve@acme.example", role: "member", groupId: "[secret]" }),
  ];
  expect(said(...steps.map(imported))).toEqual([
    "Imported without changes: group field, project firmware. acceptsDrift",
    "The preview hides who is in group field. hidden",
    "The preview hides who has access to project firmware. hidden",
  ]);
  const known = [
    project("firmware", 1, users(), users(bob)),
    step("Group::field", 5, {}, { name: "field", members: [bob, carl] }),
  ];
  expect(said(...known.map(imported))).toEqual([
    "Imported without changes: group field, project firmware. acceptsDrift",
    "The program accepts that bob@acme.example, carl@acme.example joined group field outside Pulumi. grantsAccess acceptsDrift",
    "The program accepts a grant for project firmware made outside Pulumi: bob@acme.example. grantsAccess acceptsDrift",
  ]);
});

test("a group that is imported by its name gives nobody access that it gave before", () => {
  // Pulumi prints no id of such a group, but other resources contain the id.
  const inputs = { organizationId, name: "field", members: [bob] };
  const imported: PrintedStep = { op: "import", name: "Group::field", after: { inputs, importID: "acme/field" } };
  const firmware = project("firmware", 1, groups(idOf(5)), groups(idOf(5)));
  const granted = { ...firmware, after: { ...firmware.after, accessOf: ["Group::field"] } };
  expect(said(imported, granted)).toEqual([
    "Imported without changes: group field. acceptsDrift",
    "The program accepts that bob@acme.example joined group field outside Pulumi. grantsAccess acceptsDrift",
  ]);
});

test("hidden members of a group are a high risk, and do not leave", () => {
  for (const members of ["[secret]", [unknownText]]) {
    const field = step("Group::field", 5, { name: "field", members: [bob] }, { name: "field", members });
    expect(said(field)).toEqual(["The preview hides who joins or leaves group field. hidden"]);
  }
});

test("a group that no stack declares is named by its UUID", () => {
  expect(said(project("firmware", 1, users(), groups(uuid(5))))).toEqual([
    `Group ${uuid(5)} gets access to project firmware. No stack declares the members of this group. grantsAccess`,
  ]);
});

test("a deleted group gives no access, even if a project still names it", () => {
  const access = groups(idOf(5));
  expect(said(group(5, [bob], undefined), project("firmware", 1, access, access))).toEqual([
    "Leave group field: bob@acme.example, and lose access to project firmware. revokesAccess",
    "Deleted, with all access: group field. revokesAccess",
  ]);
});

test("a replaced group gives its members access through the new group", () => {
  const replaced = { ...group(5, [bob], [bob, carl]), op: "replace" } satisfies PrintedStep;
  const access = project("firmware", 1, groups(idOf(5)), groups(unknownText), { accessOf: ["Group::field"] });
  expect(said(replaced, access)).toEqual([
    "Leave group field: bob@acme.example. revokesAccess",
    "Deleted, with all access: group field. revokesAccess",
    "Join group field: bob@acme.example. grantsAccess",
    "Join group field: carl@acme.example, with access to project firmware. grantsAccess",
    "Created: group field.",
  ]);
});

test("a new group without members, or project without grants, has other words than one with an empty list", () => {
  const create = (name: string, inputs: Values): PrintedStep => ({
    op: "create",
    name,
    before: undefined,
    after: { inputs: { organizationId, ...inputs } },
  });
  const field = { name: "field" };
  const firmware = { name: "firmware", everyoneEnabled: false };
  const list = (...steps: readonly PrintedStep[]) => said(...steps).filter((words) => words.startsWith("Created"));
  expect(list(create("Group::field", field), create("Project::firmware", firmware))).toEqual([
    "Created without declared members or grants: group field, project firmware.",
  ]);
  const access = { users: [], groups: [] };
  expect(
    list(create("Group::field", { ...field, members: [] }), create("Project::firmware", { ...firmware, access })),
  ).toEqual(["Created: group field, project firmware."]);
});

test("a replaced project is deleted and created again, even if Pulumi keeps the old one", () => {
  const replaced = project("firmware", 1, users(bob), { ...users(bob), everyoneEnabled: true });
  expect(said({ ...replaced, op: "replace" })).toEqual([
    "Deleted, with all access: project firmware. deletesProject",
    "Created: project firmware.",
    "Everyone in the organization gets access to project firmware. opensProject",
    "Access to project firmware for bob@acme.example: open to everyone, granted directly. grantsAccess",
  ]);
  const retained = project("firmware", 1, users(bob), users(carl), { retainOnDelete: true });
  expect(said({ ...retained, op: "replace" })).toEqual([
    "Created: project firmware.",
    "Access to project firmware for ada@acme.example: as an admin.",
    "Access to project firmware for carl@acme.example: granted directly. grantsAccess",
  ]);
});

test("a released project keeps its access, so a new member of its group gets access", () => {
  const released = project("firmware", 1, groups(idOf(5)), undefined, { retainOnDelete: true });
  expect(said(group(5, [bob], [bob]), released)).toEqual([]);
  expect(said(group(5, [bob], [bob, carl]), released)).toEqual([
    "Join group field: carl@acme.example, with access to project firmware. grantsAccess",
  ]);
});

test("a grant of a released cohort has no effect without its project", () => {
  const declared = { projectId: idOf(1), name: "canary", everyoneEnabled: false, ...groups(idOf(5)) };
  const before = { id: `${idOf(1)}/${uuid(7)}`, inputs: declared, outputs: declared, retainOnDelete: true };
  const cohort: PrintedStep = { op: "delete", name: "Cohort::canary", before };
  expect(said(group(5, [bob], [bob, carl]), cohort, project("firmware", 1, users(bob, carl), undefined))).toEqual([
    "No more access to cohort firmware/canary for bob@acme.example (before: through group field). revokesAccess",
    "No more access to cohort firmware/canary for ada@acme.example (before: as an admin). revokesAccess",
    "A grant for cohort firmware/canary has no effect for carl@acme.example: through group field, but no access to project firmware. grantsAccess",
    "Deleted, with all access: project firmware. deletesProject",
    "Join group field: carl@acme.example. grantsAccess",
  ]);
});

test("a cohort belongs to the organization of its project", () => {
  const cohort = (access: Values) => ({ projectId: idOf(1), name: "canary", everyoneEnabled: false, ...access });
  const before = { id: `${idOf(1)}/${uuid(7)}`, inputs: cohort(users()), outputs: cohort(users()) };
  const steps: readonly PrintedStep[] = [
    { op: "update", name: "Cohort::canary", before, after: { inputs: cohort(users(bob)) } },
  ];
  expect(said(...steps)).toEqual([
    `Access to cohort ${uuid(1)}/canary for bob@acme.example: granted directly. grantsAccess`,
  ]);
});

test("cohorts of several projects with one name do not share a row", () => {
  const cohort = (parent: number, digit: number, email: string): PrintedStep => {
    const declare = (...people: readonly string[]) => ({
      projectId: idOf(parent),
      name: "canary",
      everyoneEnabled: false,
      ...users(...people),
    });
    const before = { id: `${idOf(parent)}/${uuid(digit)}`, inputs: declare(), outputs: declare() };
    return { op: "update", name: `Cohort::canary-${digit}`, before, after: { inputs: declare(email) } };
  };
  const projects = [project("firmware", 1, users(bob), users(bob)), project("gateways", 2, users(carl), users(carl))];
  expect(said(...projects, cohort(1, 7, bob), cohort(2, 8, carl))).toEqual([
    "Access to cohort firmware/canary for bob@acme.example: granted directly. grantsAccess",
    "Access to cohort gateways/canary for carl@acme.example: granted directly. grantsAccess",
  ]);
});

describe("a grant of a cohort", () => {
  const cohort = (before: Values, after: Values): PrintedStep => {
    const declare = (access: Values) => ({ projectId: idOf(1), name: "canary", everyoneEnabled: false, ...access });
    return {
      op: "update",
      name: "Cohort::canary",
      before: { id: `${idOf(1)}/${uuid(7)}`, inputs: declare(before), outputs: declare(before) },
      after: { inputs: declare(after) },
    };
  };
  const firmware = (access: Values) => project("firmware", 1, access, access);
  const granted = cohort(users(), users(bob));

  test("names the project that the person cannot reach", () => {
    expect(said(firmware(users(carl)), cohort(users(), users(bob, carl)))).toEqual([
      "Access to cohort firmware/canary for carl@acme.example: granted directly. grantsAccess",
      "A grant for cohort firmware/canary has no effect for bob@acme.example: granted directly, but no access to project firmware. grantsAccess",
    ]);
    expect(said(group(5, [bob], [bob]), firmware(users()), cohort(users(bob), groups(idOf(5))))).toEqual([
      "A grant for cohort firmware/canary has no effect for bob@acme.example: through group field, but no access to project firmware. grantsAccess",
      "A grant for cohort firmware/canary that had no effect ends for bob@acme.example (before: granted directly).",
    ]);
    expect(said(project("firmware", 1, users(bob), users()), granted)).toContain(
      "A grant for cohort firmware/canary has no effect for bob@acme.example: granted directly, but no access to project firmware. grantsAccess",
    );
  });

  test("takes effect with the access to the project, and ends with it", () => {
    const kept = cohort(users(bob), users(bob));
    expect(said(project("firmware", 1, users(), users(bob)), kept)).toEqual([
      "Access to cohort firmware/canary, project firmware for bob@acme.example: granted directly. grantsAccess",
    ]);
    expect(said(project("firmware", 1, users(bob), users()), kept)).toEqual([
      "No more access to cohort firmware/canary, project firmware for bob@acme.example (before: granted directly). revokesAccess",
    ]);
    expect(said(project("firmware", 1, users(), { ...users(), everyoneEnabled: true }), kept)).toEqual([
      "Everyone in the organization gets access to project firmware. opensProject",
      "Access to cohort firmware/canary for bob@acme.example: granted directly. grantsAccess",
    ]);
  });

  test("without effect is no loss when it ends", () => {
    expect(said(firmware(users(carl)), cohort(users(bob), users()))).toEqual([
      "A grant for cohort firmware/canary that had no effect ends for bob@acme.example (before: granted directly).",
    ]);
  });

  test("of an open cohort becomes reachable together with its project", () => {
    const open = { ...users(), everyoneEnabled: true };
    expect(said(project("firmware", 1, users(), open), cohort(open, open))).toEqual([
      "Everyone in the organization gets access to cohort firmware/canary, project firmware. opensProject",
    ]);
    expect(said(project("firmware", 1, users(), users(bob)), cohort(open, open))).toEqual([
      "Access to project firmware for bob@acme.example: granted directly. grantsAccess",
      "Access to cohort firmware/canary for bob@acme.example: open to everyone. grantsAccess",
    ]);
    expect(said(firmware(users(bob)), cohort(users(), open))).toEqual([
      "Everyone with access to the project gets access to cohort firmware/canary. opensProject",
      "Access to cohort firmware/canary for bob@acme.example: open to everyone. grantsAccess",
    ]);
    expect(said(project("firmware", 1, open, users(bob)), cohort(open, open))).toEqual([
      "Open to everyone before, but not after: cohort firmware/canary, project firmware.",
      "Access to project firmware remains for bob@acme.example: granted directly (before: open to everyone). grantsAccess",
      "No more access to cohort firmware/canary, project firmware for carl@acme.example, dora@acme.example (before: open to everyone). revokesAccess",
    ]);
  });

  test("does not name a project that the person may reach", () => {
    const row = (person: string) => [`Access to cohort firmware/canary for ${person}: granted directly. grantsAccess`];
    const reachable = [{}, { everyoneEnabled: true }, groups(uuid(5)), { access: "[secret]" }];
    for (const access of reachable) expect(said(firmware(access), granted)).toEqual(row(bob));
    const other = "eve@acme.example";
    const dormant =
      "A grant for cohort firmware/canary has no effect for eve@acme.example: granted directly, but no access to project firmware. grantsAccess";
    expect(said(firmware(users()), cohort(users(), users(other)))).toEqual([dormant]);
    expect(said(firmware({ everyoneEnabled: true, ...users() }), cohort(users(), users(other)))).toEqual(row(other));
    expect(said(firmware(users()), { ...firmware(users(bob)), name: "Project::again" }, granted)).toEqual(row(bob));
    const inputs = { organizationId, email: other, role: "[secret]" };
    const admin: PrintedStep = {
      op: "same",
      name: "Membership::eve",
      before: { id: other, inputs },
      after: { inputs },
    };
    expect(said(admin, firmware(users()), cohort(users(), users(other)))).toEqual(row(other));
  });
});

describe("another name", () => {
  const canary = { projectId: idOf(1), everyoneEnabled: false };
  const cohort = (before: string, after: string): PrintedStep => ({
    op: "update",
    name: "Cohort::canary",
    before: { id: `${idOf(1)}/${uuid(7)}`, inputs: { ...canary, name: before }, outputs: { ...canary, name: before } },
    after: { inputs: { ...canary, name: after } },
  });
  const field = (name: unknown) => step("Group::field", 5, { name: "field", members: [bob] }, { name, members: [bob] });

  test("of a group, project or cohort has a row without a risk, and changes no access", () => {
    const access = groups(idOf(5));
    expect(said(field("lab"), project("firmware", 1, access, access))).toEqual(["Renamed: group field to lab."]);
    expect(said(project("firmware", 1, {}, { name: "boot" }), cohort("canary", "beta"))).toEqual([
      "Renamed: project firmware to boot.",
      "Renamed: cohort boot/canary to beta.",
    ]);
  });

  test("that the preview hides has a row", () => {
    expect(said(field(unknownText))).toEqual(["The preview hides the name of group field. hidden"]);
  });

  test("outside Pulumi has a row, and the name of a new object has none", () => {
    const renamed = {
      ...field("lab"),
      after: { inputs: {}, outputs: { organizationId, name: "lab", members: [bob] } },
    };
    const drift = review([{ ...dev, op: "refresh", after: dev.before }, renamed], "drift").settings.map(
      ({ words }) => words,
    );
    expect(drift).toEqual(["Renamed: group field to lab."]);
    expect(said({ ...field("lab"), op: "replace" })[0]).toBe("Leave group field: bob@acme.example. revokesAccess");
  });
});

describe("an invitation to a group", () => {
  const access = groups(idOf(5));
  const firmware = project("firmware", 1, access, access);
  const eve = "eve@acme.example";
  const member = (groupId: unknown, more: Printed = {}): PrintedStep => ({
    op: "create",
    name: `Membership::${eve}`,
    before: undefined,
    after: { inputs: { organizationId, email: eve, role: "member", groupId }, ...more },
  });

  test("gives access to the projects of the group", () => {
    expect(said(group(5, [bob], [bob]), firmware, member(idOf(5)))).toEqual([
      "Join group field by accepting an invitation: eve@acme.example, with access to project firmware. grantsAccess",
    ]);
    expect(said(group(5, [bob], [bob, eve]), firmware, member(idOf(5)))).toEqual([
      "Join group field by accepting an invitation: eve@acme.example. grantsAccess",
      "Join group field: eve@acme.example, with access to project firmware. grantsAccess",
    ]);
  });

  test("names the UUID of a group that no stack declares", () => {
    expect(said(firmware, member(uuid(6)))).toEqual([
      `Join group ${uuid(6)} by accepting an invitation: eve@acme.example. grantsAccess`,
    ]);
  });

  test("guesses no group if another resource or a secret may provide it", () => {
    const created = {
      op: "create",
      name: "Group::field",
      after: { inputs: { organizationId, name: "field", members: [] } },
    };
    const hidden = "The preview hides the group of the invitation for eve@acme.example. hidden";
    const two = { dependsOn: { groupId: ["Group::field", "Membership::other"] } };
    expect(said(created, member(unknownText, two))).toContain(hidden);
    expect(said(created, member("[secret]", { dependsOn: { groupId: ["Group::field"] } }))).toContain(hidden);
  });

  test("names a group that the same change creates, if there is only one", () => {
    const created = (name: string): PrintedStep => ({
      op: "create",
      name: `Group::${name}`,
      before: undefined,
      after: { inputs: { organizationId, name, members: [] } },
    });
    const from = (...names: readonly string[]) =>
      member(unknownText, { dependsOn: { groupId: names.map((name) => `Group::${name}`) } });
    expect(said(created("lab"), from("lab"))).toEqual([
      "Join group lab by accepting an invitation: eve@acme.example. grantsAccess",
      "Created: group lab.",
    ]);
    expect(said(created("lab"), created("office"), from("lab", "office"))).toEqual([
      "The preview hides the group of the invitation for eve@acme.example. hidden",
      "Created: group lab, group office.",
    ]);
  });

  test("is a high risk if the preview hides the group or the person, and it may differ", () => {
    const changed = (differs: readonly string[], groupId: unknown): PrintedStep => {
      const inputs = { organizationId, email: eve, role: "member", groupId: "[secret]" };
      const before = { id: eve, inputs, outputs: { ...inputs, status: "pending" } };
      return {
        op: "update",
        name: `Membership::${eve}`,
        before,
        after: { inputs: { ...inputs, groupId } },
        differs,
      };
    };
    const hidden = ["The preview hides the group of the invitation for eve@acme.example. hidden"];
    expect(said(member("[secret]"))).toEqual(hidden);
    expect(said(changed(["groupId"], "[secret]"))).toEqual(hidden);
    expect(said(changed(["role"], "[secret]"))).toEqual([]);
    const someone: PrintedStep = {
      op: "create",
      name: "Membership::eve",
      after: { inputs: { organizationId, email: "[secret]", role: "member", groupId: idOf(5) } },
    };
    expect(said(someone)).toEqual([
      "The preview hides who joins which group by accepting an invitation: Membership eve. hidden",
    ]);
  });

  test("of a roster is a high risk if the preview hides the groups, and counts if it hides the members", () => {
    const roster = (before: Values, after: Values, differs: readonly string[]): PrintedStep => ({
      op: "update",
      name: "OrganizationMembers::all",
      before: { id: organizationId, inputs: { organizationId, ...before }, outputs: { organizationId, ...before } },
      after: { inputs: { organizationId, ...after } },
      differs,
    });
    const members = { [eve]: "member" };
    const secret = { members, groups: "[secret]" };
    const hidden = [
      'The preview hides who joins which group by accepting an invitation: OrganizationMembers "all". hidden',
    ];
    expect(said(roster({ members }, secret, ["groups"]))).toEqual(hidden);
    expect(said(roster(secret, secret, ["groups"]))).toEqual(hidden);
    expect(said(roster(secret, { ...secret, minAdmins: 2 }, ["minAdmins"]))).toEqual([]);
    const inGroup = { members: "[secret]", groups: { [eve]: uuid(6) } };
    expect(said(roster({ members: "[secret]" }, inGroup, ["groups"]))).toEqual([
      `Join group ${uuid(6)} by accepting an invitation: eve@acme.example. grantsAccess`,
    ]);
  });

  test("of a roster counts until the person has accepted", () => {
    const roster = (status: string, before: Values, after: Values): PrintedStep => {
      const inputs = { organizationId, members: { [eve]: "member" } };
      const people = { [eve]: { status } };
      return {
        op: "update",
        name: "OrganizationMembers::all",
        before: {
          id: organizationId,
          inputs: { ...inputs, groups: before },
          outputs: { ...inputs, groups: before, people },
        },
        after: { inputs: { ...inputs, groups: after } },
      };
    };
    const field = group(5, [bob], [bob]);
    expect(said(field, firmware, roster("pending", {}, { [eve]: idOf(5) }))).toEqual([
      "Join group field by accepting an invitation: eve@acme.example, with access to project firmware. grantsAccess",
    ]);
    expect(said(field, firmware, roster("pending", { [eve]: uuid(5) }, { [eve]: idOf(5) }))).toEqual([]);
    expect(said(field, firmware, roster("pending", { [eve]: idOf(5) }, {}))).toEqual([
      "No longer join group field by accepting an invitation: eve@acme.example, and lose access to project firmware. revokesAccess",
    ]);
    expect(said(field, firmware, roster("active", {}, { [eve]: idOf(5) }))).toEqual([
      "Declared to join group field by an invitation, which has no effect for members: eve@acme.example. grantsAccess",
    ]);
  });
});
