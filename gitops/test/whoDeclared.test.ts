import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Values } from "#framework";
import { run } from "../src/program";
import { accessAnswer, type AccessAnswer } from "../src/who/report";
import { document, organization, type PrintedStep, prn, unknownText } from "./support/document";
import { fakeTerminal } from "./support/terminal";

/** Asks who has access to what, in previews and layouts. */

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "dora@acme.example"];
const uuid = (digit: number) => `00000000-0000-4000-8000-00000000010${digit}`;
const organizationId = prn(1);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "who-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function who(args: readonly string[], input = "") {
  const terminal = fakeTerminal({ folder, input: () => Promise.resolve(input) });
  const code = await run(["who", ...args], terminal);
  return { code, output: terminal.printed(), errors: terminal.said() };
}

/** Returns the access in a line each: `acme firmware bob@acme.example: user, group field`, or `: perhaps user`. */
function describeAccess({ access }: AccessAnswer): readonly string[] {
  return access.map(({ organization, name, person, reasons, certain }) => {
    const words = reasons.map((reason) => ("group" in reason ? `${reason.kind} ${reason.group}` : reason.kind));
    return `${organization} ${name} ${person}: ${certain ? "" : "perhaps "}${words.join(", ")}`;
  });
}

describe("in a preview", () => {
  /** A resource that a change creates, updates or leaves as it is. */
  function step(name: string, id: string, before: Values | undefined, after: Values | undefined): PrintedStep {
    const op = before === undefined ? "create" : after === undefined ? "delete" : before === after ? "same" : "update";
    return {
      op,
      name,
      before: before && { id, inputs: before, outputs: before },
      after: after && { inputs: after },
    };
  }

  const member = (email: string, status = "active", more: Values = {}): PrintedStep => {
    const inputs = { organizationId, email, role: "member", ...more };
    const outputs = { ...inputs, status };
    return {
      op: "same",
      name: `Membership::${email}`,
      before: { id: `${organizationId}/${email}`, inputs, outputs },
      after: { inputs },
    };
  };

  const project = (name: string, digit: number, before: Values | undefined, after: Values | undefined): PrintedStep =>
    step(
      `Project::${name}`,
      `${organizationId}/${uuid(digit)}`,
      before && { organizationId, name, ...before },
      after && { organizationId, name, ...after },
    );

  const open = { everyoneEnabled: true };
  const closed = (access: Values = {}) => ({ everyoneEnabled: false, access });
  const acme = organization("acme", 1);
  const noRoster = "No roster declares all people of acme, so other people may have access too.";

  async function ask(steps: readonly PrintedStep[], ...args: readonly string[]): Promise<AccessAnswer> {
    const { code, output, errors } = await who([...args, "--preview", "-", "--json"], document(steps));
    expect([code, errors]).toEqual([0, ""]);
    return accessAnswer.parse(JSON.parse(output));
  }

  test("the answer is about the state after the change", async () => {
    const fieldId = `${organizationId}/${uuid(5)}`;
    const steps = [
      acme,
      member(bob),
      member(dora),
      step(
        "Group::field",
        fieldId,
        { organizationId, name: "field", members: [bob] },
        { organizationId, name: "field", members: [dora] },
      ),
      project("firmware", 1, open, closed({ users: [bob], groups: [fieldId] })),
      project("gateways", 2, closed({ users: [dora] }), undefined),
      project("sensors", 3, undefined, open),
    ];
    const answer = await ask(steps, dora);
    expect(describeAccess(answer)).toEqual([`acme firmware ${dora}: group field`, `acme sensors ${dora}: everyone`]);
    expect(answer).toMatchObject({ source: "preview", complete: true, remarks: [noRoster] });
    expect(describeAccess(await ask(steps, "--project", "firmware"))).toEqual([
      `acme firmware ${ada}: role`,
      `acme firmware ${bob}: user`,
      `acme firmware ${dora}: group field`,
    ]);
    const { code, errors } = await who(["--project", "gateways", "--preview", "-"], document(steps));
    expect([code, errors]).toEqual([
      1,
      'peridio-gitops: No organization in the previews has a project or cohort "gateways". Correct --project.\n',
    ]);
  });

  test("a group whose id is not known yet gives access", async () => {
    const created = project("firmware", 1, undefined, closed({ groups: [unknownText] }));
    const steps = [
      acme,
      member(bob),
      step("Group::field", "", undefined, { organizationId, name: "field", members: [bob] }),
      { ...created, after: { ...created.after, accessOf: ["Group::field"] } },
    ];
    expect(describeAccess(await ask(steps, bob))).toEqual([`acme firmware ${bob}: group field`]);
  });

  test("a cohort has the name of its project, and is out of reach without the project", async () => {
    const cohort = (name: string, projectId: string, access: Values): PrintedStep =>
      step(`Cohort::${name}`, `${projectId}/${uuid(9)}`, undefined, { projectId, name, ...access });
    const projectId = `${organizationId}/${uuid(1)}`;
    const steps = [
      acme,
      member(bob),
      member(dora),
      project("firmware", 1, closed({ users: [bob] }), closed({ users: [bob] })),
      cohort("canary", projectId, open),
      cohort("stable", `${organizationId}/${uuid(7)}`, closed({ users: [dora] })),
    ];
    expect(describeAccess(await ask(steps, "--project", "firmware/canary"))).toEqual([
      `acme firmware/canary ${ada}: role, everyone`,
      `acme firmware/canary ${bob}: everyone`,
    ]);
    expect(describeAccess(await ask(steps, dora))).toEqual([`acme ${uuid(7)}/stable ${dora}: perhaps user`]);
  });

  test("an undeclared person with a grant for a cohort may reach the project", async () => {
    const cohort = { projectId: `${organizationId}/${uuid(1)}`, name: "canary", ...closed({ users: [dora] }) };
    const steps = [
      acme,
      project("firmware", 1, open, open),
      step("Cohort::canary", `${cohort.projectId}/${uuid(9)}`, cohort, cohort),
    ];
    expect(describeAccess(await ask(steps, dora))).toEqual([`acme firmware/canary ${dora}: perhaps user`]);
    expect(describeAccess(await ask([member(dora), ...steps], dora))).toEqual([
      `acme firmware ${dora}: everyone`,
      `acme firmware/canary ${dora}: user`,
    ]);
  });

  test("a person with a hidden role and a grant for a cohort may reach the project as an admin", async () => {
    const cohort = { projectId: `${organizationId}/${uuid(1)}`, name: "canary", ...closed({ users: [bob] }) };
    const steps = [
      acme,
      project("firmware", 1, closed(), closed()),
      step("Cohort::canary", `${cohort.projectId}/${uuid(9)}`, cohort, cohort),
    ];
    const hidden = member(bob, "active", { role: "[secret]" });
    expect(describeAccess(await ask([hidden, ...steps], bob))).toEqual([`acme firmware/canary ${bob}: perhaps user`]);
    expect(describeAccess(await ask([member(bob), ...steps], bob))).toEqual([]);
  });

  test("names invitations, expired invitations and people without a declared membership", async () => {
    const steps = [
      acme,
      member(bob, "pending"),
      member(carl, "expired", { onExpired: "ignore" }),
      project("firmware", 1, open, { ...open, access: { users: [dora] } }),
    ];
    const { output } = await who(["--project", "firmware", "--preview", "-"], document(steps));
    expect(output).toBe(`3 people have access to firmware.

ORGANIZATION  PROJECT   PERSON                            WHY
acme          firmware  ada@acme.example                  as an owner, open to everyone
acme          firmware  bob@acme.example (invited)        open to everyone
acme          firmware  dora@acme.example (not declared)  granted directly

Not in this answer:
- No roster declares all people of acme, so other people may have access too.
`);
    const { output: expired } = await who([carl, "--preview", "-"], document(steps));
    expect(expired).toMatch(
      /^carl@partner\.example has access to no project\.\n\n.*\nacme +member \(invitation expired\) +none\n/,
    );
  });

  test("a grant to a person who leaves the organization gives no access", async () => {
    const fieldId = `${organizationId}/${uuid(5)}`;
    const field = { organizationId, name: "field", members: [bob, dora] };
    const firmware = closed({ users: [bob], groups: [fieldId] });
    const steps = [
      acme,
      { ...member(bob), op: "delete", after: undefined },
      member(dora),
      step("Group::field", fieldId, field, field),
      project("firmware", 1, firmware, firmware),
    ];
    expect(describeAccess(await ask(steps, "--project", "firmware"))).toEqual([
      `acme firmware ${ada}: role`,
      `acme firmware ${dora}: group field`,
    ]);
    const { errors } = await who([bob, "--preview", "-"], document(steps));
    expect(errors).toContain("No organization in the previews has the member bob@acme.example.");
    const roster = { organizationId, members: { [ada]: "admin", [dora]: "member" } };
    const all = step("OrganizationMembers::all", organizationId, roster, roster);
    const undeclared = [acme, all, project("firmware", 1, firmware, firmware)];
    expect(describeAccess(await ask(undeclared, "--project", "firmware"))).toEqual([`acme firmware ${ada}: role`]);
  });

  test("shows the end of a role", async () => {
    const members = { [ada]: "admin", [dora]: "admin" };
    const roster = {
      organizationId,
      members,
      lastDays: { [dora]: "2027-06-30" },
      rolesAfterwards: { [dora]: "member" },
    };
    const answer = await ask([acme, step("OrganizationMembers::all", organizationId, roster, roster)], dora);
    expect(answer.memberships).toMatchObject([{ person: dora, until: "2027-06-30", afterwards: "member" }]);
  });

  test("an invitation to a group gives access", async () => {
    const fieldId = `${organizationId}/${uuid(5)}`;
    const field = { organizationId, name: "field", members: [bob] };
    const steps = [
      acme,
      member(bob, "active", { groupId: fieldId }),
      member(dora, "pending", { groupId: fieldId }),
      step("Group::field", fieldId, field, field),
      project("firmware", 1, open, closed({ groups: [fieldId] })),
    ];
    expect(describeAccess(await ask(steps, bob))).toEqual([`acme firmware ${bob}: group field`]);
    expect((await who([dora, "--preview", "-"], document(steps))).output).toContain(
      "acme          member (invited)  firmware  through group field, by accepting an invitation\n",
    );
    const [access] = (await ask(steps, dora)).access;
    expect(access?.reasons).toEqual([{ kind: "invitation", group: "field" }]);
  });

  test("says what the preview hides", async () => {
    const fieldId = `${organizationId}/${uuid(5)}`;
    const undeclared = { organizationId, name: "field" };
    const steps = [
      acme,
      member(bob),
      step("Group::field", fieldId, undeclared, undeclared),
      project("firmware", 1, open, closed({ groups: [fieldId] })),
      project("gateways", 2, open, { everyoneEnabled: true, access: "[secret]" }),
    ];
    const group = "Group field has access to project firmware, but no stack declares the members of this group.";
    const hidden = "The preview hides who has access to project gateways.";
    expect((await ask(steps, bob)).remarks).toEqual([noRoster, group, hidden]);
    expect((await ask(steps, "--project", "gateways")).remarks).toEqual([noRoster, hidden]);
  });

  test("says that no stack declares the grants of a closed project, also for its cohorts", async () => {
    const cohort = { projectId: `${organizationId}/${uuid(1)}`, name: "canary", everyoneEnabled: true };
    const undeclared = { everyoneEnabled: false };
    const steps = [
      acme,
      project("firmware", 1, undeclared, undeclared),
      project("gateways", 2, open, open),
      step("Cohort::canary", `${cohort.projectId}/${uuid(9)}`, cohort, cohort),
    ];
    const remarks = [noRoster, "No stack declares the grants of project firmware."];
    expect((await ask(steps, "--project", "firmware")).remarks).toEqual(remarks);
    expect((await ask(steps, "--project", "firmware/canary")).remarks).toEqual(remarks);
    expect((await ask(steps, "--project", "gateways")).remarks).toEqual([noRoster]);
  });

  test("several stacks are one answer, and one stack has one preview", async () => {
    writeFileSync(join(folder, "people.json"), document([acme, member(bob)], { stack: "people" }));
    writeFileSync(join(folder, "projects.json"), document([project("firmware", 1, open, open)], { stack: "projects" }));
    const args = [bob, "--preview", "people.json", "--preview", "projects.json"];
    expect((await who(args)).output).toContain("acme          member  firmware  open to everyone\n");
    const { code, errors } = await who([...args, "--preview", "people.json"]);
    expect([code, errors]).toEqual([
      1,
      "peridio-gitops: The stack acme/people has two previews: people.json and people.json. Pass one preview for each stack.\n",
    ]);
  });

  test("stacks that declare one project are one answer, with a note if they contradict each other", async () => {
    const declare = (access: Values) => project("firmware", 1, closed(), closed(access));
    writeFileSync(join(folder, "a.json"), document([acme, member(bob), declare({ users: [bob] })], { stack: "a" }));
    writeFileSync(join(folder, "b.json"), document([declare({ users: [bob] })], { stack: "b" }));
    const args = [bob, "--preview", "a.json", "--preview", "b.json", "--json"];
    const same = accessAnswer.parse(JSON.parse((await who(args)).output));
    expect(describeAccess(same)).toEqual([`acme firmware ${bob}: user`]);
    const contradiction = "Stacks contradict each other. `peridio-gitops review` names each contradiction.";
    expect(same.remarks).not.toContain(contradiction);
    const undeclared = { everyoneEnabled: false };
    writeFileSync(join(folder, "b.json"), document([project("firmware", 1, undeclared, undeclared)], { stack: "b" }));
    expect(accessAnswer.parse(JSON.parse((await who(args)).output)).remarks).toEqual([noRoster]);
    writeFileSync(join(folder, "b.json"), document([declare({ users: [] })], { stack: "b" }));
    const contradicted = accessAnswer.parse(JSON.parse((await who(args)).output));
    expect(contradicted.remarks.filter((sentence) => sentence === contradiction)).toHaveLength(1);
    expect(describeAccess(contradicted)).toEqual([`acme firmware ${bob}: perhaps user`]);
  });

  test("describes hidden people without the words of a review", async () => {
    const members = { [bob]: "member" };
    const roster = { organizationId, members, ignore: ["*@partner.example"] };
    const steps = [
      acme,
      step("OrganizationMembers::acme", organizationId, roster, { organizationId, members }),
      { op: "create", name: "Organization::lab", after: { inputs: { name: "lab" } } },
    ];
    const { remarks } = await ask(steps, bob);
    expect(remarks.join(" ")).toContain("The previews do not name these people. ");
    expect(remarks.filter((sentence) => /review|Messages/.test(sentence.replaceAll("preview", "")))).toEqual([]);
  });

  test("a preview without projects shows roles", async () => {
    const { output } = await who([bob, "--preview", "-"], document([acme, member(bob)]));
    expect(output).toBe(`bob@acme.example is in 1 organization.

ORGANIZATION  ROLE
acme          member

Not in this answer:
- The previews contain no project, so the answer contains only roles.
- ${noRoster}
`);
  });
});

describe("in a layout", () => {
  const layout = `
organizations:
  acme:
    groups:
      field: { members: [developers] }
      partners: {}
    projects:
      firmware:
        everyoneEnabled: false
        access: { users: [carl@partner.example], groups: [field, partners] }
        cohorts:
          canary: { everyoneEnabled: false, access: { users: [bob@acme.example] } }
          stable: { everyoneEnabled: true }
      gateways: { everyoneEnabled: true }
      sensors: { everyoneEnabled: false }
  globex: {}
teams:
  developers: [bob@acme.example]
people:
  ada@acme.example: { acme: admin, globex: admin }
  bob@acme.example: { acme: member }
  carl@partner.example: { acme: member }
  dora@acme.example: { acme: member, globex: { role: member, until: "2027-01-30" } }
`;

  async function ask(...args: readonly string[]) {
    writeFileSync(join(folder, "layout.yaml"), layout);
    return who([...args, "--layout", "layout.yaml"]);
  }

  test("shows the declared access of a person", async () => {
    expect(await ask(bob)).toEqual({
      code: 0,
      errors: "",
      output: `bob@acme.example has access to 2 projects and 2 cohorts.

ORGANIZATION  ROLE    PROJECT          WHY
acme          member  firmware         through group field
acme          member  firmware/canary  granted directly
acme          member  firmware/stable  open to everyone
acme          member  gateways         open to everyone

Not in this answer:
- Group partners has access to project firmware, but the layout does not declare the members of this
  group.
- The layout does not declare the grants of project sensors.
`,
    });
  });

  test("shows the teams that give a role, and its end", async () => {
    writeFileSync(
      join(folder, "teams.yaml"),
      `
organizations: { acme: { projects: { gateways: { everyoneEnabled: true } } }, globex: {} }
teams: { cloud: [bob@acme.example], developers: [bob@acme.example, dora@acme.example] }
people:
  ada@acme.example: { acme: admin, globex: admin }
  cloud: { acme: member }
  developers: { acme: member, globex: { role: admin, until: 2027-06-30T12:00Z, afterwards: member } }
  Dora@acme.example: { acme: { role: member, until: 2027-03-31 } }
`,
    );
    const { output } = await who([bob, "--layout", "teams.yaml"]);
    expect(output.replaceAll(/ +/g, " ").replaceAll(/ *\n/g, "\n")).toContain(
      "acme member (team cloud and gateways open to everyone\n developers)\n" +
        "globex admin (team developers, none\n until 2027-06-30 12:00 UTC,\n then member)\n",
    );
    const all = await who(["--project", "gateways", "--layout", "teams.yaml"]);
    expect(all.output).toContain("Dora@acme.example (until 2027-03-31)");
    const { memberships } = accessAnswer.parse(
      JSON.parse((await who([dora, "--layout", "teams.yaml", "--json"])).output),
    );
    expect(memberships).toEqual([
      {
        organization: "acme",
        person: "Dora@acme.example",
        role: "member",
        owner: false,
        status: "declared",
        until: "2027-03-31",
      },
      {
        ...{ organization: "globex", person: dora, role: "admin", owner: false, status: "declared" },
        ...{ until: "2027-06-30T12:00Z", afterwards: "member", teams: ["developers"] },
      },
    ]);
  });

  test("shows the people with access to a project, without people whose last day passed", async () => {
    const { output } = await ask("--project", "firmware/stable", "--json");
    const answer = accessAnswer.parse(JSON.parse(output));
    expect(describeAccess(answer)).toEqual([
      `acme firmware/stable ${ada}: role, everyone`,
      `acme firmware/stable ${bob}: everyone`,
      `acme firmware/stable ${carl}: everyone`,
      // Group partners may contain this person.
      `acme firmware/stable ${dora}: perhaps everyone`,
    ]);
    const group =
      "Group partners has access to project firmware, but the layout does not declare the members of this group.";
    expect(answer).toMatchObject({ source: "layout", remarks: [group] });
    const { output: other } = await ask("--project", "gateways", "--json");
    expect(accessAnswer.parse(JSON.parse(other))).toMatchObject({ remarks: [] });
    const { output: roles } = await ask(dora, "--json");
    expect(accessAnswer.parse(JSON.parse(roles)).memberships).toEqual([
      { organization: "acme", person: dora, role: "member", owner: false, status: "declared" },
    ]);
  });

  test("explains an unknown person and an organization without a match", async () => {
    expect(await ask("bop@acme.example")).toMatchObject({
      code: 1,
      errors:
        "peridio-gitops: No organization in the layout has the member bop@acme.example. Correct the address; did you mean bob@acme.example?\n",
    });
    expect(await ask(bob, "--organization", "initech")).toMatchObject({
      code: 1,
      errors:
        'peridio-gitops: No organization in the layout matches "initech". Correct --organization. The organizations are acme, globex.\n',
    });
  });
});
