import { accessAnswer, type AccessAnswer } from "../src/who/report";
import { Acme } from "./support/acme";

const [ada, grace, bob] = ["ada@acme.example", "grace@acme.example", "bob@acme.example"];
const [carl, dora] = ["carl@partner.example", "dora@acme.example"];

/** Asks who has access to what, in live organizations of Avocado Connect. */
let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

async function who(...args: string[]) {
  const { code, output, errors } = await acme.run(["who", "--backend", "connect", ...args]);
  return { code, output, errors };
}

async function report(...args: string[]): Promise<AccessAnswer> {
  return accessAnswer.parse(JSON.parse((await who(...args, "--json")).output));
}

/** Gives Dora access in every way. */
async function grantAccess(): Promise<void> {
  await acme.found("globex");
  await acme.found("initech");
  for (const person of [bob, dora]) acme.join(person, "developer");
  acme.join(dora, "viewer", "globex");
  acme.join(carl, "developer", "globex");
  acme.join(dora, "admin", "initech");
  acme.addGroup("field", [dora]);
  acme.addGroup("office", [dora, bob]);
  acme.addProject("closed", { isOpen: false });
  acme.addProject("firmware", { isOpen: false, users: [dora], groups: ["field", "office"] });
  acme.addCohort("canary", "firmware", { isOpen: false, groups: ["field"] });
  acme.addCohort("stable", "firmware");
  acme.addProject("gateways");
  acme.addProject("firmware", { organization: "globex", isOpen: false, users: [carl] });
  acme.addProject("sensors", { organization: "initech", isOpen: false });
  acme.emulator.traffic.log.clear();
}

test("shows the projects of a person in all organizations, with every reason", async () => {
  await grantAccess();
  expect(await who("DORA@acme.example")).toEqual({
    code: 0,
    errors: "",
    output: `dora@acme.example has access to 3 projects and 2 cohorts.

ORGANIZATION  ROLE    PROJECT          WHY
acme          member  firmware         granted directly, through group field, through group office
acme          member  firmware/canary  through group field
acme          member  firmware/stable  open to everyone
acme          member  gateways         open to everyone
globex        member  none
initech       admin   sensors          as an admin
`,
  });
});

test("shows the people with access to a project in all organizations, and to a cohort", async () => {
  await grantAccess();
  expect((await who("--project", "firmware")).output).toBe(`5 people have access to firmware.

ORGANIZATION  PROJECT   PERSON                WHY
acme          firmware  ada@acme.example      as an owner
acme          firmware  bob@acme.example      through group office
acme          firmware  dora@acme.example     granted directly, through group field, through group
                                              office
acme          firmware  grace@acme.example    as an admin
globex        firmware  ada@acme.example      as an owner
globex        firmware  carl@partner.example  granted directly
globex        firmware  grace@acme.example    as an admin
`);
  expect((await who("--project", "firmware/canary", "--organization", "acme")).output).toMatch(
    /^3 people have access to firmware\/canary\.\n/,
  );
});

test("a person reaches an open cohort only together with its project", async () => {
  await grantAccess();
  acme.join(carl, "developer");
  const { access } = await report(carl, "--organization", "acme");
  expect(access.map(({ name }) => name)).toEqual(["gateways"]);
  const { access: people } = await report("--project", "firmware/stable");
  expect(people.map(({ person }) => person)).toEqual([ada, bob, dora, grace]);
});

test("a person whose address changes while the command reads stays one person", async () => {
  acme.join(bob, "developer");
  acme.addProject("firmware", { isOpen: false, users: [bob] });
  const projects = acme.control.hold({ operation: "Project_show" });
  const asking = who("--project", "firmware");
  await projects.waitForArrivals();
  acme.control.changeEmail(bob, "robert@acme.example");
  projects.release();
  expect((await asking).output).toMatch(/bob@acme\.example +granted directly/);
});

test("two projects with one name are two projects", async () => {
  acme.join(bob, "developer");
  acme.addProject("firmware", { isOpen: false, users: [bob] });
  acme.addProject("twin", { isOpen: false });
  acme.addCohort("canary", "twin");
  const twin = acme.emulator.control.getOrganization("acme").projects.find(({ name }) => name === "twin");
  if (twin !== undefined) twin.name = "firmware";
  const { access } = await report(bob);
  expect(access.map(({ name }) => name)).toEqual(["firmware"]);
  expect((await who(ada, "--organization", "acme")).output).toContain("access to 2 projects and 1 cohort.");
});

test("shows the access of one person to one project, and says if there is none", async () => {
  await grantAccess();
  expect((await who(dora, "--project", "firmware")).output).toMatch(
    /^dora@acme\.example has access to firmware\.\n\n.*\nacme +member +firmware +granted directly, .*\n$/,
  );
  expect(await who(bob, "--project", "closed")).toEqual({
    code: 0,
    output: "bob@acme.example has no access to closed.\n",
    errors: "",
  });
});

test("JSON contains the memberships and the reasons", async () => {
  await grantAccess();
  expect(await report(dora, "--organization", "acme", "--organization", "initech")).toEqual({
    source: "live",
    complete: true,
    person: dora,
    memberships: [
      { organization: "acme", person: dora, role: "member", owner: false, status: "active" },
      { organization: "initech", person: dora, role: "admin", owner: false, status: "active" },
    ],
    access: [
      {
        organization: "acme",
        person: dora,
        type: "project",
        name: "firmware",
        reasons: [{ kind: "user" }, { kind: "group", group: "field" }, { kind: "group", group: "office" }],
        certain: true,
      },
      {
        organization: "acme",
        person: dora,
        type: "cohort",
        name: "firmware/canary",
        reasons: [{ kind: "group", group: "field" }],
        certain: true,
      },
      {
        organization: "acme",
        person: dora,
        type: "cohort",
        name: "firmware/stable",
        reasons: [{ kind: "everyone" }],
        certain: true,
      },
      {
        organization: "acme",
        person: dora,
        type: "project",
        name: "gateways",
        reasons: [{ kind: "everyone" }],
        certain: true,
      },
      {
        organization: "initech",
        person: dora,
        type: "project",
        name: "sensors",
        reasons: [{ kind: "role", role: "admin" }],
        certain: true,
      },
    ],
    remarks: [],
  });
  const { memberships } = await report("--project", "sensors");
  expect(memberships.map(({ person, owner }) => [person, owner])).toEqual([
    [ada, true],
    [dora, false],
    [grace, false],
  ]);
});

test("reads only what the answer depends on", async () => {
  await grantAccess();
  await who(dora, "--organization", "acme");
  const lists = ["Cohort_index_all", "Group_index", "Me_show", "Organization_members", "Project_index"];
  expect(acme.operations()).toEqual(
    [
      ...lists,
      "Cohort_show",
      "Cohort_show",
      "Group_show",
      "Group_show",
      "Project_show",
      "Project_show",
      "Project_show",
    ].sort(),
  );
  await who("--project", "firmware/canary", "--organization", "acme");
  expect(acme.operations()).toEqual([...lists, "Cohort_show", "Group_show", "Group_show", "Project_show"].sort());
  await who(carl);
  expect(acme.operations()).toEqual(
    [
      "Me_show",
      ...Array.from({ length: 3 }, () => "Organization_members"),
      "Cohort_index_all",
      "Group_index",
      "Project_index",
      "Project_show",
    ].sort(),
  );
});

test.each([
  [
    ["dra@acme.example"],
    "No organization that this API key can see has the member dra@acme.example. Correct the address; did you mean dora@acme.example?",
  ],
  [
    ["eve@nowhere.example"],
    "No organization that this API key can see has the member eve@nowhere.example. Correct the address.",
  ],
  [
    ["--project", "firmwre/canary"],
    'No organization that this API key can see has a project or cohort "firmwre/canary". Correct --project; did you mean firmware/canary?',
  ],
  [
    [dora, "--organization", "globx"],
    'No organization that this API key can see matches "globx"; did you mean globex? Correct --organization. The organizations are acme, globex, initech.',
  ],
])("explains who %j", async (args, message) => {
  await grantAccess();
  expect(await who(...args)).toEqual({ code: 1, output: "", errors: `peridio-gitops: ${message}\n` });
});

test("says that an invited person has no access yet", async () => {
  await grantAccess();
  const ivan = "ivan@partner.example";
  await acme.control.invite(ivan, "initech", "viewer");
  const sentence = (names: string) =>
    `peridio-gitops: ${ivan} has a pending invitation to ${names}, and no access before acceptance.\n`;
  expect(await who(ivan)).toEqual({ code: 1, output: "", errors: sentence("initech") });
  await acme.control.invite(ivan, "acme", "viewer");
  expect(await who(ivan, "--project", "firmware")).toEqual({
    code: 1,
    output: "",
    errors: sentence("acme and initech"),
  });
});

test("says that a token which cannot read invitations may miss one", async () => {
  await grantAccess();
  const environment = { PERIDIO_API_KEY: acme.control.addApiKey(bob), PERIDIO_BASE_URL: acme.url };
  const { code, errors } = await acme.run(["who", "--backend", "connect", "ivan@partner.example"], { environment });
  expect(code).toBe(1);
  expect(errors).toContain("This API key cannot read all invitations, so the person may have a pending one.");
});

test.each([
  [
    [],
    "There is no question. Pass a person's e-mail address, or add --project. To see everyone in an organization, use `graph`.",
  ],
  [[dora, "--preview", "-", "--layout", "layout.yaml"], "cannot be used with option"],
  [[dora, "--preview", "-", "--backend", "connect"], "cannot be used with option"],
  [[dora, "--layout", "layout.yaml", "--endpoint", "https://peridio.acme.example"], "cannot be used with option"],
])("rejects who %j", async (args, message) => {
  const { code, output, errors } = await acme.run(["who", ...args]);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toContain(message);
  expect(acme.operations()).toEqual([]);
});

test("says what a member's token cannot see", async () => {
  await grantAccess();
  const environment = { PERIDIO_API_KEY: acme.control.addApiKey(bob), PERIDIO_BASE_URL: acme.url };
  const ask = (...args: string[]) => acme.run(["who", "--backend", "connect", ...args], { environment });
  const { code, output, errors } = await ask(dora);
  expect(output).toMatch(
    /acme +member +firmware .*\n(.*\n)+\nNot in this answer:\n- The API key's user is neither an admin nor an owner of acme and sees only some of its projects and\n {2}cohorts\. Use the API key of an admin or an owner\.\n$/,
  );
  expect([code, errors]).toEqual([
    1,
    "peridio-gitops: The answer is incomplete. It names each part that is missing.\n",
  ]);
  expect(accessAnswer.parse(JSON.parse((await ask(dora, "--json")).output)).complete).toBe(false);
  // The grants of a visible project are complete.
  expect(await ask("--project", "firmware")).toMatchObject({ code: 0, errors: "" });
  expect((await ask("--project", "closed")).errors).toBe(
    'peridio-gitops: No organization that this API key can see has a project or cohort "closed". If --project is wrong, correct it.\n' +
      "The API key's user is neither an admin nor an owner of acme and sees only some of its projects and cohorts. Use the API key of an admin or an owner.\n",
  );
});

test("an organization that the command cannot read does not hide others", async () => {
  await grantAccess();
  acme.control.fault({ operation: "Group_index", effect: { status: 403 }, times: 1 });
  const { code, output } = await who(dora);
  expect(output).toContain("Not in this answer:\n- The command cannot read ");
  expect(output).toMatch(/sensors|gateways/);
  expect(code).toBe(1);
});

describe("with the Admin API", () => {
  test("shows roles, and says that there are no projects", async () => {
    await grantAccess();
    expect(await acme.run(["who", dora])).toMatchObject({
      code: 0,
      output: `dora@acme.example is in 3 organizations.

ORGANIZATION  ROLE
acme          developer
globex        viewer
initech       admin

Not in this answer:
- peridio-gitops reads no projects with Peridio's Admin API, so the answer contains only roles.
`,
    });
    expect(acme.operations()).toEqual(["list-members", "list-members", "list-members", "list-organizations"]);
  });

  test("refuses questions about projects", async () => {
    expect(await acme.run(["who", "--project", "firmware"])).toMatchObject({
      code: 1,
      output: "",
      errors:
        "peridio-gitops: peridio-gitops reads no projects with Peridio's Admin API. Remove --project to see roles, or add --backend connect for Avocado Connect.\n",
    });
    expect(acme.operations()).toEqual([]);
  });
});
