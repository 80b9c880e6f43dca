import type { Values } from "#framework";
import { type PrintedStep, unknownText } from "./support/document";
import { judge } from "./support/judged";
import { idOf, organizationId, step, uuid } from "./support/objects";

const cohortId = `${idOf(1)}/${uuid(2)}`;
const office = ["203.0.113.0/24"];

function policy(before: Values | undefined, after: Values | undefined): PrintedStep {
  return step("TunnelPolicy::tunnels", 3, before, after);
}

function ofCohort(before: Values, after: Values): PrintedStep {
  return step("TunnelPolicy::canary", 4, { cohortId, ...before }, { cohortId, ...after });
}

describe("within", () => {
  const rule = "x: { tunnels: { within: [203.0.113.0/25, 203.0.113.128/25] } }";

  test("allows narrower lists of the organization and of cohorts", () => {
    const narrower = { cidrAllowlist: ["203.0.113.7/32"] };
    expect(judge(rule, [policy(undefined, { cidrAllowlist: office }), ofCohort({}, narrower)])).toEqual([]);
  });

  test("is broken by a wider list of the organization or of a cohort", () => {
    const wider = { cidrAllowlist: [...office, "198.51.100.0/24"] };
    expect(judge(rule, [policy({ cidrAllowlist: office }, wider)])).toEqual([
      "The allowlist of the tunnel policy of acme contains 198.51.100.0/24, but the rule allows only 203.0.113.0/25 or 203.0.113.128/25. Remove the block from `cidrAllowlist`.",
    ]);
    const own = policy({ cidrAllowlist: office }, { cidrAllowlist: office });
    expect(judge(rule, [own, ofCohort({}, { cidrAllowlist: ["0.0.0.0/0"] })])).toEqual([
      expect.stringMatching(/^The allowlist of the tunnel policy of cohort \S+ of acme contains 0\.0\.0\.0\/0/),
    ]);
    expect(judge(rule, [policy(wider, wider)])).toEqual([expect.stringMatching(/^\(before\) The allowlist/)]);
  });

  test("is broken without a list, and by an empty one, which may permit every address", () => {
    expect(judge(rule, [policy({ cidrAllowlist: office }, {})])).toEqual([
      "The tunnel policy of acme has no allowlist, so Peridio's default 0.0.0.0/0 applies, but the rule allows only 203.0.113.0/25 or 203.0.113.128/25. Declare `cidrAllowlist`.",
    ]);
    expect(judge(rule, [policy({ cidrAllowlist: office }, { cidrAllowlist: [] })])[0]).toContain(
      "has an empty allowlist, which may permit every address",
    );
    const own = policy({ cidrAllowlist: office }, { cidrAllowlist: office });
    expect(judge(rule, [own, ofCohort({}, { cidrAllowlist: [] })])[0]).toContain("has an empty allowlist");
    expect(judge(rule, [own, ofCohort({ maxConcurrent: 1 }, {})])).toEqual([]);
  });

  test("is broken by a list that the preview does not show", () => {
    expect(judge(rule, [policy({ cidrAllowlist: office }, { cidrAllowlist: unknownText })])[0]).toContain(
      "`cidrAllowlist` of the tunnel policy of acme is unknown",
    );
    // The policy may have a list that the program does not declare.
    expect(judge(rule, [policy(undefined, { maxTtlSeconds: 60 })])[0]).toContain("is unknown");
  });
});

test("applies to released policies, which have the ids of an organization or a cohort that stays", () => {
  const rule = "x: { tunnels: { within: [203.0.113.0/24] } }";
  const wide = { cidrAllowlist: ["0.0.0.0/0"] };
  const released = (id: string, more: Values): PrintedStep => {
    const inputs = { organizationId, ...more };
    return { op: "delete", name: `TunnelPolicy::${id}`, before: { id, inputs, outputs: inputs, retainOnDelete: true } };
  };
  const cohort = step("Cohort::canary", 2, { name: "canary" }, { name: "canary" });
  const ofCanary = { ...cohort, before: { ...cohort.before, id: cohortId } };
  expect(
    judge(rule, [
      released(organizationId, { cidrAllowlist: office }),
      ofCanary,
      released(cohortId, { cohortId, ...wide }),
    ]),
  ).toEqual([
    expect.stringMatching(
      /^\(before\) The allowlist of the tunnel policy of cohort \S+ of acme contains 0\.0\.0\.0\/0/,
    ),
  ]);
});

test("a policy that no preview shows breaks the rule", () => {
  expect(judge("x: { tunnels: { requireReason: true } }", [])).toEqual([
    "(before) No preview shows the tunnel policy of acme, but the rule requires a reason. Declare a TunnelPolicy, or, with the Admin API, exclude acme from the rule's `organizations`.",
  ]);
  expect(judge("x: { tunnels: { requireReason: true } }", [policy({ requireReason: true }, undefined)])).toEqual([
    expect.stringMatching(/^No preview shows/),
  ]);
});

test("atMost compares the duration of the organization's policy, which is never more than one hour", () => {
  const rule = "x: { tunnels: { atMost: 30m } }";
  expect(judge(rule, [policy({ maxTtlSeconds: 60 }, { maxTtlSeconds: 1800 })])).toEqual([]);
  expect(judge(rule, [policy({ maxTtlSeconds: 60 }, { maxTtlSeconds: 1801 })])).toEqual([
    "Tunnels in acme last up to 1801s, but the rule requires tunnels of at most 30m. Declare `maxTtlSeconds: 1800`, or less, in the tunnel policy of acme.",
  ]);
  expect(judge(rule, [policy({ maxTtlSeconds: 60 }, {})])[0]).toContain("last up to 1h");
  expect(judge(rule, [policy(undefined, {})])[0]).toContain("`maxTtlSeconds` of the tunnel policy of acme is unknown");
  expect(judge("x: { tunnels: { atMost: 1h } }", [policy({ maxTtlSeconds: 60 }, { maxTtlSeconds: 86_400 })])).toEqual(
    [],
  );
});

test("a rule of a policy is a new violation if the preview hides it before or after the change", () => {
  const rule = "x: { tunnels: { within: [203.0.113.0/24], atMost: 30m, requireReason: true } }";
  const hidden = { cidrAllowlist: "[secret]", maxTtlSeconds: "[secret]", requireReason: "[secret]" };
  const known = { cidrAllowlist: [], maxTtlSeconds: 3600, requireReason: false };
  const listNew = (before: Values, after: Values) =>
    judge(rule, [policy(before, after)]).filter((message) => !message.startsWith("(before)"));
  expect(listNew(hidden, known)).toHaveLength(3);
  expect(listNew(known, hidden)).toHaveLength(3);
  expect(listNew(known, known)).toEqual([]);
  expect(listNew(hidden, hidden)).toHaveLength(3);
});
