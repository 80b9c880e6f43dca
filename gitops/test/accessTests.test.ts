import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Values } from "#framework";
import { formatMistake } from "#framework/documents";
import { parseLayout } from "#layout";
import { buildModel } from "../src/model/model";
import { readPreview } from "../src/preview/preview";
import { run } from "../src/program";
import { createJudge } from "../src/rules/checkRules";
import { InvalidRulesError, parseRulesFile } from "../src/rules/readRules";
import type { TestedAccess } from "../src/rules/tests/accessTest";
import { checkTests } from "../src/rules/tests/checkTests";
import { testReport } from "../src/rules/tests/report";
import { createLayoutAccess, createModelAccess } from "../src/rules/tests/sources";
import { Acme, day } from "./support/acme";
import { createReview, document, organization, type PrintedStep, unknownText } from "./support/document";
import { idOf, organizationId, step } from "./support/objects";
import { fakeTerminal } from "./support/terminal";

const today = "2027-01-31";
const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "dora@acme.example"];

/** Returns the failures of one test, in YAML as below its name. */
function check(test: string, access: TestedAccess): readonly string[] {
  const text = `tests:\n  x:\n${test.replace(/^/gm, "    ")}`;
  const { tests } = parseRulesFile({ file: "access-rules.yaml", text });
  return checkTests(tests, access, new Date(today)).flatMap(({ failures }) => failures.map(({ words }) => words));
}

function listRead({ read }: TestedAccess) {
  const found = read();
  return typeof found === "string" ? [] : found;
}

describe("in layouts", () => {
  const layout = `
organizations:
  acme:
    groups: { field: { members: [${bob}, ${carl}] }, open: {} }
    projects:
      firmware:
        everyoneEnabled: false
        access: { users: [${dora}], groups: [field] }
        cohorts:
          canary: { everyoneEnabled: false, access: { users: [${dora}] } }
          stable: { everyoneEnabled: true }
          secret: { everyoneEnabled: false }
      sensors: { everyoneEnabled: false, access: { groups: [open] } }
people:
  ${ada}: { acme: owner }
  ${bob}: { acme: member }
  ${carl}: { acme: { role: member, until: 2027-02-28 } }
  ${dora}: { acme: member }
`;
  const read = (text: string) =>
    createLayoutAccess((day = today) => [
      parseLayout([{ file: "a.yaml", text }], { now: new Date(day), version: "0.1.0" }),
    ]);
  const access = read(layout);
  const acme = "organization: acme";
  const firmware = `${acme}, project: firmware`;

  test.each([
    ["a role", `person: ${bob}\ncan: [{ ${acme}, role: member }]`],
    ["a role or a higher one", `person: ${ada}\ncan: [{ ${acme}, role: { atLeast: manager } }]`],
    ["the role admin of an owner", `person: ${ada}\ncan: [{ ${acme}, role: admin }]`],
    ["no role in another case of the address", "person: EVE@acme.example\ncannot: [{ organization: acme }]"],
    ["nothing at all", "person: eve@acme.example\ncan: []\nonly: true"],
    ["everything of an owner", `person: ${ada}\ncan: [{ ${acme}, role: owner }]\nonly: true`],
    ["a cohort, and so its project", `person: ${dora}\ncan: [{ ${firmware}, cohort: canary }, { ${firmware} }]`],
    ["the members of a group", `reach: { ${firmware} }\nexactly: [${ada}, ${dora}, { group: field }]`],
    ["admins that do not matter", `reach: { ${firmware} }\nadmins: ignored\nexactly: [${dora}, { group: field }]`],
    ["a group after a last day", `reach: { ${firmware} }\nexactly: [${ada}, ${bob}, ${dora}]\non: 2027-03-01`],
    ["a past day as today", `reach: { ${firmware} }\nexactly: [${ada}, ${dora}, { group: field }]\non: 2020-01-01`],
  ])("%s passes", (_, text) => {
    expect(check(text, access)).toEqual([]);
  });

  test.each([
    [
      "another role",
      `person: ${bob}\ncan: [{ ${acme}, role: viewer }]`,
      `${bob} must have the role viewer in acme, but has the role member. Change the role, or the test.`,
    ],
    [
      "a lower role",
      `person: ${bob}\ncan: [{ ${acme}, role: { atLeast: developer } }]`,
      `${bob} must have the role developer or a higher one in acme, but has the role member. Change the role, or the test.`,
    ],
    [
      "no role",
      "person: eve@acme.example\ncan: [{ organization: acme, role: member }]",
      "eve@acme.example must have the role member in acme, but has no role there. Change the role, or the test.",
    ],
    [
      "an owner who must not be an admin",
      `person: ${ada}\ncannot: [{ ${acme}, role: admin }]`,
      `${ada} must not have the role admin in acme, but has the role owner. Change the role, or the test.`,
    ],
    [
      "an ownership beside the role admin",
      `person: ${ada}\ncan: [{ ${acme}, role: admin }]\nonly: true`,
      `${ada} must have no other role, but has the role owner in acme. Change the role, or add \`{ organization: acme, role: owner }\` to \`can\`.`,
    ],
    [
      "a role after the last day",
      `person: ${carl}\ncan: [{ ${acme}, role: member }]\non: 2027-03-01`,
      `${carl} must have the role member in acme, but has no role there. Change the role, or the test.`,
    ],
    [
      "a person without access",
      `person: ${bob}\ncan: [{ ${firmware}, cohort: canary }]`,
      `${bob} must reach cohort firmware/canary in acme, but has the role member and reaches firmware (through group field), firmware/stable (open to everyone). Grant the access, or change the test.`,
    ],
    [
      "access that must not be",
      `person: ${dora}\ncannot: [{ ${firmware} }]`,
      `${dora} must not reach project firmware in acme, but reaches it (granted directly). Remove the access, or change the test.`,
    ],
    [
      "an undeclared group, and grants that are not declared",
      `person: ${dora}\ncannot: [{ ${acme}, project: sensors }, { ${firmware}, cohort: secret }]`,
      `Cannot know if ${dora} reaches project sensors in acme: Group open has access to project sensors, but the layout does not declare the members of this group.`,
      `Cannot know if ${dora} reaches cohort firmware/secret in acme: The layout does not declare the grants of cohort firmware/secret.`,
    ],
    [
      "more people than expected, and fewer",
      `reach: { ${firmware} }\nexactly: [${ada}, { group: field }, eve@acme.example]`,
      `${dora} reaches project firmware in acme (granted directly), but \`exactly\` does not list this person. Remove the access, or add the person to the test.`,
      "eve@acme.example must reach project firmware in acme, because `exactly` lists this person, but has no role there. Grant the access, or change the test.",
    ],
    [
      "admins that matter",
      `reach: { ${firmware} }\nexactly: [${dora}, { group: field }]`,
      `${ada} reaches project firmware in acme (as an owner), but \`exactly\` does not list this person. Remove the access, or add the person to the test.`,
    ],
    [
      "nobody",
      `reach: { ${firmware}, cohort: canary }\nexactly: []\nadmins: ignored`,
      `${dora} reaches cohort firmware/canary in acme (granted directly), but \`exactly\` does not list this person. Remove the access, or add the person to the test.`,
    ],
    [
      "a group that is not known",
      `reach: { ${acme}, project: sensors }\nexactly: [{ group: open }]\nadmins: ignored`,
      "Cannot know all members of group open in acme. Declare them as plain values.",
      "Cannot know if other people reach project sensors in acme: Group open has access to project sensors, but the layout does not declare the members of this group.",
    ],
    [
      "misspelled names",
      `person: ${dora}\ncan: [{ organization: acm, role: member }, { ${acme}, project: firmwre }, { ${firmware}, cohort: canry }]`,
      "There is no organization acm in the layouts. Correct the name in the test: did you mean acme?",
      "There is no project firmwre in acme. Correct the name in the test: did you mean firmware?",
      "There is no cohort canry in project firmware of acme. Correct the name in the test: did you mean canary?",
    ],
    [
      "a misspelled group",
      `reach: { ${firmware} }\nexactly: [${ada}, ${bob}, ${carl}, ${dora}, { group: fild }]`,
      "There is no group fild in acme. Correct the name in the test: did you mean field?",
    ],
    [
      "an organization that must not be there",
      `person: ${dora}\ncannot: [{ organization: globex }]`,
      "There is no organization globex in the layouts. Correct the name in the test.",
    ],
  ] as const)("%s fails", (_, text, ...expected) => {
    expect(check(text, access)).toEqual(expected);
  });

  test("`only` finds other roles and access, with the reasons", () => {
    const globex = read(
      "organizations: { globex: {} }\npeople: { ada@acme.example: { globex: admin }, dora@acme.example: { globex: viewer } }",
    );
    const both: TestedAccess = {
      scope: "in the layouts",
      read: () => [access, globex].flatMap(listRead),
    };
    const text = `person: ${dora}\ncan: [{ ${acme}, role: member }, { ${firmware}, cohort: canary }]\nonly: true`;
    expect(check(text, both)).toEqual([
      `Cannot know if ${dora} reaches cohort firmware/secret in acme: The layout does not declare the grants of cohort firmware/secret.`,
      `${dora} must reach nothing else, but reaches cohort firmware/stable in acme (open to everyone). Remove the access, or add it to \`can\`.`,
      `Cannot know if ${dora} reaches project sensors in acme: Group open has access to project sensors, but the layout does not declare the members of this group.`,
      `${dora} must have no other role, but has the role viewer in globex. Change the role, or add \`{ organization: globex, role: viewer }\` to \`can\`.`,
    ]);
  });

  test("a roster with ignored people leaves open who else has access", () => {
    const ignoring = read(layout.replace("acme:\n", 'acme:\n    roster: { ignore: ["*@guest.example"] }\n'));
    const sentence = "The roster of acme ignores some people, so other people may have access too.";
    expect(check(`reach: { ${firmware} }\nexactly: [${ada}, ${dora}, { group: field }]`, ignoring)).toEqual([
      `Cannot know if other people reach project firmware in acme: ${sentence}`,
    ]);
    // Only admins reach a closed project without a grant.
    const ignored = `reach: { ${firmware} }\nadmins: ignored\nexactly: [${dora}, { group: field }]`;
    expect(check(ignored, ignoring)).toEqual([]);
    expect(check("person: eve@acme.example\ncannot: [{ organization: acme }]", ignoring)).toEqual([
      `Cannot know if eve@acme.example has a role in acme: ${sentence}`,
    ]);
  });

  test("a grant for a cohort leaves open who reaches it, if the layout does not declare who reaches its project", () => {
    const cohorts = `cohorts: { canary: { everyoneEnabled: false, access: { users: [${dora}] } } }`;
    const undeclared = read(layout.replace("access: { groups: [open] }", `access: { groups: [open] }, ${cohorts}`));
    const canary = `${acme}, project: sensors, cohort: canary`;
    const place = "cohort sensors/canary in acme";
    const sentence =
      "Group open has access to project sensors, but the layout does not declare the members of this group.";
    expect(check(`person: ${dora}\ncannot: [{ ${canary} }]`, undeclared)).toEqual([
      `Cannot know if ${dora} reaches ${place}: ${sentence}`,
    ]);
    expect(check(`reach: { ${canary} }\nexactly: []\nadmins: ignored`, undeclared)).toEqual([
      `${dora} may reach ${place} (granted directly), but \`exactly\` does not list this person. Remove the access, or add the person to the test. ${sentence}`,
    ]);
    expect(
      check(
        `person: ${dora}\ncan: [{ ${acme}, role: member }, { ${firmware}, cohort: canary }]\nonly: true`,
        undeclared,
      ),
    ).toContain(`Cannot know if ${dora} reaches ${place}: ${sentence}`);
    expect(check(`person: ${bob}\ncannot: [{ ${canary} }]`, undeclared)).toEqual([]);
  });

  test("two organizations with one name need other names", () => {
    const twice: TestedAccess = {
      scope: "in the layouts",
      read: () => [access, access].flatMap(listRead),
    };
    expect(check(`person: ${dora}\ncan: [{ ${acme}, role: member }]`, twice)).toEqual([
      "2 organizations in the layouts have the name acme. Give each of them another name.",
    ]);
  });
});

describe("in previews", () => {
  const member = (email: string, { role = "member", status = "active", ...more }: Values = {}): PrintedStep => {
    const inputs = { organizationId, email, role, ...more };
    return {
      op: "same",
      name: `Membership::${email}`,
      before: { id: `${organizationId}/${email}`, inputs, outputs: { ...inputs, status } },
      after: { inputs },
    };
  };
  const roster = (members: Values, more: Values = {}): PrintedStep => {
    const inputs = { organizationId, members, ...more };
    const people = Object.fromEntries(Object.keys(members).map((email) => [email, { status: "active" }]));
    return {
      op: "same",
      name: "OrganizationMembers::acme",
      before: { id: organizationId, inputs, outputs: { ...inputs, people } },
      after: { inputs },
    };
  };
  const closed = (access: Values = { users: [], groups: [] }) => ({ name: "firmware", everyoneEnabled: false, access });
  const firmware = (before: Values | undefined, after: Values | undefined = before) =>
    step("Project::firmware", 1, before, after);
  const everyone = roster({ [ada]: "admin", [bob]: "member", [dora]: "member" });

  const preview = (steps: readonly PrintedStep[]) =>
    readPreview(document([organization("acme", 1), ...steps]), "preview.json", "change");
  const read = (steps: readonly PrintedStep[]) => createModelAccess(buildModel([preview(steps)], "change"), "after");

  const place = "organization: acme, project: firmware";
  const cannot = `person: ${dora}\ncannot: [{ ${place} }]`;
  const reach = `reach: { ${place} }\nexactly: [${bob}]\nadmins: ignored`;

  test("the state after the change counts, and objects have names and ids", () => {
    const steps = [everyone, firmware(closed(), closed({ users: [dora], groups: [] }))];
    for (const project of ["firmware", idOf(1), idOf(1).split("/")[1]])
      expect(
        check(`person: ${dora}\ncan: [{ organization: "${organizationId}", project: "${project}" }]`, read(steps)),
      ).toEqual([]);
    expect(check(cannot, read(steps))).toEqual([
      `${dora} must not reach project firmware in acme, but reaches it (granted directly). Remove the access, or change the test.`,
    ]);
  });

  test("without an organization, no test passes", () => {
    const empty = createModelAccess(
      buildModel([readPreview(document([]), "preview.json", "change")], "change"),
      "after",
    );
    expect(check("person: eve@acme.example\ncan: []\nonly: true", empty)).toEqual([
      "There is no organization in the previews.",
    ]);
  });

  test("two projects with one name need ids", () => {
    const twin = step("Project::twin", 2, closed(), closed());
    expect(check(cannot, read([everyone, firmware(closed()), twin]))).toEqual([
      `2 projects in acme have the name firmware. Write its id in the test: ${idOf(1)} and ${idOf(2)}.`,
    ]);
    expect(check(cannot.replace("firmware", `"${idOf(2)}"`), read([everyone, firmware(closed()), twin]))).toEqual([]);
  });

  test.each([
    [
      "no roster",
      [member(bob), firmware(closed({ users: [bob], groups: [] }))],
      cannot,
      "No roster declares all people of acme, so other people may have access too.",
    ],
    [
      "hidden grants",
      [everyone, firmware(closed({ users: [unknownText], groups: [] }))],
      cannot,
      "The preview hides who has access to project firmware.",
    ],
    [
      "hidden openness",
      [everyone, firmware({ ...closed(), everyoneEnabled: unknownText })],
      cannot,
      "The preview hides who has access to project firmware.",
    ],
    [
      "undeclared grants",
      [everyone, firmware({ name: "firmware", everyoneEnabled: false })],
      cannot,
      "No stack declares the grants of project firmware.",
    ],
    [
      "an undeclared group",
      [everyone, firmware(closed({ users: [], groups: [idOf(5)] }))],
      cannot,
      "Group 00000000-0000-4000-8000-000000000105 has access to project firmware, but no stack declares the members of this group.",
    ],
    [
      "a hidden role",
      [roster({ [ada]: "admin", [dora]: unknownText }), firmware(closed())],
      cannot,
      `The role of ${dora} in acme is unknown.`,
    ],
    [
      "a hidden group of an invitation",
      [everyone, member(dora, { status: "pending", groupId: unknownText }), firmware(closed())],
      cannot,
      "The preview hides who joins groups of acme by an invitation.",
    ],
    [
      "a hidden name",
      [
        everyone,
        firmware(closed()),
        step("Project::gateways", 2, { ...closed(), name: unknownText }, { ...closed(), name: unknownText }),
      ],
      cannot,
      "The preview hides the name of project gateways.",
    ],
    [
      "a hidden address",
      [everyone, { ...member(unknownText), name: "Membership::eve" }, firmware({ ...closed(), everyoneEnabled: true })],
      reach,
      "The preview hides the addresses of people in acme.",
    ],
  ])("%s fails a test that depends on it", (_, steps, text, sentence) => {
    expect(check(text, read(steps)).join("\n")).toContain(`: ${sentence}`);
    expect(check(text, read(steps)).join("\n")).toMatch(/^Cannot know/m);
  });

  test("with a hidden role, a test that lists all access also names a forbidden grant", () => {
    const steps = [
      roster({ [ada]: "admin", [dora]: unknownText }),
      firmware(closed({ users: [dora], groups: [] })),
      step("Project::gateways", 2, { ...closed(), name: "gateways" }, { ...closed(), name: "gateways" }),
    ];
    const only = (...can: readonly string[]) => `person: ${dora}\ncan: [${can.join(", ")}]\nonly: true`;
    const unclear = `Cannot know if ${dora} has another role in acme: The role of ${dora} in acme is unknown.`;
    const forbidden = `${dora} must reach nothing else, but reaches project firmware in acme (granted directly). Remove the access, or add it to \`can\`.`;
    expect(check(only(), read(steps))).toEqual([unclear, forbidden]);
    expect(check(only("{ organization: acme, role: member }"), read(steps))).toContain(forbidden);
    for (const role of ["owner", "admin", "{ atLeast: member }"])
      expect(check(only(`{ organization: acme, role: ${role} }`), read(steps))).not.toContain(forbidden);
    expect(check(only(`{ ${place} }`), read(steps))).toEqual([unclear]);
  });

  test("a grant for a cohort is no proof without the grants of its project", () => {
    const project = firmware({ name: "firmware", everyoneEnabled: false });
    const inputs = {
      projectId: idOf(1),
      name: "canary",
      everyoneEnabled: false,
      access: { users: [dora], groups: [] },
    };
    const cohort: PrintedStep = {
      op: "same",
      name: "Cohort::canary",
      before: { id: `${idOf(1)}/00000000-0000-4000-8000-000000000107`, inputs, outputs: inputs },
      after: { inputs },
    };
    const sentence = "No stack declares the grants of project firmware.";
    const canary = `Cannot know if ${dora} reaches cohort firmware/canary in acme: ${sentence}`;
    const access = read([everyone, project, cohort]);
    expect(check(`person: ${dora}\ncan: [{ ${place}, cohort: canary }]`, access)).toEqual([canary]);
    expect(check(`reach: { ${place}, cohort: canary }\nexactly: [${dora}]\nadmins: ignored`, access)).toContain(canary);
    expect(check(`person: ${ada}\ncan: [{ ${place}, cohort: canary }]`, access)).toEqual([]);
    expect(check(`person: ${bob}\ncannot: [{ ${place}, cohort: canary }]`, access)).toEqual([]);
  });

  test("undeclared owners fail tests of Avocado Connect, unless the test ignores them", () => {
    const connect = {
      ...organization("acme", 1),
      before: { id: organizationId, inputs: { name: "acme" }, outputs: { name: "acme" } },
    };
    const steps = [everyone, firmware(closed({ users: [bob], groups: [] }))];
    const model = buildModel([readPreview(document([connect, ...steps]), "preview.json", "change")], "change");
    const access = createModelAccess(model, "after");
    const sentence = "The previews do not show undeclared owners of acme.";
    const eve = "person: eve@acme.example\ncan: []\nonly: true";
    const listed = `reach: { ${place} }\nexactly: [${ada}, ${bob}]`;
    expect(check(eve, access)).toEqual([`Cannot know if eve@acme.example has another role in acme: ${sentence}`]);
    expect(check(listed, access)).toEqual([`Cannot know if other people reach project firmware in acme: ${sentence}`]);
    for (const text of [eve, listed]) expect(check(`${text}\nundeclaredOwners: ignored`, access)).toEqual([]);
  });

  test("an invitation counts as access, unless the test ignores it, and an expired one does not", () => {
    const open = firmware({ name: "firmware", everyoneEnabled: true });
    const can = `person: ${dora}\ncan: [{ organization: acme, role: member }, { ${place} }]`;
    const invited = read([member(dora, { status: "pending" }), open]);
    expect(check(can, invited)).toEqual([]);
    expect(check(`${can}\ninvited: ignored`, invited)).toEqual([
      `${dora} must have the role member in acme, but has only an invitation. Change the role, or the test.`,
      `${dora} must reach project firmware in acme, but has only an invitation. Grant the access, or change the test.`,
    ]);
    expect(check(can, read([member(dora, { status: "expired", onExpired: "ignore" }), open]))[0]).toContain(
      "has only an expired invitation",
    );
  });

  test("groups contain the people who join by an invitation, and leave out people outside the organization", () => {
    const field = step(
      "Group::field",
      5,
      { name: "field", members: [bob, "eve@acme.example"] },
      { name: "field", members: [bob, "eve@acme.example"] },
    );
    const steps = [
      roster({ [ada]: "admin", [bob]: "member" }, { groups: {} }),
      field,
      firmware(closed({ users: [], groups: [idOf(5)] })),
    ];
    expect(check(`reach: { ${place} }\nexactly: [{ group: field }]\nadmins: ignored`, read(steps))).toEqual([]);
    const joining = [
      member(bob),
      member(dora, { status: "pending", groupId: idOf(5) }),
      field,
      firmware(closed({ users: [], groups: [idOf(5)] })),
    ];
    const failures = check(`reach: { ${place} }\nexactly: [${bob}]\nadmins: ignored`, read(joining));
    expect(failures).toContain(
      `${dora} reaches project firmware in acme (through group field, by accepting an invitation), but \`exactly\` does not list this person. Remove the access, or add the person to the test.`,
    );
  });

  test("last days of a roster end access", () => {
    const steps = [
      roster({ [ada]: "admin", [bob]: "member", [dora]: "member" }, { lastDays: { [dora]: "2027-02-28" } }),
      firmware(closed({ users: [bob, dora], groups: [] })),
    ];
    expect(check(`${reach}\non: 2027-02-28`, read(steps))).toHaveLength(1);
    expect(check(`${reach}\non: 2027-03-01`, read(steps))).toEqual([]);
    const hidden = roster({ [ada]: "admin", [bob]: "member" }, { lastDays: { [bob]: unknownText } });
    const failures = check(`${reach}\non: 2027-03-01`, read([hidden, firmware(closed({ users: [bob], groups: [] }))]));
    expect(failures[0]).toContain("The preview hides a last day in acme.");
  });

  test("a released project leaves open who reaches it", () => {
    const text = `person: ${dora}\ncan: [{ organization: acme, role: member }]\nonly: true`;
    const kept = step("Project::firmware", 1, closed(), undefined, { retainOnDelete: true });
    expect(check(text, read([everyone, kept]))).toEqual([
      `Cannot know if ${dora} reaches anything else in acme: Pulumi stops managing project firmware, so the answer does not contain its access.`,
    ]);
  });

  test("grants and members that a program stops declaring leave open who reaches a project, already in the change", () => {
    const text = `person: ${dora}\ncannot: [{ ${place} }]`;
    const access = { access: { users: [], groups: [idOf(5)] } };
    const group = (after: Values) =>
      step("Group::field", 5, { name: "field", members: [bob] }, { name: "field", ...after });
    const project = (after: Values) =>
      step(
        "Project::firmware",
        1,
        { name: "firmware", everyoneEnabled: false, ...access },
        { name: "firmware", everyoneEnabled: false, ...after },
      );
    expect(check(text, read([everyone, group({ members: [bob] }), project(access)]))).toEqual([]);
    expect(check(text, read([everyone, group({ members: [bob] }), project({})]))).toEqual([
      `Cannot know if ${dora} reaches project firmware in acme: The program stops declaring the grants of project firmware.`,
    ]);
    expect(check(text, read([everyone, group({}), project(access)]))).toEqual([
      `Cannot know if ${dora} reaches project firmware in acme: Group field has access to project firmware, and the program stops declaring the members of this group.`,
    ]);
  });

  test("a review reports each failure as a violation, and says if it is older", () => {
    const text = `
tests:
  Dora reaches nothing:
    person: ${dora}
    cannot: [{ ${place} }]
    because: Dora is new.
  Bob reaches nothing:
    person: ${bob}
    cannot: [{ ${place} }]
    severity: approve
`;
    const steps = [
      everyone,
      firmware(closed({ users: [bob], groups: [] }), closed({ users: [bob, dora], groups: [] })),
    ];
    const { tests } = parseRulesFile({ file: "access-rules.yaml", text });
    const review = createReview([preview(steps)], "change", {
      judge: createJudge([], { now: new Date(today), tests }),
    });
    expect(review).toMatchObject({ verdict: "refused", rules: 2 });
    expect(review.violations).toEqual([
      {
        rule: "Dora reaches nothing",
        severity: "refuse",
        message: `${dora} must not reach project firmware in acme, but reaches it (granted directly). Remove the access, or change the test.`,
        explanation: "Dora is new.",
        organizations: ["acme"],
        people: [dora],
        before: false,
      },
      expect.objectContaining({ rule: "Bob reaches nothing", severity: "approve", before: true }),
    ]);
  });
});

describe("in live organizations", () => {
  let acme: Acme;
  let folder = "";
  beforeEach(async () => {
    acme = await Acme.begin();
    folder = mkdtempSync(join(tmpdir(), "access-tests-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await acme.end();
  });

  /** Runs one test, in YAML as below its name, and returns the messages of its failures. */
  async function test1(text: string, key?: string) {
    const file = join(folder, "access-rules.yaml");
    writeFileSync(file, `tests:\n  x:\n${text.replace(/^/gm, "    ")}`);
    const environment = key === undefined ? undefined : { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
    const args = ["test", file, "--backend", "connect", "--json"];
    const { code, output } = await acme.run(args, environment && { environment });
    const report = testReport.parse(JSON.parse(output));
    return { code, failures: report.tests.flatMap(({ failures }) => failures.map(({ message }) => message)) };
  }

  const reach = "reach: { organization: acme, project: firmware }\nexactly: [{ group: field }]\nadmins: ignored";

  test("members and invited people count", async () => {
    acme.join(bob, "developer");
    acme.addGroup("field", [bob]);
    acme.addProject("firmware", { isOpen: false, groups: ["field"] });
    expect(await test1(reach)).toEqual({ code: 0, failures: [] });
    await acme.control.invite(carl, "acme", "admin");
    expect(await test1(`person: ${carl}\ncan: [{ organization: acme, project: firmware }]`)).toMatchObject({ code: 0 });
    expect(await test1(`person: ${carl}\ncannot: [{ organization: acme }]\nseverity: approve`)).toEqual({
      code: 3,
      failures: [
        `${carl} must not have a role in acme, but is invited with the role admin. Change the role, or the test.`,
      ],
    });
    expect(await test1(`person: ${carl}\ncannot: [{ organization: acme }]\ninvited: ignored`)).toMatchObject({
      code: 0,
    });
  });

  test("a member with a pending invitation can have other access tomorrow, and an expired invitation gives none", async () => {
    await acme.control.invite(carl, "acme", "viewer");
    acme.control.advance(8 * day);
    expect(await test1(`person: ${carl}\ncan: [{ organization: acme, role: viewer }]`)).toEqual({
      code: 4,
      failures: [
        `${carl} must have the role viewer in acme, but has only an expired invitation. Change the role, or the test.`,
      ],
    });
    expect(await test1(`person: ${carl}\ncannot: [{ organization: acme }]`)).toMatchObject({ code: 0 });
    await acme.control.invite(bob, "acme", "admin");
    acme.control.addMember(bob, "acme", "viewer");
    const { code, failures } = await test1(`person: ${bob}\ncannot: [{ organization: acme, role: admin }]`);
    expect(code).toBe(4);
    expect(failures).toEqual([
      `Cannot know if ${bob} has the role admin in acme: ${bob} is a member of acme and has a pending invitation, which can change the access. Revoke the invitation.`,
    ]);
  });

  test("reads each object once", async () => {
    acme.join(bob, "developer");
    acme.addGroup("field", [bob]);
    acme.addProject("firmware", { isOpen: false, groups: ["field"] });
    acme.emulator.traffic.log.clear();
    await test1(reach);
    expect(acme.operations()).toEqual(
      [
        ...["Cohort_index_all", "Group_index", "Group_show", "Me_show", "OrgInvitation_index"],
        ...["Organization_members", "Project_index", "Project_show"],
      ].sort(),
    );
  });

  test("an object that the key may not see is not known, and a failed request has its reason", async () => {
    for (const email of [bob, carl]) acme.join(email, "developer");
    acme.addGroup("field", [carl]);
    acme.addProject("firmware", { isOpen: false, groups: ["field"] });
    const hidden = await test1(reach, acme.control.addApiKey(bob));
    expect(hidden).toEqual({
      code: 4,
      failures: [
        expect.stringMatching(
          /^Cannot know if there is a project firmware in acme: The API key's user is neither an admin nor an owner of acme and sees only some of its projects and cohorts\. Use the API key of an admin or an owner\./,
        ),
      ],
    });
    acme.emulator.traffic.faults.add({ operation: "Group_index", times: "always", effect: { status: 403, body: {} } });
    const { code, failures } = await test1(reach);
    expect(code).toBe(4);
    expect(failures).toEqual([expect.stringMatching(/^Cannot know if there is a project firmware in acme: .*\b403\b/)]);
  });

  test("the key of a member does not see everything, and live organizations have no last days", async () => {
    acme.join(bob, "developer");
    const key = acme.control.addApiKey(bob);
    const { code, failures } = await test1("person: eve@acme.example\ncan: []\nonly: true", key);
    expect(code).toBe(4);
    expect(failures[0]).toContain("This API key cannot read the invitations to acme.");
    const later = await test1(`person: ${bob}\ncan: [{ organization: acme, role: member }]\non: 2999-01-01`);
    expect(later.failures[0]).toMatch(/^Cannot know: Live organizations have no last days\./);
  });
});

describe("the command", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "access-tests-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function execute(rules: string, layout: string, ...args: readonly string[]) {
    writeFileSync(join(folder, "access-rules.yaml"), rules);
    writeFileSync(join(folder, "layout.yaml"), layout);
    const terminal = fakeTerminal({ folder });
    const code = await run(args, terminal);
    return { code, output: terminal.printed(), errors: terminal.said() };
  }

  const layout = `
organizations:
  acme:
    groups: { field: { members: [${bob}] } }
    projects: { firmware: { everyoneEnabled: false, access: { users: [${dora}], groups: [field] } }, open: { everyoneEnabled: true } }
people:
  ${ada}: { acme: { role: admin, until: 2027-02-28 } }
  ${bob}: { acme: member }
  ${dora}: { acme: member }
`;
  const rules = `
tests:
  Bob reaches firmware:
    person: ${bob}
    can: [{ organization: acme, project: firmware }]
  Dora reaches nothing:
    person: ${dora}
    cannot: [{ organization: acme, project: firmware }]
    because: Dora is new.
    severity: note
`;

  test("prints which tests pass and fail, and which grants no test covers", async () => {
    const { code, output } = await execute(
      rules,
      layout,
      "test",
      "access-rules.yaml",
      "--layout",
      "layout.yaml",
      "--coverage",
    );
    expect(code).toBe(0);
    expect(output).toBe(`1 of 2 tests passes.

pass  Bob reaches firmware

FAIL  Dora reaches nothing (note):
- dora@acme.example must not reach project firmware in acme, but reaches it (granted directly).
  Remove the access, or change the test.
- Reason for the test: Dora is new.

Tests notice the loss of 3 of 7 grants.

No test notices the loss of:
- acme: ada@acme.example has the role admin
- acme: dora@acme.example has the role member
- acme: dora@acme.example has a grant for project firmware
- acme: project open is open to everyone
`);
  });

  test("names the rules and tests that cannot fail on the layouts", async () => {
    const text = `
rules:
  Nobody from outside: { people: "*@evil.example", role: none }
  Elsewhere: { organizations: "*-lab", requireTwoFactor: true }
  Tokens end: { expiresAt: required }
  Groups: { groups: "partner-*" }
  Closed: { everyoneEnabled: false, severity: note }
  Both: { expiresAt: required, admins: { atLeast: 1 } }
tests:
  Kim has no access: { person: kim@acme.example, cannot: [{ organization: acme }] }
  Dora has no role: { person: ${dora}, cannot: [{ organization: acme, role: owner }] }
`;
    const args = ["test", "access-rules.yaml", "--layout", "layout.yaml", "--coverage"];
    const { code, output } = await execute(text, layout, ...args);
    expect(code).toBe(0);
    expect(output.slice(output.indexOf("Cannot fail"))).toBe(`Cannot fail on these layouts:
- Nobody from outside: The layouts declare none of its people in the organizations of the rule.
- Elsewhere: The layouts declare no organization of the rule.
- Tokens end: The layouts declare no token in the organizations of the rule.
- Kim has no access: The layouts do not declare kim@acme.example.
`);
  });

  test("no test notices the loss of an ownership by an admin, however the owner is spelled", async () => {
    const owned = `
organizations: { acme: { owner: Ada@acme.example } }
people: { ${ada}: { acme: admin } }
`;
    const text = `tests: { Ada is an admin: { person: ${ada}, can: [{ organization: acme, role: admin }] } }`;
    const { output } = await execute(text, owned, "test", "access-rules.yaml", "--layout", "layout.yaml", "--coverage");
    expect(output).toContain("Tests notice the loss of 1 of 2 grants.");
    expect(output).toContain("- acme: Ada@acme.example is the owner\n");
  });

  test("the layout of a later day can be invalid", async () => {
    const later = rules.replace("    severity: note", "    on: 2027-03-01");
    const { code, output } = await execute(
      later,
      layout,
      "test",
      "access-rules.yaml",
      "--layout",
      "layout.yaml",
      "--json",
    );
    expect(code).toBe(4);
    const { tests } = testReport.parse(JSON.parse(output));
    expect(tests[1]?.failures[0]?.message).toMatch(
      /^Cannot know: On 2027-03-01, a layout is not valid: layout\.yaml:.* has no admin/,
    );
  });

  test("`validate` reports failures with their place, together with layouts only", async () => {
    const failing = rules
      .replace("cannot", "can")
      .replace("can: [{ organization: acme, project: firmware }]", "cannot: [{ organization: acme }]");
    const args = ["validate", "layout.yaml", "--backend", "connect", "--rules", "access-rules.yaml"];
    const { code, output } = await execute(failing, layout, ...args);
    expect([code, output]).toEqual([
      1,
      'access-rules.yaml:3:3: tests["Bob reaches firmware"] fails: bob@acme.example must not have a role in acme, but has the role member. Change the role, or the test.\n' +
        "layout.yaml:3:3: warning: organizations.acme is valid until 2027-02-28. Afterwards it has no admin, because ada@acme.example was an admin until 2027-02-28: give a person the role admin, under `people`\n",
    ]);
    expect(await execute(failing, layout, "validate", "--rules", "access-rules.yaml")).toMatchObject({ code: 0 });
  });

  test("each test has the line of its name, for reports", () => {
    const { tests } = parseRulesFile({ file: "access-rules.yaml", text: rules });
    expect(tests.map(({ name, place }) => [name, place.location?.line])).toEqual([
      ["Bob reaches firmware", 3],
      ["Dora reaches nothing", 6],
    ]);
  });

  test.each([
    [["access-rules.yaml", "--coverage"], 2, "--coverage requires a layout"],
    [["access-rules.yaml", "--layout", "layout.yaml", "--preview", "-"], 2, "cannot be used with option"],
    [[], 2, "missing required argument"],
    [["layout.yaml", "--layout", "layout.yaml"], 1, "is not a key here"],
  ])("rejects test %j", async (args, expected, message) => {
    const { code, errors } = await execute(rules, layout, "test", ...args);
    expect(code).toBe(expected);
    expect(errors).toContain(message);
  });

  test("files without tests are rejected", async () => {
    const { code, errors } = await execute(
      "rules: { x: { protect: true } }",
      layout,
      "test",
      "access-rules.yaml",
      "--layout",
      "layout.yaml",
    );
    expect([code, errors]).toEqual([
      1,
      "peridio-gitops: access-rules.yaml has no tests of access. Add `tests` to the file.\n",
    ]);
  });
});

describe("mistakes in tests", () => {
  const organizationOnly = "can: [{ organization: acme }]";
  test.each([
    ["no subject", "only: true", "has no subject: add `person` or `reach`"],
    ["no requirement", `person: ${bob}`, "tests nothing: add `can`, `cannot` or `only: true`"],
    ["an empty can", `person: ${bob}\ncan: []`, "tests nothing: add an entry to `can`, `cannot` or `only: true`"],
    ["an empty cannot", `person: ${bob}\ncannot: []`, ".cannot must not be empty: add an entry, or remove the key"],
    [
      "no list",
      "reach: { organization: acme, project: firmware }",
      "tests nothing: add `exactly`, with the people who reach the object",
    ],
    ["no object", "exactly: []", "has no `reach`: add the project or cohort"],
    [
      "two subjects",
      `person: ${bob}\nreach: { organization: acme, project: firmware }`,
      "has person and reach: write one test with `person`, and another one with `reach`",
    ],
    [
      "any role",
      `person: ${bob}\n${organizationOnly}`,
      ".can[0] has neither a role nor a project: add `role`, such as `{ atLeast: viewer }`, or `project`",
    ],
    [
      "two entries in one",
      `person: ${bob}\ncan: [{ organization: acme, role: admin, project: firmware }]`,
      ".can[0] has a role and a project: write one entry for the role, and another one for the project",
    ],
    [
      "a cohort alone",
      `person: ${bob}\ncan: [{ organization: acme, cohort: canary }]`,
      ".can[0] has a cohort without a project: add `project`",
    ],
    ["a misspelled key", `person: ${bob}\ncanot: []`, "did you mean cannot?"],
    ["a misspelled role", `person: ${bob}\ncan: [{ organization: acme, role: membr }]`, "did you mean member?"],
    ["a severity of another tool", `person: ${bob}\nonly: true\nseverity: deny`, "did you mean refuse?"],
    [
      "a day that does not exist",
      `person: ${bob}\nonly: true\non: 2027-02-30`,
      ".on is 2027-02-30, a day that does not exist: correct the date",
    ],
  ])("%s", (_, text, expected) => {
    const parse = () => parseRulesFile({ file: "rules.yaml", text: `tests:\n  x:\n${text.replace(/^/gm, "    ")}` });
    expect(listMistakes(parse)).toEqual([expect.stringMatching(/^rules\.yaml:\d+:\d+: tests\.x/)]);
    expect(listMistakes(parse)[0]).toContain(expected);
  });

  test("a test has another name than each rule", () => {
    const text = `rules:\n  x: { protect: true }\ntests:\n  x: { person: ${bob}, only: true }`;
    expect(listMistakes(() => parseRulesFile({ file: "rules.yaml", text }))).toEqual([
      "rules.yaml:4:3: tests.x has the name of a rule: choose another name",
    ]);
  });
});

function listMistakes(parse: () => unknown): readonly string[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof InvalidRulesError) return error.mistakes.map((mistake) => formatMistake(mistake, error.kind));
    throw error;
  }
}
