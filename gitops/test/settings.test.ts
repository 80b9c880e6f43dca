import type { Values } from "#framework";
import { readPreview } from "../src/preview/preview";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { createReview, document, organization, type PrintedStep, prn, review, unknownText } from "./support/document";

const organizationId = prn(1);
const dev = organization("acme-dev", 1);

type Declared = Values | undefined;

/** A SecurityPolicy that declares one value, then another. The observed values are the declared ones by default. */
function policy(before: Declared, after: Declared, observed: Values = {}, op = "update"): PrintedStep {
  return {
    op: before === undefined ? "create" : after === undefined ? "delete" : op,
    name: "SecurityPolicy::acme-dev",
    before: before && {
      id: organizationId,
      inputs: { organizationId, ...before },
      outputs: { organizationId, requireTwoFactor: false, ipAllowlist: [], ...before, ...observed },
    },
    after: after && { inputs: { organizationId, ...after } },
  };
}

const said = (...steps: readonly PrintedStep[]) =>
  review([dev, ...steps]).settings.map(({ words, risks }) => [words, ...risks].join(" "));

const blocks = (...cidrs: readonly string[]) => ({ ipAllowlist: cidrs.map((cidr) => ({ cidr })) });
const rotation = (maxAgeDays: number, gracePeriodDays?: number) => ({
  apiKeyRotation: { maxAgeDays, ...(gracePeriodDays !== undefined && { gracePeriodDays }) },
});

test.each<[string, Values, Values, readonly string[]]>([
  [
    "blocks of both families, the widest share of a family first",
    blocks("192.0.2.1/32"),
    blocks("10.0.0.0/16", "2001:db8::/32", "172.16.0.0/12"),
    ["IP allowlist: adds 2001:db8::/32, 172.16.0.0/12, 10.0.0.0/16; removes 192.0.2.1/32. widensAllowlist"],
  ],
  [
    "two-factor that is switched off",
    { requireTwoFactor: true },
    { requireTwoFactor: false },
    ["Two-factor authentication: required → not required. weakensTwoFactor"],
  ],
  [
    "two-factor that is switched on",
    { requireTwoFactor: false },
    { requireTwoFactor: true },
    ["Two-factor authentication: not required → required."],
  ],
  [
    "a longer session",
    { sessionTimeout: "1h" },
    { sessionTimeout: "8h" },
    ["Session timeout: 1h → 8h. weakensSession"],
  ],
  ["a shorter session", { sessionTimeout: "8h" }, { sessionTimeout: "60m" }, ["Session timeout: 8h → 1h."]],
  ["the same session in other words", { sessionTimeout: "1h" }, { sessionTimeout: "60m" }, []],
  [
    "a wider allowlist",
    blocks("10.0.0.0/9"),
    blocks("10.0.0.0/8"),
    ["IP allowlist: adds 10.0.0.0/8; removes 10.0.0.0/9. widensAllowlist"],
  ],
  [
    "the sum of equal entries, which is not a wider block",
    blocks("10.0.0.0/9", "10.0.0.0/9"),
    blocks("10.0.0.0/8"),
    ["IP allowlist: adds 10.0.0.0/8; removes 10.0.0.0/9, 10.0.0.0/9. widensAllowlist"],
  ],
  [
    "an entry of Peridio that is no block",
    blocks("203.0.113.7"),
    blocks("203.0.113.7/32"),
    ["IP allowlist: adds 203.0.113.7/32; removes 203.0.113.7. widensAllowlist"],
  ],
  [
    "a narrower allowlist",
    blocks("10.0.0.0/8", "192.168.0.0/16"),
    blocks("10.0.0.0/9"),
    ["IP allowlist: adds 10.0.0.0/9; removes 10.0.0.0/8, 192.168.0.0/16."],
  ],
  [
    "the same allowlist in another order and spelling",
    blocks("10.0.0.1/8", "192.168.0.0/16"),
    blocks("192.168.0.0/16", "10.0.0.0/8"),
    [],
  ],
  [
    "an allowlist that is emptied",
    blocks("10.0.0.0/8"),
    blocks(),
    ["IP allowlist: 10.0.0.0/8 → any address. removesAllowlist"],
  ],
  ["a first allowlist", blocks(), blocks("10.0.0.0/8"), ["IP allowlist: any address → only 10.0.0.0/8."]],
  [
    "keys that live longer",
    rotation(30, 7),
    rotation(90),
    ["API key rotation: every 30 days, 7 days of grace → every 90 days, 0 days of grace. weakensRotation"],
  ],
  [
    "more grace",
    rotation(30),
    rotation(30, 1),
    ["API key rotation: every 30 days, 0 days of grace → every 30 days, 1 day of grace. weakensRotation"],
  ],
])("%s", (_, before, after, expected) => {
  expect(said(policy(before, after))).toEqual(expected);
});

describe("a setting that is no longer declared", () => {
  test("returns to its default", () => {
    expect(said(policy({ requireTwoFactor: true, sessionTimeout: "1h" }, { requireTwoFactor: true }))).toEqual([
      "Session timeout: 1h → Peridio's default (no longer declared). dropsPolicy weakensSession",
    ]);
    expect(said(policy({ ...blocks("10.0.0.0/8"), ...rotation(30) }, {}))).toEqual([
      "IP allowlist: 10.0.0.0/8 → any address (no longer declared). removesAllowlist dropsPolicy",
      "API key rotation: every 30 days, 0 days of grace → none (no longer declared). dropsPolicy weakensRotation",
    ]);
  });

  test("leaves with the policy, while settings without a declaration stay", () => {
    expect(said(policy({ requireTwoFactor: true }, undefined, { sessionTimeout: "1h" }))).toEqual([
      "Two-factor authentication: required → not required (no longer declared). weakensTwoFactor dropsPolicy",
    ]);
  });

  test("may have its default already", () => {
    expect(said(policy({ requireTwoFactor: false }, undefined))).toEqual([
      "Two-factor authentication: stays not required (no longer declared). dropsPolicy",
    ]);
  });

  test("stays if Pulumi releases the policy", () => {
    const step = policy({ requireTwoFactor: true }, undefined);
    const released = { ...step, before: { ...step.before, retainOnDelete: true } };
    expect(said(released)).toEqual([expect.stringMatching(/^SecurityPolicy acme-dev is released\..* releases$/)]);
  });

  test("is still declared if another resource declares the setting", () => {
    const moved = { ...policy(undefined, { requireTwoFactor: true }), name: "SecurityPolicy::moved" };
    expect(said(policy({ requireTwoFactor: true }, undefined), moved)).toEqual([]);
  });
});

test("the settings of an existing organization are unknown before a stack declares them", () => {
  expect(said(policy(undefined, { requireTwoFactor: true }))).toEqual([
    "Two-factor authentication: not known → required.",
  ]);
});

test("shows an import of settings or of an owner that were in no stack", () => {
  const imported = (name: string, inputs: Values): PrintedStep => ({
    op: "import",
    name,
    after: { importID: organizationId, inputs: { organizationId, ...inputs } },
  });
  const security = imported("SecurityPolicy::imported", { requireTwoFactor: true, sessionTimeout: "8h" });
  expect(said(security, imported("OrganizationOwner::owner", { email: "ada@acme.example" }))).toEqual([
    "SecurityPolicy imported: imported without changes. Two-factor authentication: required. Session timeout: 8h. acceptsDrift",
    "OrganizationOwner owner: imported without changes. Owner: ada@acme.example. acceptsDrift",
  ]);
  const other = imported("Organization::other", { name: "other" });
  expect(said({ ...other, after: { ...other.after, importID: prn(2) } })).toEqual([
    "Organization other: imported without changes. acceptsDrift",
  ]);
  const known = policy({ requireTwoFactor: true }, { requireTwoFactor: true });
  expect(said(known, imported("SecurityPolicy::imported", { requireTwoFactor: true }))).toEqual([]);
});

test("shows the settings of a new organization that differ from the defaults", () => {
  const found = review([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab", displayName: "Acme lab" } } },
    {
      op: "create",
      name: "SecurityPolicy::lab",
      after: {
        inputs: { organizationId: unknownText, requireTwoFactor: true, sessionTimeout: "8h", ipAllowlist: [] },
        of: ["Organization::lab"],
      },
    },
  ]);
  expect(found.settings.map(({ words }) => words)).toEqual([
    "Two-factor authentication: required.",
    "Session timeout: 8h.",
    'Display name: "Acme lab".',
  ]);
});

test("reports a secret value, and shows no value", () => {
  expect(said(policy(blocks("10.0.0.0/8"), { ipAllowlist: "[secret]" }))).toEqual([
    "IP allowlist: 10.0.0.0/8 → secret. hidden",
  ]);
  expect(said(policy(blocks("10.0.0.0/8"), { ipAllowlist: [{ cidr: unknownText }] }))).toEqual([
    "IP allowlist: 10.0.0.0/8 → not known before the update. hidden",
  ]);
});

test("a value that is secret before and after changes if Pulumi says so", () => {
  const secret = { ipAllowlist: "[secret]" };
  expect(said({ ...policy(secret, secret), differs: ["ipAllowlist[1]"] })).toEqual([
    "IP allowlist: secret → secret. hidden",
  ]);
  expect(said({ ...policy(secret, secret), differs: ["sessionTimeout"] })).toEqual([]);
  expect(said(policy(secret, secret, {}, "same"))).toEqual([]);
});

test("a policy that moves to another organization is dropped only in the first organization", () => {
  const other = organization("acme-lab", 2);
  const step: PrintedStep = {
    op: "replace",
    name: "SecurityPolicy::acme-dev",
    before: policy({ requireTwoFactor: true, sessionTimeout: "1h" }, {}).before,
    after: { inputs: { organizationId: prn(2), requireTwoFactor: true } },
  };
  const found = review([dev, other, step]).settings.map(({ organization: key, risks }) => [key, ...risks].join(" "));
  expect(found).toEqual([`${prn(1)} weakensTwoFactor dropsPolicy`, `${prn(1)} dropsPolicy weakensSession`, prn(2)]);
});

test("the settings of a policy that one stack deletes are reset, although another stack still declares them", () => {
  const deletion = policy({ requireTwoFactor: true }, undefined);
  const same = policy({ requireTwoFactor: true }, { requireTwoFactor: true }, {}, "same");
  const found = createReview(
    [
      readPreview(document([dev, deletion]), "dev.json", "change"),
      readPreview(document([same], { stack: "team" }), "team.json", "change"),
    ],
    "change",
  );
  expect(found.settings.map(({ words }) => words)).toEqual([
    "Two-factor authentication: required → not required (no longer declared).",
  ]);
});

test("a long allowlist begins with the blocks that allow more addresses", () => {
  const many = Array.from({ length: 40 }, (_, index) => `10.0.${index}.0/24`);
  const [words] = said(policy(blocks("10.0.0.0/8"), blocks(...many, "128.0.0.0/1")));
  expect(words).toMatch(
    /^IP allowlist: adds 128\.0\.0\.0\/1, 10\.0\.0\.0\/24, .*, 10\.0\.39\.0\/24; removes 10\.0\.0\.0\/8\. widensAllowlist$/,
  );
});

test("shows billing and general settings, billing as a low risk", () => {
  const billing: PrintedStep = {
    op: "update",
    name: "BillingSettings::acme-dev",
    before: {
      id: organizationId,
      inputs: { organizationId, billingEmail: "a@acme.example" },
      outputs: { organizationId, billingEmail: "a@acme.example", usageAlerts: [] },
    },
    after: {
      inputs: {
        organizationId,
        billingEmail: "A@acme.example",
        paymentMethod: "invoice",
        usageAlerts: [{ resourceType: "api_keys", thresholdPercent: 80 }],
      },
    },
  };
  const general: PrintedStep = {
    ...dev,
    op: "update",
    after: { inputs: { name: "acme-dev", displayName: "Acme development" }, protect: true },
  };
  const { settings } = review([general, billing]);
  expect(settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "Payment method: none → on invoice. changesBilling",
    "Usage alerts: none → api keys at 80 %. changesBilling",
    'Display name: acme-dev → "Acme development".',
  ]);
});

test("shows and counts removed protection once for each resource", () => {
  const unprotected = { ...dev, after: { ...dev.after, protect: false } };
  const found = review([unprotected, policy({ requireTwoFactor: true }, { requireTwoFactor: true }, {}, "same")]);
  expect(found.settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "Organization acme-dev: no longer protected from deletion. unprotects",
  ]);
  expect(found.organizations).toMatchObject([{ change: "kept", risks: [] }]);
  expect(formatMarkdown(createReport(found))).toContain(
    "· 1 setting<br>🔴 1 high: removes protection (`Organization acme-dev`)\n",
  );
});

test("an owner without a declaration stays, with a remark, and without its protection", () => {
  const owner = { inputs: { organizationId, email: "ada@acme.example" }, protect: true };
  const step = { op: "delete", name: "OrganizationOwner::acme-dev", before: { id: organizationId, ...owner } };
  expect(said(step)).toEqual(["Owner: stays ada@acme.example (no longer declared). dropsPolicy"]);
  expect(said({ ...step, op: "update", after: { inputs: owner.inputs } })).toEqual([]);
});

test.each<[before: string | undefined, after: string, row: string | undefined]>([
  [undefined, "[secret]", "ada@acme.example → secret"],
  ["ada@acme.example", "[secret]", "ada@acme.example → secret"],
  ["ada@acme.example", unknownText, "ada@acme.example → not known before the update"],
  ["[secret]", unknownText, "secret → not known before the update"],
  ["[secret]", "ada@acme.example", "secret → ada@acme.example"],
  ["[secret]", "[secret]", undefined],
])("an owner %p that becomes %p", (before, after, row) => {
  const declare = (email: string) => ({ organizationId, email });
  const op = before === after ? "same" : before === undefined ? "create" : "update";
  const step: PrintedStep = {
    op,
    name: "OrganizationOwner::acme-dev",
    before:
      before === undefined ? undefined : { id: organizationId, inputs: declare(before), outputs: declare(before) },
    after: { inputs: declare(after) },
  };
  expect(said(step)).toEqual(row === undefined ? [] : [`Owner: ${row}. hidden`]);
});

test("an owner that becomes secret is hidden, and no former owner seems to lose the ownership", () => {
  const owner = (email: string) => ({ inputs: { organizationId, email }, outputs: { organizationId, email } });
  const step = {
    op: "update",
    name: "OrganizationOwner::acme-dev",
    before: { id: organizationId, ...owner("ada@acme.example") },
    after: owner("[secret]"),
  };
  const found = review([organization("acme-dev", 1), step]);
  expect(found.settings).toMatchObject([{ words: "Owner: ada@acme.example → secret.", risks: ["hidden"] }]);
  expect(found.people.filter(({ changed, risks }) => changed || risks.length > 0)).toEqual([]);
});

test("a hidden owner that replaces another hidden owner, or an unknown one", () => {
  const owner = { inputs: { organizationId, email: "[secret]" } };
  const name = "OrganizationOwner::acme-dev";
  const other: PrintedStep = { op: "update", name, before: { id: organizationId, ...owner }, after: owner };
  expect(said(other)).toEqual(["Owner: secret → secret. hidden"]);
  const { settings } = review([{ op: "create", name, after: owner }]);
  expect(settings).toMatchObject([{ words: "Owner: not known → secret.", risks: ["hidden"] }]);
});

test("leaves out settings of another organization", () => {
  const other = organization("acme-lab", 2);
  const { settings } = review([dev, other, policy({ requireTwoFactor: true }, { requireTwoFactor: false })]);
  expect(settings.map(({ organization: key }) => key)).toEqual([organizationId]);
});

test("shows drift in settings with and without a declaration", () => {
  const { before } = dev;
  const step = policy({ requireTwoFactor: true }, {});
  const found = review(
    [
      { op: "refresh", name: "Organization::acme-dev", before, after: before },
      {
        ...step,
        after: {
          id: organizationId,
          inputs: { organizationId, requireTwoFactor: false },
          outputs: { organizationId, requireTwoFactor: false, ipAllowlist: [], sessionTimeout: "30d" },
        },
      },
    ],
    "drift",
  );
  expect(found.settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "Two-factor authentication: required → not required. weakensTwoFactor",
    "Session timeout: Peridio's default → 30d.",
  ]);
});
