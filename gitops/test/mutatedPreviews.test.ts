import { isRecord } from "#framework";
import { nightly, nightlyCases } from "#testing";
import type { Kind } from "../src/model/stackChange";
import { rows } from "../src/objects/rows";
import { readPreview } from "../src/preview/preview";
import { isUnjudged } from "../src/risks";
import { createReview, document, organization, type Printed, type PrintedStep, unknownText } from "./support/document";
import { idOf, organizationId, uuid } from "./support/objects";

/**
 * Changes each single value of a preview. The review must change too, or reject the preview, unless the value is on the list of
 * values that cannot matter.
 */

type Immaterial = readonly (readonly [pattern: RegExp, reason: string])[];

/** The values that cannot matter, as patterns for the kind of the review and the path below a step. */
const immaterial: Immaterial = [
  [/^\w+ duration$/, "the time that Pulumi needed"],
  [/ \w+\.detailedDiff$/, "null: Pulumi reports no differences"],
  [/\.modified$/, "orders the observations of several stacks"],
  [/ \w+\.oldState\.id$/, "the id of an object that keeps it"],
  [/^change \w+\.oldState\.inputs\.|^drift \w+\.\w+\.inputs\./, "the state has outputs, which count"],
  [/\.outputs\.(onExpired|minAdmins|maxRemovals|ignore\.0|allowLockout|rotate|groupId)$/, "the inputs count"],
  [/\.outputs\.people\./, "the status of a member, and the ids of users and invitations, for notes"],
  [/ OrganizationApiToken\.\w+\.outputs\.(owner|tokenId|createdAt)$/, "facts of Peridio that do not change"],
  [/ OrganizationOwner\.\w+\.outputs\.userId$/, "the user behind the address of the owner"],
  [/ Organization\.\w+\.outputs\.(name|owner\.email)$/, "names never change, and another resource has the owner"],
  [/ OrganizationOwner\.\w+\.(protect|retainOnDelete)$/, "the deletion of this resource changes nothing"],
  [/ peridio\.\w+\.(protect|retainOnDelete|id|provider)$/, "a provider has no object in Peridio"],
  [/^drift \w+\.\w+\.(protect|retainOnDelete|provider|ignoreChanges\.0)$/, "Peridio has no options"],
];

/** The values whose absence cannot matter. */
const dispensable: Immaterial = [
  ...immaterial,
  [/^\w+ changeSummary\.same$/, "a preview without a summary omits nothing"],
  [/\.(oldState|newState)\.provider$/, "without a provider, there is nothing to compare"],
  [/\.oldState\.outputs\./, "the inputs have the same value"],
  [/\.newState\.outputs\.(organizationId|displayName|userId)$/, "the value before is the only known one"],
];

const resource = (name: string, id: string, inputs: object, outputs: object = {}, more: object = {}): PrintedStep => ({
  op: "update",
  name,
  before: { id, inputs: { ...inputs }, outputs: { ...inputs, ...outputs }, ...more },
  after: { inputs: { ...inputs }, ...more },
});

const provider = "urn:pulumi:dev::acme::pulumi:providers:peridio::default::1";

const explicitProvider: PrintedStep = {
  op: "update",
  name: "pulumi:providers:peridio::mine",
  before: { id: "p", inputs: { endpoint: "https://api.peridio.com", apiKey: "[secret]" } },
  after: { inputs: { endpoint: "https://api.peridio.com", apiKey: "[secret]" } },
};

/** Returns steps with a resource of every kind. */
function listSteps(kind: Kind): readonly PrintedStep[] {
  const by = { organizationId };
  const steps: readonly PrintedStep[] = [
    organization("acme", 1, {
      inputs: {
        name: "acme",
        displayName: "Acme",
        description: "All",
        contactEmail: "ops@acme.example",
        forceDestroy: true,
        deletionPolicy: "retain",
      },
    }),
    resource(
      "Membership::bob",
      `${organizationId}/bob`,
      { ...by, email: "bob@acme.example", role: "viewer", onExpired: "ignore", userId: "u-1", groupId: idOf(5) },
      { status: "pending", userId: "u-1" },
    ),
    resource(
      "OrganizationMembers::people",
      organizationId,
      {
        ...by,
        members: { "carl@acme.example": "developer", "dora@acme.example": "viewer" },
        groups: { "dora@acme.example": idOf(5) },
        minAdmins: 2,
        lastDays: { "carl@acme.example": "2027-03-31" },
        rolesAfterwards: { "carl@acme.example": "viewer" },
        maxRemovals: "10%",
        onExpired: "ignore",
        ignore: ["*@bots.example"],
      },
      {
        people: {
          "carl@acme.example": { status: "active", userId: "u-2" },
          "dora@acme.example": { status: "pending", invitationId: "i-1" },
        },
      },
    ),
    resource("OrganizationOwner::owner", organizationId, { ...by, email: "ada@acme.example" }, { userId: "u-3" }),
    resource("SecurityPolicy::policy", organizationId, {
      ...by,
      requireTwoFactor: true,
      ipAllowlist: [{ cidr: "192.0.2.0/24", description: "office" }],
      allowLockout: true,
      sessionTimeout: "8h",
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
    }),
    resource("BillingSettings::billing", organizationId, {
      ...by,
      billingEmail: "billing@acme.example",
      paymentMethod: "invoice",
      usageAlerts: [{ resourceType: "devices", thresholdPercent: 80 }],
    }),
    resource("Group::field", idOf(5), { ...by, name: "field", description: "Field", members: ["carl@acme.example"] }),
    resource("Project::firmware", idOf(1), {
      ...by,
      name: "firmware",
      description: "Firmware",
      everyoneEnabled: false,
      access: { users: ["carl@acme.example"], groups: [idOf(5)] },
    }),
    resource("Cohort::canary", `${idOf(1)}/${uuid(7)}`, {
      projectId: idOf(1),
      name: "canary",
      description: "First",
      everyoneEnabled: false,
      access: { users: ["carl@acme.example"], groups: [idOf(5)] },
    }),
    resource(
      "OrganizationApiToken::ci",
      idOf(3),
      { ...by, name: "ci", rotate: "1", expiresAt: "2027-06-01T00:00:00Z" },
      {
        owner: "ada@acme.example",
        tokenId: "t-1",
        createdAt: "2027-01-01T00:00:00Z",
      },
    ),
    resource("Webhook::events", idOf(4), {
      ...by,
      name: "events",
      url: "https://hooks.acme.example/x",
      events: ["device.created"],
      enabled: false,
    }),
    resource("ClaimToken::factory", idOf(6), {
      ...by,
      name: "factory",
      expiresAt: "2027-06-01T00:00:00Z",
      maxUses: 10,
      cohortId: `${idOf(1)}/${uuid(7)}`,
      tags: ["line-1"],
    }),
    resource("TunnelPolicy::canaryTunnels", `${idOf(1)}/${uuid(7)}`, {
      ...by,
      cohortId: `${idOf(1)}/${uuid(7)}`,
      maxTtlSeconds: 600,
      backoffSeconds: 60,
      maxConcurrent: 2,
      cidrAllowlist: ["203.0.113.0/24"],
      requireReason: true,
      allowedWindows: ["{}"],
    }),
    ...(kind === "drift" ? [] : [explicitProvider]),
  ];
  const more = {
    protect: true,
    retainOnDelete: true,
    modified: "2027-01-01T00:00:00Z",
    provider,
    ignoreChanges: ["x"],
  };
  return steps.map(({ before, after, ...step }): PrintedStep => {
    const outputs = kind === "drift" ? { outputs: before?.outputs ?? {} } : {};
    return {
      ...step,
      op: kind === "drift" ? "update" : step.op,
      before: { ...more, ...before },
      after: { ...more, ...after, ...outputs },
    };
  });
}

function print(kind: Kind): string {
  return document(listSteps(kind), { kind, isRefreshed: false });
}

test("the preview has every input of every kind", () => {
  const { resources } = readPreview(print("change"), "preview.json", "change");
  const inputs = resources.map(({ kind, after }) => [kind, Object.keys(after?.inputs ?? {}).sort()] as const);
  const expected = Object.entries(rows).map(([kind, { allInputs }]) => [kind, Object.keys(allInputs).sort()] as const);
  expect(Object.fromEntries(inputs)).toEqual(Object.fromEntries(expected));
});

type Path = readonly (string | number)[];

/** Lists the paths of all values that are no objects. */
function listLeaves(value: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => listLeaves(item, [...path, index]));
  if (isRecord(value)) return Object.entries(value).flatMap(([key, item]) => listLeaves(item, [...path, key]));
  return [path];
}

/** Returns a copy with another value at a path. */
function replaceAt(value: unknown, [step, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? replaceAt(item, rest, change) : item));
  if (!isRecord(value)) return value;
  const changed = replaceAt(value[step], rest, change);
  const entries = Object.entries(value).map(([key, item]) => [key, key === step ? changed : item] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** Returns another value of the same type. */
function mutate(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return typeof value === "string" ? `x${value}x` : "x";
}

/** Returns the review without the digest of the preview; the message if the review rejects the preview. */
function read(text: string, kind: Kind): string {
  try {
    const review = createReview([readPreview(text, "preview.json", kind)], kind);
    return JSON.stringify({ ...review, evidence: undefined });
  } catch (error) {
    return String(error);
  }
}

describe.each<"change" | "drift">(["change", ...nightlyCases<"drift">("drift")])("a preview of the kind %s", (kind) => {
  const parsed: unknown = JSON.parse(print(kind));
  const original = read(JSON.stringify(parsed), kind);
  test("is a review", () => {
    expect(JSON.parse(original)).toMatchObject({ kind, organizations: [{ name: "acme" }] });
  });

  const describePath = (path: Path) => {
    const [list, index, ...rest] = path;
    if (list !== "steps" || !isRecord(parsed) || !Array.isArray(parsed.steps)) return path.join(".");
    const step: unknown = parsed.steps[Number(index)];
    const type = isRecord(step) ? String(step.urn).split("::")[2]?.split(":").at(-1) : "";
    return [type, ...rest].join(".");
  };
  const find = (allowed: Immaterial, change: (value: unknown) => unknown) =>
    listLeaves(parsed)
      .filter((path) => read(JSON.stringify(replaceAt(parsed, path, change)), kind) === original)
      .map(describePath)
      .filter((path) => !allowed.some(([pattern]) => pattern.test(`${kind} ${path}`)));

  test("has no value that changes unnoticed", () => {
    expect(find(immaterial, mutate)).toEqual([]);
  });

  nightly("has no value that disappears unnoticed", () => {
    expect(find(dispensable, () => undefined)).toEqual([]);
  });
});

/** The values that a preview may hide without a row or a doubt, as patterns for the course, the kind, the side and the property. */
const harmless: Immaterial = [
  [/\.(organizationId|projectId)$/, "the place of an object, which only a replacement changes"],
  [
    /\.(people\..*|status|tokenId|createdAt)$| OrganizationOwner\.\w+\.userId$/,
    "facts of Peridio that no program changes",
  ],
  [/ (Organization|OrganizationApiToken)\.\w+\.owner(\.email)?$/, "another resource has the owner"],
  [/ OrganizationApiToken\.after\.rotate$/, "only a change of this value rotates a token"],
  [/ Organization\.\w+\.name$/, "the name of an existing organization never changes"],
  [/^(?!changed ).* Organization\./, "Pulumi compares the values of an unchanged organization"],
  [/ Organization\.before\.(description|contactEmail)$/, "the state has outputs, which count"],
  [
    /^kept \w+\.before\.(groupId|groups\..*|(lastDays|rolesAfterwards)\..*|rotate|userId)$/,
    "Peridio has no such value",
  ],
];

/** Returns the values with a hidden one, which Pulumi hides in inputs and outputs. */
function hide({ inputs, outputs }: Pick<Printed, "inputs" | "outputs">, path: Path, text: string): object {
  const present = (values: unknown) => replaceAt(values, path, (value) => (value === undefined ? undefined : text));
  return { inputs: present(inputs), outputs: present(outputs) };
}

/** The steps of one resource in each course. The preview can hide each value of the first step. */
const courses: Readonly<Record<string, (step: PrintedStep) => readonly PrintedStep[]>> = {
  changed: (step) => [{ ...step, op: "update" }],
  created: ({ name, after }) => [{ op: "create", name, after }],
  imported: ({ name, before, after }) => [
    { op: "import", name, after: { ...after, ...(before?.id !== undefined && { importID: before.id }) } },
  ],
  // The refresh has what the program declared at the last update, and changes the state.
  kept: ({ name, before, after }) => [
    { op: "refresh", name, before: { ...before, modified: "2026-12-31T00:00:00Z" }, after: before },
    { op: "same", name, before, after },
  ],
};

describe.each(Object.entries(courses))("a resource that is %s", (course, describeSteps) => {
  const options = { protect: false, retainOnDelete: false, ignoreChanges: [] };
  const steps = listSteps("change")
    .filter(({ name }) => !name.startsWith("pulumi:"))
    .map(({ before, after, ...step }) => ({
      ...step,
      before: { ...before, ...options },
      after: { ...after, ...options },
    }))
    // Avocado Connect adopts organizations, so the organization of the others exists.
    .map((step) => (step.name.startsWith("Organization::") && course !== "changed" ? [step] : describeSteps(step)));
  const review = (all: readonly PrintedStep[]) => {
    const rest = createReview([readPreview(document(all, { isRefreshed: false }), "preview.json", "change")], "change");
    const rows = [...rest.organizations, ...rest.people, ...rest.settings, ...rest.programChanges];
    // The first preview has updates without a change.
    const doubts = rows.filter((row) => isUnjudged(row) && !("section" in row && row.section === "steps"));
    return { text: JSON.stringify({ ...rest, evidence: undefined }), doubts: doubts.length };
  };
  const original = review(steps.flat());

  test.each([["secret", "[secret]"], ...nightlyCases<[string, string]>(["unknown", unknownText])])(
    "hides no value without a row, nor a present one without a doubt, if it is %s",
    (_, text) => {
      const silent = steps.flatMap((own, index) => {
        const [first, ...others] = own;
        if (first === undefined) return [];
        return (["before", "after"] as const).flatMap((side) => {
          if (first.op === "refresh" && side === "after") return [];
          const { inputs = {}, outputs = {} } = first[side] ?? {};
          const paths = new Map(
            [inputs, outputs].flatMap((values) => listLeaves(values).map((path) => [path.join("."), path])),
          );
          return [...paths].flatMap(([name, path]) => {
            const hidden = { ...first, [side]: { ...first[side], ...hide({ inputs, outputs }, path, text) } };
            const found = review(steps.map((list, at) => (at === index ? [hidden, ...others] : list)).flat());
            const isShown = found.text !== original.text && (side === "before" || found.doubts > original.doubts);
            const place = `${course} ${first.name.split("::")[0] ?? ""}.${side}.${name}`;
            return isShown || harmless.some(([pattern]) => pattern.test(place)) ? [] : place;
          });
        });
      });
      expect(silent).toEqual([]);
    },
  );
});
