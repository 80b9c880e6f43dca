import type { Values } from "#framework";
import type { PrintedStep } from "./support/document";
import { unknownText } from "./support/document";
import { judge } from "./support/judged";
import { idOf, organizationId, step, uuid } from "./support/objects";

const [bob, carl, dora] = ["bob@acme.example", "carl@partner.example", "dora@partner.example"];
const partners = 'x: { people: "*@partner.example", groups: "partner-*" }';
const outsiders = 'x: { people: "*@partner.example", groups: none }';

function group(name: string, digit: number, before: Values | undefined, after: Values | undefined): PrintedStep {
  return step(`Group::${name}`, digit, before && { name, ...before }, after && { name, ...after });
}

function member(email: string, status: string): PrintedStep {
  const inputs = { organizationId, email, role: "member" };
  return {
    op: "same",
    name: `Membership::${email}`,
    before: { id: email, inputs, outputs: { ...inputs, status } },
    after: { inputs },
  };
}

test("`none` allows no group, and a list allows a group of that name", () => {
  const steps = [group("none", 5, { members: [carl] }, { members: [carl] })];
  expect(judge(outsiders, steps)).toEqual([
    `(before) ${carl} is in group "none" of acme, but the rule allows no group. Remove the person from the group. [${carl}]`,
  ]);
  expect(judge("x: { groups: [none] }", steps)).toEqual([]);
});

test("applies to the groups after the change: renamed, deleted and released ones", () => {
  const renamed = step(
    "Group::field",
    5,
    { name: "partner-field", members: [carl] },
    { name: "field", members: [carl] },
  );
  expect(judge(partners, [renamed])).toEqual([
    `${carl} is in group field of acme, but the rule allows only partner-*. Remove the person from the group. [${carl}]`,
  ]);
  const deleted = group("field", 5, { members: [carl] }, undefined);
  expect(judge(partners, [deleted])).toEqual([]);
  const released = { ...deleted, before: { ...deleted.before, retainOnDelete: true } };
  expect(judge(partners, [released])).toEqual([
    "No reviewed stack declares the members of group field of acme, so the rule cannot check them. Declare `members`.",
    `(before) ${carl} is in group field of acme, but the rule allows only partner-*. Remove the person from the group. [${carl}]`,
  ]);
});

test("applies to people who are invited, and to the group of their invitation", () => {
  const field = group("field", 5, { members: [dora] }, { members: [dora] });
  const invitation = (email: string, groupId: string, more: Values = {}): PrintedStep => ({
    op: "create",
    name: `Membership::${email}`,
    after: { inputs: { organizationId, email, role: "member", groupId }, ...more },
  });
  const joins = (email: string) =>
    `${email} joins group field of acme after accepting the invitation, but the rule allows no group. Remove the person from the group. [${email}]`;
  expect(
    judge(outsiders, [field, invitation(carl, idOf(5)), invitation(bob, idOf(5)), member(dora, "pending")]),
  ).toEqual([joins(carl), `(before) ${joins(dora)}`]);
  // The member of the group and the invitation are one finding.
  expect(judge(outsiders, [field, invitation(dora, idOf(5))])).toEqual([`(before) ${joins(dora)}`]);
  const created = group("field", 6, undefined, { members: [] });
  const [problem] = judge(outsiders, [
    created,
    invitation(carl, unknownText, { dependsOn: { groupId: ["Group::field"] } }),
  ]);
  expect(problem).toBe(joins(carl));
});

test("applies to the invitations of a released roster or Membership, also if the organization stays", () => {
  const field = group("field", 5, { members: [] }, { members: [] });
  const release = (name: string, id: string, values: Values): PrintedStep => {
    const inputs = { organizationId, ...values };
    const outputs = { ...inputs, status: "pending", people: { [carl]: { status: "pending" } } };
    return { op: "delete", name, before: { id, inputs, outputs, retainOnDelete: true } };
  };
  const roster = release("OrganizationMembers::people", organizationId, {
    members: { [carl]: "member" },
    groups: { [carl]: idOf(5) },
  });
  const own = release("Membership::carl", idOf(7), { email: carl, role: "member", groupId: idOf(5) });
  const kept = { ...member(carl, "pending"), name: "Membership::kept" };
  for (const steps of [[roster], [own], [own, { ...kept, before: { ...kept.before, id: idOf(7) } }]]) {
    expect(judge(outsiders, [field, ...steps])).toEqual([expect.stringContaining(`${carl} joins group field of acme`)]);
  }
});

test("the group of an invitation has no effect after acceptance", () => {
  const active = member(carl, "active");
  const declared: PrintedStep = {
    ...active,
    after: { inputs: { organizationId, email: carl, role: "member", groupId: idOf(5) } },
  };
  expect(judge(outsiders, [group("field", 5, { members: [] }, { members: [] }), declared])).toEqual([]);
});

test("the group of an invitation has no effect after acceptance, also beside another roster", () => {
  const roster = (name: string, email: string, status: string): PrintedStep => {
    const inputs = { organizationId, members: { [email]: "member" }, groups: { [email]: idOf(5) } };
    const state = { id: organizationId, inputs, outputs: { ...inputs, people: { [email]: { status } } } };
    return { op: "same", name: `OrganizationMembers::${name}`, before: state, after: state };
  };
  const rosters = [roster("one", carl, "active"), roster("two", dora, "active")];
  expect(judge(outsiders, [group("field", 5, { members: [] }, { members: [] }), ...rosters])).toEqual([]);
});

test("applies to the groups of a roster's invitations", () => {
  const everyone = { [bob]: "member", [carl]: "member" };
  const roster = (groups: unknown, more: Values = {}, members: unknown = everyone): PrintedStep => ({
    op: "create",
    name: "OrganizationMembers::people",
    after: { inputs: { organizationId, members, groups }, ...more },
  });
  const field = group("field", 5, { members: [] }, { members: [] });
  expect(judge(outsiders, [field, roster({ [bob]: idOf(5), [carl]: idOf(5) })])).toEqual([
    `${carl} joins group field of acme after accepting the invitation, but the rule allows no group. Remove the person from the group. [${carl}]`,
  ]);
  expect(judge(outsiders, [field, roster({ [carl]: unknownText })])).toEqual([
    `${carl} joins a group of acme after accepting the invitation, but the preview hides the group, so the rule cannot check it. Declare the group as a plain value, not as a secret or an unknown output. [${carl}]`,
  ]);
  // Every address with a group is in `members`.
  expect(judge(outsiders, [field, roster({ [carl]: idOf(5) }, {}, "[secret]")])).toEqual([
    expect.stringContaining(`${carl} is in group field of acme`),
  ]);
  const hidden: PrintedStep = {
    op: "create",
    name: "Membership::hidden",
    after: { inputs: { organizationId, email: "[secret]", role: "member", groupId: idOf(5) } },
  };
  expect(judge(outsiders, [field, hidden])).toEqual([expect.stringContaining("but the preview hides the people")]);
  expect(judge(outsiders, [field, roster("[secret]")])).toEqual([
    "People join groups of acme after accepting an invitation, but the preview hides the people, so the rule cannot check them. Declare the addresses and groups as plain values, not as secrets or unknown outputs.",
  ]);
});

test("an invitation of a hidden person counts only with a group, and another one is a new violation", () => {
  const invitation = (name: string, groups: Values): PrintedStep => {
    const inputs = { organizationId, email: "[secret]", role: "member", ...groups };
    return { op: "same", name: `Membership::${name}`, before: { id: name, inputs }, after: { inputs } };
  };
  const [one, other] = [invitation("one", { groupId: uuid(5) }), invitation("other", { groupId: uuid(5) })];
  const hidden = "People join groups of acme after accepting an invitation";
  expect(judge(outsiders, [invitation("one", {})])).toEqual([]);
  expect(judge(outsiders, [one])).toEqual([expect.stringMatching(`^${hidden}`)]);
  expect(judge(outsiders, [one, { ...other, op: "create", before: undefined }])).toEqual([
    expect.stringMatching(`^${hidden}`),
  ]);
});

test("says that the members of a group are undeclared or hidden", () => {
  expect(judge(outsiders, [group("field", 5, {}, {})])).toEqual([
    "(before) No reviewed stack declares the members of group field of acme, so the rule cannot check them. Declare `members`.",
  ]);
  const hidden =
    "Members of group field of acme are hidden, so the rule cannot check them. Declare the addresses as plain values, not as secrets or unknown outputs.";
  expect(judge(outsiders, [group("field", 5, { members: ["[secret]"] }, { members: ["[secret]"] })])).toEqual([hidden]);
  expect(
    judge(outsiders, [group("field", 5, { members: ["[secret]"] }, { members: ["[secret]", unknownText] })]),
  ).toEqual([hidden]);
  expect(judge(outsiders, [group("field", 5, { members: [bob] }, { members: "[secret]" })])).toEqual([hidden]);
  expect(judge('x: { groups: "f*" }', [group("field", 5, { members: [] }, { members: "[secret]" })])).toEqual([]);
});

test("says that the name of a group is hidden, unless the group has no member to check", () => {
  const secret = (members: readonly string[]) =>
    step("Group::field", 5, { name: "field", members }, { name: "[secret]", members });
  expect(judge(partners, [secret([carl])])).toEqual([
    `${carl} is in group field of acme, but the name of the group is secret, so the rule cannot check it. Declare the name as a plain value, not as a secret or an unknown output. [${carl}]`,
  ]);
  expect(judge(partners, [secret([bob])])).toEqual([]);
});

test("another person in a group with a hidden name is a new violation", () => {
  const joins = step("Group::field", 5, { name: "[secret]", members: [dora] }, { name: "[secret]", members: [carl] });
  const named = (...differs: readonly string[]) =>
    judge(`${partners.slice(0, -2)}, existing: ignored }`, [{ ...joins, differs }]);
  expect(named("members[0]")).toEqual([expect.stringMatching(`^${carl} is in group`)]);
  const same = { name: "[secret]", members: [carl] };
  expect(judge(partners, [step("Group::field", 5, same, same)])).toEqual([expect.stringMatching(`^${carl} is in`)]);
});

test("hidden values are new violations, because they cannot be compared", () => {
  const field = (values: Values) => step("Group::field", 5, values, values);
  const invited = (values: Values) => {
    const inputs = { organizationId, role: "member", ...values };
    return { op: "same", name: "Membership::one", before: { id: "one", inputs }, after: { inputs } };
  };
  const hiding = { name: "firmware", access: { groups: ["[secret]"] } };
  for (const unchanged of [
    field({ name: "field", members: ["[secret]"] }),
    field({ name: "[secret]", members: [carl] }),
    step("Project::firmware", 1, hiding, hiding),
    invited({ email: carl, groupId: "[secret]" }),
    invited({ email: "[secret]", groupId: uuid(5) }),
  ])
    expect(judge(outsiders, [unchanged])).toEqual([expect.not.stringMatching(/^\(before\)/)]);
});

test("an invitation to another group that no reviewed stack declares, or to a hidden one, is a new violation", () => {
  const invite = (before: string, after: string) => {
    const [former, present] = [before, after].map((groupId) => ({
      organizationId,
      email: carl,
      role: "member",
      groupId,
    }));
    return judge(outsiders, [
      {
        op: before === after ? "same" : "update",
        name: "Membership::carl",
        before: { id: "carl", inputs: former ?? {}, outputs: { ...former, status: "pending" } },
        after: { inputs: present ?? {} },
      },
    ]);
  };
  expect(invite(idOf(7), idOf(8))).toEqual([expect.stringMatching(`^${carl} joins`)]);
  expect(invite(idOf(7), "[secret]")).toEqual([expect.stringMatching(`^${carl} joins`)]);
  expect(invite(idOf(7), idOf(7))).toEqual([expect.stringMatching(`^\\(before\\) ${carl} joins`)]);
});

test("a group whose members a program stops declaring is a new violation, also with known members", () => {
  const drops = (members: readonly string[]) => group("field", 5, { members }, {});
  const undeclared =
    "No reviewed stack declares the members of group field of acme, so the rule cannot check them. Declare `members`.";
  expect(judge(outsiders, [drops([])])).toEqual([undeclared]);
  expect(judge(outsiders, [drops([carl])])).toEqual([undeclared, expect.stringMatching(`^\\(before\\) ${carl} is in`)]);
  // Another declaration keeps the members.
  const twin = { ...group("field", 5, { members: [] }, { members: [] }), name: "Group::twin" };
  expect(judge(outsiders, [drops([]), twin])).toEqual([]);
});

test("says that groups with access to a project are hidden, unless the same change creates them", () => {
  const project = (access: unknown, accessOf: readonly string[] = []) =>
    step(
      "Project::firmware",
      1,
      { name: "firmware", access: { groups: [] } },
      { name: "firmware", access },
      { accessOf },
    );
  const hidden = [
    "Groups with access to project firmware of acme are hidden, so the rule cannot check their members. Declare the groups as plain values, not as secrets or unknown outputs.",
  ];
  for (const access of ["[secret]", { groups: "[secret]" }, { groups: ["[secret]"] }, { groups: [unknownText] }])
    expect(judge(outsiders, [project(access)])).toEqual(hidden);
  const created = group("field", 5, undefined, { members: [] });
  const judgeCreated = (...groups: readonly string[]) =>
    judge(outsiders, [created, project({ groups }, ["Group::field"])]);
  expect(judgeCreated(unknownText)).toEqual([]);
  expect(judgeCreated(unknownText, unknownText)).toEqual(hidden);
  expect(judgeCreated("[secret]")).toEqual(hidden);
});

test("stacks that disagree about the name of a group", () => {
  const own = (name: string, members: readonly string[]) => ({
    ...step("Group::x", 5, { name, members }, { name, members }),
    name: `Group::${name}`,
  });
  const invited: PrintedStep = {
    op: "create",
    name: "Membership::dora",
    after: { inputs: { organizationId, email: dora, role: "member", groupId: idOf(5) } },
  };
  expect(judge(partners, [own("partner-x", [carl]), own("ops", []), invited])).toEqual([
    expect.stringContaining(`${carl} is in group partner-x of acme, but the name of the group is not known`),
    expect.stringMatching(`^${dora} joins a group of acme`),
  ]);
});

test("says that no reviewed stack declares a group", () => {
  const access = { access: { groups: [uuid(6)] } };
  const project = { name: "firmware", everyoneEnabled: false };
  const steps = [step("Project::firmware", 1, { ...project, ...access }, { ...project, ...access })];
  expect(judge(outsiders, steps)).toEqual([
    `(before) The group ${uuid(6)} has access to a project or cohort of acme, but no reviewed stack declares the group, so the rule cannot check its members. Declare the group, or add the preview of the stack that declares it.`,
  ]);
  expect(judge(outsiders, [...steps, group("field", 6, { members: [] }, { members: [] })])).toEqual([]);
  const invited: PrintedStep = {
    op: "create",
    name: "Membership::carl",
    after: { inputs: { organizationId, email: carl, role: "member", groupId: uuid(7) } },
  };
  expect(judge(outsiders, [invited])).toEqual([
    `${carl} joins a group of acme after accepting the invitation, but no reviewed stack declares the group ${uuid(7)}, so the rule cannot check it. Add the preview of the stack that declares the group. [${carl}]`,
  ]);
});

test("exemptions and organizations limit the rule", () => {
  const steps = [group("field", 5, { members: [carl, dora] }, { members: [carl, dora] })];
  const exempt = (until: string) =>
    `x: { groups: none, exempt: [{ person: ${carl}, organization: acme, until: ${until}, because: x }] }`;
  expect(judge(exempt("2027-01-31"), steps)).toHaveLength(1);
  expect(judge(exempt("2027-01-30"), steps)).toEqual([
    expect.stringContaining(`[${carl}]`),
    expect.stringContaining(`[${dora}]`),
  ]);
  expect(judge(exempt("2027-01-30"), steps)[0]).toContain("An exemption from the rule ended on 2027-01-30.");
  expect(judge("x: { groups: none, organizations: other }", steps)).toEqual([]);
});

test("an import of a group or project breaks a rule about changes, because nobody reviewed its people", () => {
  const imported = (name: string, values: Values): PrintedStep => ({
    op: "import",
    name,
    after: { id: idOf(5), importID: idOf(5), inputs: { organizationId, ...values } },
  });
  expect(
    judge("x: { groups: none, existing: ignored }", [imported("Group::ops", { name: "ops", members: [carl] })]),
  ).toEqual([expect.stringContaining(`${carl} is in group ops of acme`)]);
  expect(
    judge("x: { access: { users: none }, existing: ignored }", [
      imported("Project::firmware", { name: "firmware", everyoneEnabled: false, access: { users: [carl] } }),
    ]),
  ).toEqual([expect.stringContaining(`${carl} has a direct grant`)]);
});

test("a group that another resource imports without its members is a new violation", () => {
  const released = step("Group::field", 5, { name: "field", members: [bob] }, undefined, { retainOnDelete: true });
  const imported = (values: Values): PrintedStep => ({
    op: "import",
    name: "Group::team",
    after: { inputs: { organizationId, name: "field", ...values }, importID: idOf(5) },
  });
  expect(judge(outsiders, [released, imported({})])).toEqual([
    expect.stringMatching(/^No reviewed stack declares the members of group field/),
  ]);
  expect(judge(outsiders, [released, imported({ members: [bob] })])).toEqual([]);
});
