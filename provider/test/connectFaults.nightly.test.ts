import { randomUUID } from "node:crypto";
import { Emulator } from "#emulator";
import { notApplied, Outside, rawJson, readRemovals } from "./support/outside";
import { ada, bob, carl, urn } from "./support/parts";
import { type Declaration, type Declarations, dev, organization, Site } from "./support/program";

const apiKey = "avo_of-ada-for-tests";

let site: Site;
let outside: Outside;
afterEach(() => site.end());

/** Begins with a program that speaks Avocado Connect. The organization acme-dev exists, with these people. */
async function begin(resources: Declarations, people: readonly string[] = []): Promise<void> {
  const emulator = new Emulator();
  const { control } = emulator;
  await control.createOrganization("acme-dev");
  for (const email of people) control.addMember(email, "acme-dev", "viewer");
  control.addApiKey(ada, { key: apiKey });
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: apiKey };
  site = await Site.begin(resources, { emulator, environment });
  outside = new Outside(emulator, String(site.stack.variable("PERIDIO_BASE_URL")), apiKey);
}

function part(type: string, properties: Declaration["properties"], options: Declaration["options"] = {}): Declaration {
  return { type: `peridio:${type}`, properties: { organizationId: "${dev.id}", ...properties }, options };
}

const closed = (access: object) => ({ everyoneEnabled: false, access });

/** A group, and a project with access for this group and for these people. */
function groupAndProject(members: readonly string[], users: readonly string[]): Declarations {
  return {
    ...dev,
    field: part("Group", { name: "field", members }),
    firmware: part("Project", { name: "firmware", ...closed({ users, groups: ["${field.id}"] }) }),
  };
}

test("addresses that no program can declare are drift, which an update removes, and do not stop a deletion", async () => {
  const odd = ["dev@localhost", "jürgen@müller.example"];
  const program = (description?: string): Declarations => {
    const access = { ...closed({ users: [bob] }), description };
    const ignoring = (property: string) => (description === undefined ? {} : { ignoreChanges: [property] });
    return {
      ...dev,
      field: part("Group", { name: "field", members: [bob], description }, ignoring("members")),
      firmware: part("Project", { name: "firmware", ...access }, ignoring("access")),
      canary: {
        type: "peridio:Cohort",
        properties: { projectId: "${firmware.id}", name: "canary", ...access },
        options: ignoring("access"),
      },
    };
  };
  await begin(program(), [bob, ...odd]);
  await site.up();
  outside.addEverywhere(odd);
  const said: string[] = [];
  const say = async (...args: string[]) => {
    const text = await site.stack.succeed(...args);
    said.push(text);
    return text;
  };

  const previewed = await say("preview", "--refresh", "--diff");
  expect(previewed).toContain("3 to update");
  for (const email of odd) expect(previewed).toContain(`"${email}"`);
  // Another user, who is listed twice, has bob's address.
  const spelled = "BOB@acme.example";
  const set = {
    "data.members.1.email": spelled,
    "data.members.2.email": spelled,
    "data.members.2.user_id": outside.getId("dev@localhost"),
  };
  site.emulator.control.fault({ operation: "Group_show", times: "always", effect: { set } });
  await say("refresh", "--yes", "--diff");
  const members: unknown = expect.objectContaining({ members: [spelled, bob] });
  expect(await site.state()).toContainEqual(expect.objectContaining({ urn: urn("field", "Group"), outputs: members }));
  await say("refresh", "--yes", "--expect-no-changes");
  site.emulator.control.clearFaults();
  await say("refresh", "--yes");
  expect(await say("up", "--yes", "--diff")).toContain("3 updated");
  expect(outside.readPeople()).toEqual({ field: [bob], firmware: [bob], canary: [bob] });
  await say("preview", "--refresh", "--expect-no-changes");

  // A program can ignore these people, and change everything else.
  outside.addEverywhere(odd);
  await say("refresh", "--yes", "--diff");
  await site.declare(program("At customers"));
  expect(await say("up", "--yes")).toContain("3 updated");
  const everyone = [bob, ...odd];
  expect(outside.readPeople()).toEqual({ field: everyone, firmware: everyone, canary: everyone });
  await site.declare(dev);
  expect(await say("up", "--yes", "--refresh")).toContain("3 deleted");
  expect(outside.readPeople()).toEqual({});
  expect(said.join("\n")).not.toMatch(rawJson);
});

describe("if the response to the creation of a secret is lost", () => {
  const rotated = (rotate: string): Declarations => ({
    ...dev,
    token: part("OrganizationApiToken", { name: "ci", rotate }),
  });
  const secrets: Declarations = {
    ...rotated("1"),
    webhook: part("Webhook", { name: "ci", url: "https://hooks.acme.example/peridio" }),
    claim: part("ClaimToken", { name: "ci" }),
  };
  const creations = ["ClaimToken_create", "OrgApiToken_create", "Webhook_create"];

  /** Returns the name, the path and the secret of each token and webhook. */
  function list() {
    const { api_tokens, webhooks, claim_tokens } = outside.organization;
    return [
      ...api_tokens.map(({ id, token }) => ({ kind: "API token", id, path: `api-tokens/${id}`, secret: token })),
      ...webhooks.map(({ id, secret }) => ({ kind: "webhook", id, path: `webhooks/${id}`, secret })),
      ...claim_tokens.map(({ id, token }) => ({ kind: "claim token", id, path: `claim_tokens/${id}`, secret: token })),
    ];
  }
  const kinds = () => list().map(({ kind }) => kind);
  const writes = () => site.writes().map((line) => line.split(" ", 2).join(" "));

  /** Expects the command that deletes each of these objects, and no secret. */
  function expectRemovals(said: string, objects: ReturnType<typeof list>): void {
    for (const { kind, id, path } of objects)
      expect(said).toContain(`To delete the ${kind} "ci" (${id}), run \`${outside.toRemoval(path)}\`.`);
    expect(readRemovals(said)).toEqual(objects.map(({ path }) => outside.toRemoval(path)).sort());
    for (const text of [apiKey, ...list().map(({ secret }) => secret)]) expect(said).not.toContain(text);
  }

  test("the error names each object with a command that deletes it, and the next update creates another one", async () => {
    await begin(secrets);
    for (const operation of creations) outside.lose(operation);
    const said = await site.failUp("--continue-on-error");
    expect(writes().sort()).toEqual(creations.map((operation) => `POST ${operation}`));
    expect(kinds()).toEqual(["API token", "webhook", "claim token"]);
    expectRemovals(said, list());
    for (const command of readRemovals(said)) await outside.runCommand(command);
    expect(list()).toEqual([]);
    await site.up();
    expect(kinds()).toEqual(["API token", "webhook", "claim token"]);
    await site.stack.succeed("preview", "--refresh", "--expect-no-changes");
  });

  test("during a rotation, the former token and the token of another pipeline stay", async () => {
    await begin(rotated("1"));
    await site.up();
    const [former] = outside.organization.api_tokens;
    if (former === undefined) throw new Error("the emulator has no token");
    const twin = { ...former, id: randomUUID(), token: "avo_of-another-pipeline", sequence: 1_000_000 };
    outside.lose("OrgApiToken_create");
    const hold = site.emulator.control.hold({ operation: "OrgApiToken_create" });
    await site.declare(rotated("2"));
    site.requests();
    const rotation = site.failUp();
    await hold.waitForArrivals();
    outside.organization.api_tokens.push(twin);
    hold.release();
    const said = await rotation;
    expect(writes()).toEqual(["POST OrgApiToken_create"]);
    expect(said).toContain("Keep an object that another program has created in the meantime.");
    expect(list()).toHaveLength(3);
    expectRemovals(
      said,
      list().filter(({ id }) => id !== former.id),
    );

    const [lost] = list().filter(({ id }) => ![former.id, twin.id].includes(id));
    await outside.runCommand(outside.toRemoval(lost?.path ?? ""));
    site.requests();
    await site.up();
    expect(writes()).toEqual(["POST OrgApiToken_create", "DELETE OrgApiToken_delete"]);
    const rest = list().map(({ id }) => id);
    expect(rest).toHaveLength(2);
    expect(rest).toContain(twin.id);
    expect(rest).not.toContain(former.id);
  });
});

test("a person who moves into a group keeps access until Peridio applies the join", async () => {
  await begin(groupAndProject([carl], [bob]), [bob, carl]);
  await site.up();
  outside.acknowledge("Group_add_member");
  await site.declare(groupAndProject([bob], []));
  site.requests();
  const unjoined = await site.failUp("--continue-on-error");
  expect(unjoined).toContain(`${notApplied}: \`members\` lacks "${bob}". The provider removed no one.`);
  expect(site.writes()).toEqual([expect.stringContaining("POST Group_add_member")]);
  expect(outside.readPeople()).toEqual({ field: [carl], firmware: [bob] });

  await site.declare(groupAndProject([bob, carl], []));
  outside.acknowledge("Project_revoke_user_access");
  const unrevoked = await site.failUp();
  const still = `\`access.users\` contains "${bob}" although the program does not declare it.`;
  expect(unrevoked).toContain(`${notApplied}: ${still} Run \`pulumi up\` again.`);
  expect(outside.readPeople()).toEqual({ field: [bob, carl], firmware: [bob] });
  await site.up();
  expect(outside.readPeople()).toEqual({ field: [bob, carl], firmware: [] });
  await site.stack.succeed("preview", "--refresh", "--expect-no-changes");

  // The state contains a membership that was removed outside Pulumi.
  await site.declare(groupAndProject([bob, carl], [bob]));
  await site.up();
  const [field] = outside.organization.groups;
  await outside.delete(`groups/${String(field?.id)}/members/${outside.getId(bob)}`);
  await site.declare(groupAndProject([bob, carl], []));
  site.requests();
  expect(await site.failUp()).toContain(
    "The provider revoked no access, because this person would have no access left. Run `pulumi up --refresh` to repair the group.",
  );
  expect(site.writes()).toEqual([]);
  await site.stack.succeed("up", "--yes", "--refresh");
  expect(outside.readPeople()).toEqual({ field: [bob, carl], firmware: [] });
});

test("the error about a group that was deleted outside Pulumi names the command that repairs it", async () => {
  await begin(groupAndProject([carl], []), [bob, carl]);
  await site.up();
  await outside.delete(`groups/${String(outside.organization.groups[0]?.id)}`);
  await site.declare(groupAndProject([carl], [bob]));
  site.requests();
  const advice =
    /the organization has no group \S+\. If a Group of this stack was deleted outside Pulumi, run `pulumi up --refresh`, which creates the group again\. Otherwise, /;
  expect(await site.fail("preview")).toMatch(advice);
  expect(await site.failUp()).toMatch(advice);
  expect(site.writes()).toEqual([]);
  await site.stack.succeed("up", "--yes", "--refresh");
  expect(outside.readPeople()).toEqual({ field: [carl], firmware: [bob] });
  const { groups, projects } = outside.organization;
  expect(groups).toHaveLength(1);
  expect(projects[0]?.group_ids).toEqual(groups.map(({ id }) => id));
  await site.stack.succeed("preview", "--refresh", "--expect-no-changes");
});

test("the first update creates an organization with one API, and its groups with the other", async () => {
  const provider = (backend: string): Declaration => ({ type: "pulumi:providers:peridio", properties: { backend } });
  const admin = (options: object) => ({ provider: "${admin}", ...options });
  const connect = { provider: "${connect}" };
  const inNew = { organizationId: "${new.id}" };
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  site = await Site.begin(
    {
      admin: provider("admin-v2"),
      connect: provider("connect"),
      dev: organization("acme-dev", connect),
      // The provider with Avocado Connect reads the visible organizations before acme-new exists.
      first: part("Group", { name: "first" }, connect),
      new: organization("acme-new", admin({ dependsOn: ["${first}"] })),
      ops: part("Group", { ...inNew, name: "ops", members: [ada] }, connect),
      firmware: part("Project", { ...inNew, name: "firmware", ...closed({ groups: ["${ops.id}"] }) }, connect),
    },
    { emulator },
  );
  expect(await site.stack.succeed("up", "--yes")).toContain("8 created");
  const created = emulator.control.getOrganization("acme-new");
  expect(created).toMatchObject({
    groups: [{ name: "ops", user_ids: [created.owner_id] }],
    projects: [{ name: "firmware", group_ids: created.groups.map(({ id }) => id) }],
  });
  await site.stack.succeed("preview", "--refresh", "--expect-no-changes");
});

test("neither the state nor an output contains an address of a secret list in clear", async () => {
  const secret = (value: unknown) => ({ "fn::secret": value });
  const [pending, member, mallory] = ["yan@acme.example", "zoe@acme.example", "mallory@partner.example"];
  const people = [pending, member];
  const program: Declarations = {
    ...dev,
    field: part("Group", { name: "field", members: people.map(secret) }),
    ops: part("Group", { name: "ops", members: secret(people) }),
    firmware: part("Project", { name: "firmware", ...closed({ users: secret(people) }) }),
    canary: {
      type: "peridio:Cohort",
      properties: { projectId: "${firmware.id}", name: "canary", ...closed(secret({ users: people })) },
    },
  };
  await begin(program, [member, mallory]);
  const clear = /(yan|zoe|mallory)@/;
  const said = [await site.stack.succeed("up", "--yes", "--diff")];
  expect(await site.stack.succeed("stack", "export")).not.toMatch(clear);
  outside.addEverywhere([mallory]);
  said.push(await site.stack.succeed("refresh", "--yes", "--diff"));
  expect(await site.stack.succeed("stack", "export", "--show-secrets")).toMatch(/yan@(.|\n)*mallory@/);
  expect(await site.stack.succeed("stack", "export")).not.toMatch(clear);

  outside.acknowledge("Project_revoke_user_access");
  const failed = await site.failUp("--diff");
  expect(failed).toContain("`access` differs from the requested secret value");
  expect(await site.stack.succeed("stack", "export")).not.toMatch(clear);
  said.push(failed, await site.up("--diff"));
  expect(outside.readPeople()).toEqual({ field: [member], ops: [member], firmware: [member], canary: [member] });
  expect(said.join("\n")).not.toMatch(clear);
});
