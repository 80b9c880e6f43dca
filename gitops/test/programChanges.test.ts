import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Values } from "#framework";
import { secretOutputs } from "../src/preview/options";
import { readPreview } from "../src/preview/preview";
import { releasePlace } from "../src/review/program/providers";
import { rows, comparedPropertyTypes } from "../src/objects/rows";
import {
  createReview,
  describeChanges,
  document,
  organization,
  type Printed,
  type PrintedStep,
  review,
  unknownText,
} from "./support/document";
import { judge } from "./support/judged";
import { organizationId, step } from "./support/objects";

/** Changes that a review cannot translate into access. Each was silent once. */

const acme = organization("acme", 1);
const listRows = (...steps: readonly PrintedStep[]) =>
  review([acme, ...steps]).programChanges.map(({ section, words, risks }) => [section, words, ...risks].join(" | "));

const roster = (before: Values, after: Values, more: Printed & Values = {}): PrintedStep => {
  const inputs = { organizationId, members: { "bob@acme.example": "viewer" } };
  return {
    op: JSON.stringify(before) === JSON.stringify(after) ? "same" : "update",
    name: "OrganizationMembers::people",
    before: { id: organizationId, inputs: { ...inputs, ...before }, outputs: inputs },
    after: { inputs: { ...inputs, ...after }, ...more },
  };
};

describe("the properties that rows read", () => {
  const schema = z
    .object({
      types: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })),
      resources: z.record(
        z.string(),
        z.object({ inputProperties: z.record(z.string(), z.unknown()), isComponent: z.boolean().optional() }),
      ),
      functions: z.record(z.string(), z.unknown()),
    })
    .parse(JSON.parse(readFileSync("schema.json", "utf8")));
  const getName = (token: string) => token.split(":").at(-1) ?? "";
  const resources = Object.entries(schema.resources).filter(([, { isComponent }]) => isComponent !== true);

  test.each(Object.entries(rows))("are the inputs of %s in the schema", (kind, { allInputs }) => {
    const inputs = schema.resources[`peridio:index:${kind}`]?.inputProperties ?? {};
    expect(Object.keys(allInputs).sort()).toEqual(Object.keys(inputs).sort());
  });

  test("are the properties of every type of objects among the inputs", () => {
    const references = resources.flatMap(([, { inputProperties }]) =>
      [...JSON.stringify(inputProperties).matchAll(/#\/types\/peridio:index:(\w+)/g)].map(([, name]) => name ?? ""),
    );
    const listProperties = (name: string) =>
      Object.keys(schema.types[`peridio:index:${name}`]?.properties ?? {}).sort();
    const objects = [...new Set(references)].filter((name) => listProperties(name).length > 0);
    expect(Object.fromEntries(objects.map((name) => [name, listProperties(name)]))).toEqual(
      Object.fromEntries(
        Object.entries(comparedPropertyTypes).map(([name, { shape }]) => [name, Object.keys(shape).sort()]),
      ),
    );
  });

  test("are references if they contain an id of another object", () => {
    // `userId` is a property of the person.
    const ids = Object.entries(rows).flatMap(([kind, { allInputs }]) =>
      Object.entries(allInputs)
        .filter(([name, { getReferences }]) => name.endsWith("Id") && name !== "userId" && getReferences === undefined)
        .map(([name]) => `${kind}.${name}`),
    );
    expect(ids).toEqual([]);
  });

  test("need none of components and functions: a component's children are resources, and functions only read", () => {
    const components = Object.keys(schema.resources).filter((token) => schema.resources[token]?.isComponent === true);
    expect(components.map(getName)).toEqual(["Layout"]);
    for (const name of Object.keys(schema.functions)) expect(getName(name)).toMatch(/^get/);
  });
});

describe("a property", () => {
  const remedy =
    "This version of peridio-gitops does not know the property or its value. Check the change in Pulumi's output, or use the version of peridio-gitops that matches the provider.";

  test("that no row reads is listed and needs approval, at any depth", () => {
    const project = (access: Values) =>
      step("Project::firmware", 2, { name: "firmware" }, { name: "firmware", access });
    expect(listRows(roster({}, { admins: ["eve@acme.example"] }))).toEqual([
      `properties | Property \`admins\` of OrganizationMembers people changes. ${remedy} | notUnderstood`,
    ]);
    expect(listRows(project({ users: [], everyone: true }))).toEqual([
      `properties | Property \`access.everyone\` of Project firmware changes. ${remedy} | notUnderstood`,
    ]);
    expect(review([acme, roster({}, { admins: [] })]).verdict).toBe("needs approval");
  });

  test("that a program removes, or whose value no row understands, is listed too", () => {
    expect(listRows(roster({ admins: [] }, {}))).toHaveLength(1);
    const opened = step("Project::firmware", 2, { everyoneEnabled: false }, { everyoneEnabled: "true" });
    expect(listRows(opened)).toEqual([
      `properties | Property \`everyoneEnabled\` of Project firmware changes. ${remedy} | notUnderstood`,
    ]);
  });

  test("without a change is not listed, and hidden values have rows elsewhere", () => {
    expect(listRows(roster({ admins: [] }, { admins: [] }))).toEqual([]);
    expect(listRows(roster({}, { minAdmins: "[secret]" }))).toEqual([]);
    expect(listRows(roster({}, { members: "[secret]" }))).toEqual([]);
    expect(listRows(step("Project::firmware", 2, { access: { users: [] } }, { access: "[secret]" }))).toEqual([]);
  });
});

describe("an option", () => {
  test("`ignoreChanges` has a row, and rules about the roster do not pass", () => {
    const ignoring = roster({}, {}, { ignoreChanges: ["members"] });
    expect(listRows(ignoring)).toEqual([
      "options | OrganizationMembers people: `ignoreChanges` covers `members`. Updates ignore the program's values and keep the former ones, which the review shows. | ignoresChanges",
    ]);
    expect(judge("everyone: { roster: required }", [roster({}, {})])).toEqual([]);
    for (const path of ["members", 'members["bob@acme.example"]', "ignore", "*"]) {
      const steps = [roster({}, {}, { ignoreChanges: [path] })];
      expect(judge("everyone: { roster: required }", steps)).toEqual([
        expect.stringContaining("acme may have people without a declaration"),
      ]);
    }
    expect(judge("everyone: { roster: required }", [roster({}, {}, { ignoreChanges: ["minAdmins"] })])).toEqual([]);
  });

  test("that the review does not know needs approval", () => {
    expect(listRows(roster({}, {}, { hideDiff: ["members"] }))).toEqual([
      "options | OrganizationMembers people: The option `hideDiff` is set or changes. This version of peridio-gitops does not know its effect. Read about the option in Pulumi's documentation, and check the program. | notUnderstood",
    ]);
    expect(listRows(roster({}, {}, { customTimeouts: { create: 60 } }))).toEqual([]);
  });

  test("and a property of an imported resource are reviewed, because the next update applies them", () => {
    const imported = { ...roster({}, { admins: [] }, { hideDiff: ["members"] }), op: "import", before: undefined };
    expect(listRows(imported).map((row) => row.split(" | ")[0])).toEqual(["options", "properties"]);
    expect(listRows({ ...roster({}, {}), op: "import", before: undefined })).toEqual([]);
  });

  test("`ignoreChanges` of an import hides the values of Peridio, and rules do not pass on the declared ones", () => {
    const inputs = { organizationId, requireTwoFactor: true, sessionTimeout: "4h" };
    const imported = (ignoreChanges: readonly string[]): PrintedStep => ({
      op: "import",
      name: "SecurityPolicy::policy",
      after: { inputs, importID: organizationId, ...(ignoreChanges.length > 0 && { ignoreChanges }) },
    });
    const rule = "locked: { requireTwoFactor: true }";
    expect(judge(rule, [imported([])])).toEqual([]);
    for (const paths of [["requireTwoFactor"], ["*"]]) {
      expect(judge(rule, [imported(paths)])).toEqual([expect.stringContaining("is not known before the update")]);
      expect(listRows(imported(paths))).toEqual([expect.stringContaining("hidden | ignoresChanges")]);
    }
    const people = { organizationId, members: { "bob@acme.example": "viewer" } };
    const after = { inputs: people, importID: organizationId, ignoreChanges: ["members"] };
    expect(listRows({ op: "import", name: "OrganizationMembers::people", after })).toEqual([
      "options | OrganizationMembers people: `ignoreChanges` covers `members`. The import keeps Peridio's people and values, which the preview does not contain. | hidden | ignoresChanges",
    ]);
  });

  test("`additionalSecretOutputs` has a row, and does not hide what the inputs show", () => {
    expect(listRows(roster({}, {}, { additionalSecretOutputs: ["people", "inviteUrls"] }))).toEqual([
      "options | OrganizationMembers people: `additionalSecretOutputs` hides `people`. Later previews, and the reviews of them, do not show these values of Peridio. | hidden",
    ]);
    expect(listRows(roster({}, {}, { additionalSecretOutputs: ["inviteUrls"] }))).toEqual([]);
    const members = { "bob@acme.example": "admin", "carl@acme.example": "viewer" };
    const shrunk = roster({ members }, {});
    const hidden = { ...shrunk, before: { ...shrunk.before, outputs: { organizationId, members: "[secret]" } } };
    expect(describeChanges(review([acme, hidden]).people)).toEqual([
      "bob@acme.example: admin → viewer (removesAdmin)",
      "carl@acme.example: viewer → - (removesPerson)",
    ]);
  });

  test("`additionalSecretOutputs` leaves drift unknown, because the inputs are only the last declared ones", () => {
    const { before, after } = roster({}, {});
    const outputs = { organizationId, members: "[secret]" };
    const step = { op: "update", name: "OrganizationMembers::people", differs: ["members"] };
    const drift = { ...step, before: { ...before, outputs }, after: { ...after, outputs } };
    expect(review([{ ...acme, op: "refresh" }, drift], "drift")).toMatchObject({
      organizations: [{ risks: ["hidden"] }],
      unknowns: [
        "OrganizationMembers people changes, but its people are hidden.",
        "The people in OrganizationMembers people are secret.",
      ],
    });
  });

  test("is known if the schema has a secret without it", () => {
    const schema = z
      .object({
        resources: z.record(
          z.string(),
          z.object({ properties: z.record(z.string(), z.object({ secret: z.boolean().optional() })).optional() }),
        ),
      })
      .parse(JSON.parse(readFileSync("schema.json", "utf8")));
    const secrets = Object.values(schema.resources).flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([name, { secret }]) => (secret === true ? name : [])),
    );
    expect([...new Set(secrets)].sort()).toEqual([...secretOutputs].sort());
  });

  test("former people, members and grants that are secret have rows", () => {
    const former = { members: "[secret]" };
    const shown = roster(former, {});
    const secretRoster = { ...shown, before: { ...shown.before, outputs: former } };
    expect(review([acme, secretRoster])).toMatchObject({ organizations: [{ risks: ["hidden"] }] });
    const group = step("Group::field", 5, { name: "field", members: "[secret]" }, { name: "field", members: [] });
    const project = step("Project::fw", 2, { name: "fw", access: "[secret]" }, { name: "fw", access: { users: [] } });
    const rows = review([acme, group, project]).settings.map(({ words }) => words);
    expect(rows).toContain("The preview hides who joins or leaves group field.");
    expect(rows).toContain("The preview hides who has access to project fw.");
  });

  describe("`deletedWith`", () => {
    const membership = (deletedWith: string): PrintedStep => ({
      op: "delete",
      name: "Membership::bob",
      before: {
        id: "prn:1:x",
        inputs: { organizationId, email: "bob@acme.example", role: "admin" },
        outputs: { organizationId, email: "bob@acme.example", role: "admin", status: "active" },
        ...{ deletedWith: `urn:pulumi:dev::acme::${deletedWith}` },
      },
    });
    const describePeople = (...steps: readonly PrintedStep[]) =>
      review([acme, ...steps]).people.map(({ email, after }) => `${email} ${after?.role ?? "none"}`);

    test("keeps a person whose resource Pulumi deletes only from the state", () => {
      const gone = {
        op: "delete",
        name: "Group::field",
        before: { id: "x", inputs: { organizationId, name: "field" } },
      };
      const found = review([acme, gone, membership("peridio:index:Group::field")]);
      expect(found.people).toMatchObject([
        { email: "ada@acme.example" },
        { email: "bob@acme.example", after: { role: "admin" } },
      ]);
      expect(found.settings.map(({ words }) => words)).toContain(
        "Membership bob is released. Pulumi removes it from the state, and Peridio keeps the access of bob@acme.example, which no stack declares.",
      );
      const bucket = { op: "delete", name: "aws:s3:Bucket::logs", before: {} };
      expect(describePeople(bucket, membership("aws:s3:Bucket::logs"))).toContain("bob@acme.example admin");
    });

    test("keeps a person if the other resource is replaced, because Pulumi skips this deletion too", () => {
      const inputs = { organizationId, email: "kim@acme.example", role: "viewer" };
      const before = { id: "prn:1:k", inputs, outputs: { ...inputs, status: "active" } };
      const replaced = {
        op: "replace",
        name: "Membership::kim",
        before,
        after: { inputs: { ...inputs, email: "kurt@acme.example" } },
      };
      expect(describePeople(replaced, membership("peridio:index:Membership::kim"))).toContain("bob@acme.example admin");
    });

    test("removes a person if the other resource only has another name, because Pulumi follows the alias", () => {
      expect(describePeople(membership("peridio:index:Membership::renamed"))).not.toContain("bob@acme.example admin");
    });

    test("removes a person if the other resource stays, or if it is the organization", () => {
      const kept = { op: "same", name: "Group::field", before: { id: "x", inputs: { organizationId, name: "field" } } };
      expect(describePeople({ ...kept, after: kept.before }, membership("peridio:index:Group::field"))).not.toContain(
        "bob@acme.example admin",
      );
      const deleted = { ...acme, op: "delete", after: undefined };
      expect(
        review([deleted, membership("peridio:index:Organization::acme")]).people.map(({ after }) => after),
      ).toEqual([null, null]);
    });
  });
});

describe("a provider", () => {
  const own = { provider: "urn:pulumi:dev::acme::pulumi:providers:peridio::mine::id" };
  const explicit = (
    before: Values | undefined,
    after: Values | undefined,
    differs?: readonly string[],
  ): PrintedStep => ({
    op: before === undefined ? "create" : after === undefined ? "delete" : "update",
    name: "pulumi:providers:peridio::mine",
    before: before && { id: "id", inputs: before },
    after: after && { inputs: after },
    differs,
  });
  const consequence = "The provider sends the API key of the update to its endpoint. | changesProvider";

  test("that changes its endpoint or its hidden API key has rows, and needs approval", () => {
    const [here, there] = [{ endpoint: "https://api.peridio.com" }, { endpoint: "https://evil.example" }];
    expect(listRows(explicit(here, there))).toEqual([
      `providers | Provider mine: \`endpoint\` https://api.peridio.com → https://evil.example. ${consequence}`,
    ]);
    const secret = { apiKey: "[secret]" };
    expect(listRows(explicit(secret, secret, ["apiKey"]))).toEqual([
      `providers | Provider mine: \`apiKey\` secret → secret. ${consequence}`,
    ]);
    expect(listRows({ ...explicit(secret, secret), op: "same" })).toEqual([]);
    expect(listRows(explicit(secret, secret))).toEqual([
      `providers | Provider mine: \`apiKey\` secret → secret. ${consequence}`,
    ]);
    expect(listRows(explicit({}, {}))).toEqual([
      `providers | The provider mine changes in a way that the preview does not show. ${consequence}`,
    ]);
    expect(review([acme, explicit(here, there)]).verdict).toBe("needs approval");
  });

  test("that is new, or that goes, has a row", () => {
    expect(listRows(explicit(undefined, { endpoint: "https://evil.example", apiKey: "[secret]" }))).toEqual([
      `providers | The provider mine is new, with \`endpoint\`: https://evil.example, \`apiKey\`: secret. ${consequence}`,
    ]);
    expect(listRows(explicit({}, undefined))).toEqual(["providers | The provider mine is deleted. | changesProvider"]);
  });

  test("that gets a resource of another provider, or that comes from an unusual place, has a row", () => {
    const at = (name: string) => ({ provider: `urn:pulumi:dev::acme::pulumi:providers:peridio::${name}::id` });
    const using = (before: Printed | undefined, after: Printed): PrintedStep => {
      const { op, name, before: prior, after: present } = roster({}, {});
      return {
        op: before === undefined ? "create" : op,
        name,
        before: before && { ...prior, ...before },
        after: { ...present, ...after },
      };
    };
    expect(listRows(using(at("default_0_1_0"), at("default_0_2_0")))).toEqual([
      `providers | OrganizationMembers people: another provider, peridio provider default_0_1_0 → peridio provider default_0_2_0. ${consequence}`,
    ]);
    expect(listRows(using(undefined, at("default_0_1_0_https_/evil.example")))).toEqual([
      `providers | OrganizationMembers people: a provider that the review does not know, peridio provider default_0_1_0_https_/evil.example. ${consequence}`,
    ]);
    for (const name of ["default", "default_0_1_0", "default_1_0_0_dev_2", `default_0_1_0_${releasePlace}`]) {
      expect(listRows(using(undefined, at(name)))).toEqual([]);
    }
    expect(listRows(using(undefined, at(`default_0_1_0_${releasePlace}-fork`)))).toHaveLength(1);
    expect(listRows(using(own, own))).toEqual([]);
  });

  describe("of the configuration", () => {
    const listWith = (endpoint: string, rules?: string) => {
      const by = { provider: "urn:pulumi:dev::acme::pulumi:providers:peridio::default::id" };
      const steps = [{ ...acme, before: { ...acme.before, ...by }, after: { ...acme.after, ...by } }];
      const preview = readPreview(
        document(steps, { more: { config: { "peridio:endpoint": endpoint } } }),
        "p.json",
        "change",
      );
      return rules === undefined ? createReview([preview], "change") : preview;
    };

    test("has a row unless the endpoint is Peridio's own", () => {
      expect(listWith("https://evil.example")).toMatchObject({
        verdict: "needs approval",
        programChanges: [
          {
            words:
              "The configuration of the stack sets the endpoint https://evil.example, and previews do not show if it changed. The provider sends the API key of the update to its endpoint. If the endpoint is right, add it to the access rule `endpoint`.",
          },
        ],
      });
      for (const endpoint of ["https://api.peridio.com", "https://connect.peridio.com/"]) {
        expect(listWith(endpoint)).toMatchObject({ verdict: "pass", programChanges: [] });
      }
      expect(listWith("https://api.peridio.com.evil.example")).toMatchObject({ verdict: "needs approval" });
    });
  });

  test("comes from the place of the releases that the schema names", () => {
    const { pluginDownloadURL } = z
      .object({ pluginDownloadURL: z.string() })
      .parse(JSON.parse(readFileSync("schema.json", "utf8")));
    // Pulumi replaces the characters that the name of a resource cannot contain.
    expect(releasePlace).toBe(pluginDownloadURL.replace("://", "_/"));
  });

  test("of dynamic resources has a row if its code changes", () => {
    const created = { ...roster({}, { __provider: "evil" }), op: "create", before: undefined };
    expect(listRows(created)).toEqual([expect.stringContaining("The change runs new code of the dynamic provider")]);
    expect(listRows(roster({ __provider: "same" }, { __provider: "same" }))).toEqual([]);
    expect(listRows(roster({ __provider: "old" }, { __provider: "new" }))).toEqual([
      "providers | The change runs new code of the dynamic provider for OrganizationMembers people. Check that the lockfile of the program has the version of `pulumi-peridio` that you expect. | changesProvider",
    ]);
  });
});

test("an object that a program reads through another provider for the first time has a row, because plugins run code", () => {
  const provider = "urn:pulumi:dev::acme::pulumi:providers:command::default_1_0_0_http_/127.0.0.1::id";
  const reading = { op: "read", name: "command:index:Thing::x", after: { external: true, provider } };
  expect(listRows(reading)).toEqual([
    expect.stringMatching(/^others \| 1 resource of the type `command:index:Thing` changes: reading of x\./),
  ]);
  expect(listRows({ ...reading, before: { provider } })).toEqual([]);
  const strange = "urn:pulumi:dev::acme::pulumi:providers:peridio::default_1_0_0_http_/127.0.0.1::id";
  const own = { op: "read", name: "Organization::other", after: { external: true, provider: strange } };
  expect(listRows(own)).toEqual([
    expect.stringMatching(/^providers \| Organization other: a provider that the review does not know, /),
  ]);
});

test("a resource of another provider needs approval unless its type is allowed, and the summary names the type", () => {
  const command = { op: "create", name: "command:local:Command::backdoor", after: {} };
  const preview = readPreview(document([acme, command]), "preview.json", "change");
  const words =
    "1 resource of the type `command:local:Command` changes: creation of backdoor. The review does not know what a resource of another provider does, and a command or a script can change access.";
  expect(createReview([preview], "change")).toMatchObject({
    verdict: "needs approval",
    programChanges: [{ section: "others", subject: "command:local:Command", words, risks: ["changesOther"] }],
  });
  expect(createReview([preview], "change", { allowedTypes: ["command:*"] })).toMatchObject({
    verdict: "pass",
    programChanges: [{ risks: [] }],
  });
  expect(createReview([preview], "change", { allowedTypes: ["aws:*"] }).verdict).toBe("needs approval");
  const provider = "urn:pulumi:dev::acme::pulumi:providers:command::default_1_0_0_http_/127.0.0.1::id";
  const elsewhere = readPreview(document([acme, { ...command, after: { provider } }]), "preview.json", "change");
  expect(createReview([elsewhere], "change", { allowedTypes: ["command:*"] }).verdict).toBe("needs approval");
});

describe("a reference that the preview hides", () => {
  const lab: PrintedStep = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
  const mallory = (organizationId: unknown, of: readonly string[]): PrintedStep => ({
    op: "create",
    name: "Membership::mal",
    after: { inputs: { organizationId, email: "mallory@evil.example", role: "admin" }, of },
  });
  const rule = "{ organizations: acme, people: { except: '*@acme.example' }, role: none }";

  test("of a new resource needs approval, because a program can use another id", () => {
    const found = review([acme, lab, mallory(unknownText, ["Organization::lab"])]);
    expect(found).toMatchObject({
      verdict: "needs approval",
      programChanges: [
        {
          section: "references",
          subject: "Organization lab",
          words:
            "The preview does not show the id in `organizationId` of Membership mal. It depends on Organization lab. Check that the program uses the id of this resource.",
          risks: ["hidesReference"],
        },
      ],
    });
    expect(review([acme, mallory(organizationId, ["Organization::acme"])]).programChanges).toEqual([]);
  });

  test.each([
    ["is secret", "[secret]", ["Organization::acme"]],
    ["is unknown, although the id of its resource is known", unknownText, ["Organization::acme"]],
  ])("is in an unknown organization if it %s, and rules for others do not pass", (_, id, of) => {
    const steps = [mallory(id, of)];
    expect(review([acme, ...steps]).people.find(({ email }) => email.startsWith("mallory"))).toMatchObject({
      organization: "the unknown organization of Membership mal in acme/dev",
    });
    expect(judge(`x: ${rule}`, steps)).toEqual([expect.stringContaining("mallory@evil.example is to be invited")]);
  });

  test("of a Layout says that an edit of layout files uses the right id", () => {
    const child = (type: string) => `peridio:index:Layout$peridio:index:${type}::acme-lab`;
    const create = (type: string, inputs: object): PrintedStep => ({
      op: "create",
      name: child(type),
      after: { inputs: { organizationId: unknownText, ...inputs }, of: [child("Organization")] },
    });
    const itself: PrintedStep = { op: "create", name: child("Organization"), after: { inputs: { name: "acme-lab" } } };
    const parts = [create("OrganizationMembers", { members: {} }), create("SecurityPolicy", {})];
    const hidden =
      "references | The preview does not show the id in `organizationId` of OrganizationMembers acme-lab and `organizationId` of SecurityPolicy acme-lab. It depends on Organization acme-lab.";
    expect(listRows(itself, ...parts)).toEqual([
      `${hidden} If only layout files change, the Layout uses the id of this resource. Otherwise, check that the program does. | hidesReference`,
    ]);
    expect(listRows(itself, mallory(unknownText, [child("Organization")]))).toEqual([
      expect.stringMatching(/Check that the program uses the id of this resource\. \| hidesReference$/),
    ]);
  });

  test("that becomes secret does not move a roster unnoticed", () => {
    const { before, ...moved } = roster({}, {});
    const secret = { inputs: { ...before?.inputs, organizationId: "[secret]" }, of: ["Organization::acme"] };
    const outputs = { ...before?.outputs, people: { "bob@acme.example": { status: "active" } } };
    const found = review([acme, { ...moved, op: "replace", before: { ...before, outputs }, after: secret }]);
    expect(describeChanges(found.people)).toContain("bob@acme.example: viewer → - (removesPerson)");
    expect(found.verdict).toBe("needs approval");
  });

  test("in the grants of a project and in invitations needs approval too", () => {
    const group: PrintedStep = {
      op: "create",
      name: "Group::demo",
      after: { inputs: { organizationId, name: "demo" } },
    };
    const access = { users: [], groups: [unknownText] };
    const project = step("Project::fw", 2, { access: { users: [], groups: [] } }, { access });
    const granted = { ...project, after: { ...project.after, accessOf: ["Group::demo"] } };
    expect(listRows(group, granted)).toEqual([
      "references | The preview does not show the id in `access` of Project fw. It depends on Group demo. Check that the program uses the id of this resource. | hidesReference",
    ]);
    const invited = roster({}, { groups: { "bob@acme.example": unknownText } });
    expect(listRows(group, invited)).toHaveLength(1);
  });
});
