import type { Values } from "#framework";
import type { Kind } from "../src/model/stackChange";
import { readPreview } from "../src/preview/preview";
import type { Review } from "../src/review/review";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, organization, type PrintedStep, prn } from "./support/document";
import { idOf, step } from "./support/objects";

const secret = "[secret]";

/** Judges two stacks by one rule. The states of `other` are newer. The names of the stacks must not matter. */
function judgeStacks(rule: string, own: readonly PrintedStep[], other: readonly PrintedStep[], kind: Kind = "change") {
  const { rules } = parseRulesFile({ file: "access-rules.yaml", text: `rules:\n  x: ${rule}` });
  const judge = createJudge(rules, { now: new Date("2027-01-31") });
  const review = (dev: readonly PrintedStep[], team: readonly PrintedStep[]): Review => {
    const previews = Object.entries({ dev, team }).map(([stack, steps]) =>
      readPreview(document(steps, { kind, stack }), `${stack}.json`, kind),
    );
    return createReview(previews, kind, { judge });
  };
  const [former, newer] = [setTime(own, "2027-01-01T00:00:00Z"), setTime(other, "2027-01-20T00:00:00Z")];
  const judged = [review(former, newer), review(newer, former)].map(({ verdict, conflicts = [], ...found }) => {
    // If stacks contradict each other, either value can remain, and the review refuses both.
    const [violations, settings] = conflicts.length > 0 ? [[], []] : [found.violations, found.settings];
    return {
      verdict,
      conflicts: conflicts.map(({ message }) => message),
      // Each stack that declares an object reports it.
      violations: [
        ...new Set(violations.map(({ message, before }) => (before ? `(before) ${message}` : message))),
      ].sort(),
      rows: settings.map(({ words, risks }) => [words, ...risks].join(" ")).sort(),
    };
  });
  const [first, swapped] = judged;
  expect(swapped).toEqual({ ...first, conflicts: swapped?.conflicts });
  expect(swapped?.conflicts).toHaveLength(first?.conflicts.length ?? 0);
  if (first === undefined) throw new Error("There is no review.");
  return first;
}

function setTime(steps: readonly PrintedStep[], modified: string): readonly PrintedStep[] {
  const set = (state: PrintedStep["before"]) => state && { ...state, modified };
  return steps.map((one) => ({ ...one, before: set(one.before), after: set(one.after) }));
}

const acme = organization("acme", 1);

describe("a hidden setting of one stack, and a known one of another stack", () => {
  const policy = (before: Values | undefined, after: Values) => step("SecurityPolicy::s", 7, before, after);
  const [on, off, hidden] = [
    { requireTwoFactor: true },
    { requireTwoFactor: false },
    { requireTwoFactor: secret },
  ] as const;
  const rule = "{ requireTwoFactor: true }";
  const problem: unknown = expect.stringMatching(/^requireTwoFactor of acme is secret/);

  test("breaks the rule if both stacks write the setting", () => {
    const found = judgeStacks(rule, [acme, policy(off, hidden)], [policy(off, on)]);
    expect(found).toMatchObject({ verdict: "refused", violations: [problem] });
  });

  test("has a row if another setting of the other stack changes", () => {
    const found = judgeStacks(
      rule,
      [acme, policy(on, hidden)],
      [policy({ ...on, sessionTimeout: "8h" }, { ...on, sessionTimeout: "4h" })],
    );
    expect(found.violations).toEqual([problem]);
    expect(found.rows).toContain("Two-factor authentication: required → secret. hidden");
  });

  test("is a new violation also if the secret stays", () => {
    const ignored = "{ requireTwoFactor: true, existing: ignored }";
    for (const former of [off, on])
      expect(judgeStacks(ignored, [acme, policy(hidden, hidden)], [policy(former, on)]).violations).toEqual([problem]);
  });
});

describe("tunnel policies of two stacks", () => {
  const policy = (before: Values | undefined, after: Values | undefined) => step("TunnelPolicy::t", 3, before, after);
  const rule = "{ tunnels: { atMost: 30m, requireReason: true, within: [203.0.113.0/24] } }";
  const good = { maxTtlSeconds: 600, requireReason: true, cidrAllowlist: ["203.0.113.0/24"] };
  const bad = { maxTtlSeconds: 3600, requireReason: false, cidrAllowlist: ["0.0.0.0/0"] };
  const hidden = { maxTtlSeconds: secret, requireReason: secret, cidrAllowlist: secret };

  test.each([
    ["both create it", undefined],
    ["one creates it", good],
  ])("are a conflict if they differ and %s", (_, before) => {
    expect(judgeStacks(rule, [acme, policy(before, good)], [policy(undefined, bad)])).toMatchObject({
      verdict: "refused",
      conflicts: [
        expect.stringMatching(/^Property Longest tunnel of tunnel policy/),
        expect.stringMatching(/^Property Allowlist of tunnels of tunnel policy/),
        expect.stringMatching(/^Property Reason of tunnel policy/),
      ],
    });
    expect(judgeStacks(rule, [acme, policy(before, good)], [policy(undefined, good)])).toMatchObject({
      verdict: "pass",
      conflicts: [],
    });
  });

  test("of an organization and of a cohort do not contradict each other, and neither do those of two organizations", () => {
    const ofCohort = policy(undefined, { ...bad, cidrAllowlist: good.cidrAllowlist, cohortId: idOf(5) });
    expect(judgeStacks(rule, [acme, policy(undefined, good)], [ofCohort]).conflicts).toEqual([]);
    const ofOther = policy(undefined, { ...bad, organizationId: prn(2) });
    expect(judgeStacks(rule, [acme, policy(undefined, good)], [ofOther]).conflicts).toEqual([]);
  });

  test("break the rule if one of them is hidden", () => {
    expect(judgeStacks(rule, [acme, policy(good, good)], [policy(good, hidden)])).toMatchObject({
      verdict: "refused",
      violations: [
        expect.stringMatching(/^`cidrAllowlist` of the tunnel policy of acme is unknown/),
        expect.stringMatching(/^`maxTtlSeconds` of the tunnel policy of acme is unknown/),
        expect.stringMatching(/^`requireReason` of the tunnel policy of acme is unknown/),
      ],
    });
  });

  test("break the rule if one stack stops declaring a rule that the other one keeps", () => {
    const found = judgeStacks(
      "{ tunnels: { atMost: 30m } }",
      [acme, policy(good, good)],
      [policy(good, { requireReason: true })],
    );
    expect(found.violations).toEqual([expect.stringMatching(/^Tunnels in acme last up to 1h/)]);
  });

  test("have the rules that either of them declares", () => {
    const { maxTtlSeconds, ...rest } = good;
    const found = judgeStacks(rule, [acme, policy(undefined, { maxTtlSeconds })], [policy(rest, rest)]);
    expect(found).toMatchObject({ verdict: "pass", conflicts: [] });
  });
});

describe("owners of two stacks", () => {
  const owner = (before: string | undefined, after: string): PrintedStep =>
    step("OrganizationOwner::o", 6, before === undefined ? undefined : { email: before }, { email: after });
  const ada = "ada@acme.example";

  test("break the rule if one of them is hidden", () => {
    const found = judgeStacks(`{ owner: ${ada} }`, [acme, owner(ada, ada)], [owner(undefined, secret)]);
    expect(found).toMatchObject({
      verdict: "refused",
      violations: [expect.stringMatching(/^The owner of acme is secret/)],
      rows: [`Owner: ${ada} → secret. hidden`],
    });
  });

  test("are a conflict if they differ", () => {
    const found = judgeStacks(`{ owner: ${ada} }`, [acme, owner(ada, ada)], [owner(ada, "eve@acme.example")]);
    expect(found).toMatchObject({ verdict: "refused", conflicts: [expect.stringMatching(/^The owner is declared/)] });
  });
});

test("an organization that one of two stacks does not protect breaks the rule", () => {
  const found = judgeStacks("{ protect: true }", [acme], [organization("acme", 1, { protect: false })]);
  expect(found.violations).toEqual([expect.stringMatching(/acme is not protected from deletion/)]);
});

describe("drift from the newer of two states", () => {
  const drift = (name: string, before: Values, after: Values): PrintedStep => {
    const drifted = step(name, 3, before, before);
    return { ...drifted, op: "refresh", after: { ...drifted.before, outputs: after } };
  };
  const judgeDrift = (rule: string, name: string, older: Values, newer: Values) =>
    judgeStacks(
      rule,
      [{ ...acme, op: "refresh", after: acme.before }, drift(name, older, older)],
      [drift(name, newer, older)],
      "drift",
    );

  test("is a new violation if a project opens", () => {
    const project = (everyoneEnabled: boolean) => ({ name: "firmware", everyoneEnabled, access: { users: [] } });
    const rule = "{ everyoneEnabled: false, existing: ignored }";
    const found = judgeDrift(rule, "Project::firmware", project(true), project(false));
    expect(found).toMatchObject({
      verdict: "refused",
      violations: [expect.stringMatching(/^Everyone in the organization has access to project firmware/)],
      rows: [expect.stringMatching(/project firmware/)],
    });
  });

  test.each([
    [
      "a webhook",
      "webhookHosts: hooks.acme.example",
      "Webhook::alerts",
      "https://evil.example",
      "https://hooks.acme.example",
    ],
    ["a token", "claimTokens: { maxUses: 5 }", "ClaimToken::line", 1000, 5],
  ])("is a new violation of %s", (_, kind, name, bad, good) => {
    const values = (value: unknown): Values =>
      typeof value === "number" ? { name: "line", maxUses: value } : { name: "alerts", url: value };
    const found = judgeDrift(`{ ${kind}, existing: ignored }`, name, values(bad), values(good));
    expect(found.violations).toHaveLength(1);
  });

  test("has the risk of a new host, although the older state has this host", () => {
    const webhook = (url: string) => ({ name: "alerts", url });
    const [evil, hooks] = [webhook("https://evil.example"), webhook("https://hooks.acme.example")];
    const { rows } = judgeDrift("{ requireTwoFactor: true }", "Webhook::alerts", evil, hooks);
    expect(rows).toEqual([expect.stringMatching(/addsWebhookHost$/)]);
  });

  test("is a new violation of a tunnel policy", () => {
    const rule = "{ tunnels: { atMost: 30m }, existing: ignored }";
    const found = judgeDrift(rule, "TunnelPolicy::t", { maxTtlSeconds: 3600 }, { maxTtlSeconds: 600 });
    expect(found.violations).toEqual([expect.stringMatching(/^Tunnels in acme last up to 1h/)]);
  });

  test("uses the newer of two observations of a tunnel policy", () => {
    const [good, bad] = [{ maxTtlSeconds: 600 }, { maxTtlSeconds: 3600 }];
    const found = judgeStacks(
      "{ tunnels: { atMost: 30m } }",
      [{ ...acme, op: "refresh", after: acme.before }, drift("TunnelPolicy::t", good, good)],
      [drift("TunnelPolicy::t", good, bad)],
      "drift",
    );
    expect(found.violations).toEqual([expect.stringMatching(/^Tunnels in acme last up to 1h/)]);
  });
});

describe("a newer state that shows less than an older one, without a change", () => {
  const unchanged = (name: string, digit: number, values: Values) => step(name, digit, values, values);
  const carl = "carl@acme.example";
  const [group, project] = [
    { name: "field", members: [carl] },
    { name: "firmware", everyoneEnabled: false, access: { users: [carl], groups: [] } },
  ];

  test.each<[string, PrintedStep, PrintedStep]>([
    ["a group", unchanged("Group::g", 4, group), unchanged("Group::g", 4, { name: "field" })],
    [
      "a project",
      unchanged("Project::firmware", 5, project),
      unchanged("Project::firmware", 5, { name: "firmware", everyoneEnabled: false }),
    ],
  ])("gives nobody access to %s", (_, older, newer) => {
    for (const rule of [
      "{ change: { grants: none, removals: none, settings: none } }",
      "{ groups: none, existing: ignored }",
    ]) {
      expect(judgeStacks(rule, [acme, older], [newer])).toMatchObject({ verdict: "pass", rows: [] });
      expect(judgeStacks(rule, [acme, newer], [older])).toMatchObject({ verdict: "pass", rows: [] });
    }
  });
});

test("an import without protection is a new violation beside a protected organization", () => {
  const imported: PrintedStep = {
    op: "import",
    name: "Organization::acme",
    after: { inputs: { name: "acme" }, importID: prn(1) },
  };
  expect(judgeStacks("{ protect: true, existing: ignored }", [acme], [imported]).verdict).toBe("refused");
});

test("an import of the same settings by two stacks has one row", () => {
  const imported: PrintedStep = {
    op: "import",
    name: "SecurityPolicy::s",
    after: { inputs: { organizationId: prn(1), requireTwoFactor: true }, importID: prn(1) },
  };
  expect(judgeStacks("{ requireTwoFactor: true }", [acme, imported], [imported]).rows).toEqual([
    expect.stringContaining("imported without changes"),
  ]);
});
