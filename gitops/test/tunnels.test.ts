import type { Values } from "#framework";
import type { Kind } from "../src/model/stackChange";
import { organization, type Printed, type PrintedStep, review, unknownText } from "./support/document";
import { idOf, step, uuid } from "./support/objects";

const acme = organization("acme", 1);
const project = idOf(1);
const cohortId = `${project}/${uuid(2)}`;

/** Returns the step of the policy of the organization. */
function ofOrganization(before: Values | undefined, after: Values | undefined, more?: Printed): PrintedStep {
  return step("TunnelPolicy::tunnels", 3, before, after, more);
}

/** Returns the step of the policy of the cohort `firmware/canary`. */
function ofCohort(before: Values | undefined, after: Values | undefined, more?: Printed): PrintedStep {
  const name = "TunnelPolicy::canaryTunnels";
  return step(name, 4, before && { cohortId, ...before }, after && { cohortId, ...after }, more);
}

const firmware = step("Project::firmware", 1, { name: "firmware" }, { name: "firmware" });
const settings = { projectId: project, name: "canary", everyoneEnabled: true };
const canary: PrintedStep = {
  op: "same",
  name: "Cohort::canary",
  before: { id: cohortId, inputs: settings, outputs: settings },
  after: { inputs: settings },
};

function said(steps: readonly PrintedStep[], kind: Kind = "change"): readonly string[] {
  const op = kind === "drift" ? "refresh" : "same";
  const others = [acme, firmware, canary].map((one) => ({ ...one, op }));
  return review([...others, ...steps], kind)
    .settings.filter(({ section }) => section === "tunnels" || section === "released")
    .map(({ words, risks }) => [words, ...risks].join(" "));
}

test("a policy without former rules adds no risk for the organization", () => {
  expect(said([ofOrganization(undefined, { maxTtlSeconds: 600, cidrAllowlist: ["203.0.113.0/24"] })])).toEqual([
    "Tunnel policy of the organization: managed. Longest tunnel: 10m. Allowlist of tunnels: 203.0.113.0/24.",
  ]);
});

test.each([
  [{ maxTtlSeconds: 600 }, { maxTtlSeconds: 1200 }, "Longest tunnel: 10m → 20m. loosensTunnels"],
  [{ maxTtlSeconds: 600 }, {}, "Longest tunnel: 10m → no own limit. loosensTunnels"],
  [{ maxTtlSeconds: 1200 }, { maxTtlSeconds: 600 }, "Longest tunnel: 20m → 10m."],
  // No tunnel lasts longer than one hour.
  [{ maxTtlSeconds: 3600 }, { maxTtlSeconds: 7200 }, "Longest tunnel: 1h → 2h."],
  [{ backoffSeconds: 60 }, { backoffSeconds: 30 }, "Pause between tunnels: 1m → 30s. loosensTunnels"],
  [{ backoffSeconds: 60 }, {}, "Pause between tunnels: 1m → none. loosensTunnels"],
  [{ maxConcurrent: 1 }, { maxConcurrent: 2 }, "Tunnels at once: at most 1 → at most 2. loosensTunnels"],
  [{ maxConcurrent: 2 }, { maxConcurrent: 1 }, "Tunnels at once: at most 2 → at most 1."],
  [{ requireReason: true }, { requireReason: false }, "Reason: required → not required. loosensTunnels"],
  [{ requireReason: false }, { requireReason: true }, "Reason: not required → required."],
  [
    { allowedWindows: ["a"] },
    { allowedWindows: ["b"] },
    "Windows: a, which blocks every tunnel → b, which blocks every tunnel.",
  ],
  [
    { allowedWindows: ["{}"] },
    { allowedWindows: [] },
    'Windows: "{}", which blocks every tunnel → an empty list. loosensTunnels',
  ],
  [
    { cidrAllowlist: ["203.0.113.0/24"] },
    { cidrAllowlist: ["203.0.113.0/24", "198.51.100.0/24"] },
    "Allowlist of tunnels: 203.0.113.0/24 → 198.51.100.0/24, 203.0.113.0/24. widensTunnelAllowlist",
  ],
  [
    { cidrAllowlist: ["203.0.113.0/24"] },
    { cidrAllowlist: ["198.51.100.0/24"] },
    "Allowlist of tunnels: 203.0.113.0/24 → 198.51.100.0/24. widensTunnelAllowlist",
  ],
  [
    { cidrAllowlist: ["203.0.113.0/25", "203.0.113.128/25", "203.0.113.0/26"] },
    { cidrAllowlist: ["203.0.113.0/24"] },
    "Allowlist of tunnels: 203.0.113.0/25, 203.0.113.0/26, 203.0.113.128/25 → 203.0.113.0/24.",
  ],
  [
    { cidrAllowlist: ["203.0.113.0/24"] },
    {},
    "Allowlist of tunnels: 203.0.113.0/24 → 0.0.0.0/0 by default. removesTunnelAllowlist",
  ],
  // Peridio's defaults of an organization: any IPv4 address, and one tunnel of a device at a time.
  [{}, { cidrAllowlist: ["203.0.113.0/24"] }, "Allowlist of tunnels: 0.0.0.0/0 by default → 203.0.113.0/24."],
  [{}, { cidrAllowlist: ["0.0.0.0/0"] }, "Allowlist of tunnels: 0.0.0.0/0 by default → 0.0.0.0/0."],
  [
    {},
    { cidrAllowlist: ["2001:db8::/32"] },
    "Allowlist of tunnels: 0.0.0.0/0 by default → 2001:db8::/32. widensTunnelAllowlist",
  ],
  [{}, { maxConcurrent: 2 }, "Tunnels at once: at most 1 by default → at most 2. loosensTunnels"],
  [{}, { maxConcurrent: 1 }, "Tunnels at once: at most 1 by default → at most 1."],
  [{ maxConcurrent: 2 }, {}, "Tunnels at once: at most 2 → at most 1 by default."],
  // No source says if an empty list permits every address or none.
  [
    { cidrAllowlist: ["203.0.113.0/24"] },
    { cidrAllowlist: [] },
    "Allowlist of tunnels: 203.0.113.0/24 → empty, which permits every address or none. removesTunnelAllowlist",
  ],
  [
    { cidrAllowlist: [] },
    { cidrAllowlist: ["203.0.113.0/24"] },
    "Allowlist of tunnels: empty, which permits every address or none → 203.0.113.0/24. widensTunnelAllowlist",
  ],
  [
    { cidrAllowlist: [] },
    {},
    "Allowlist of tunnels: empty, which permits every address or none → 0.0.0.0/0 by default. removesTunnelAllowlist",
  ],
])("a change from %j to %j has its words and its risk", (before, after, expected) => {
  expect(said([ofOrganization(before, after)])).toEqual([`Tunnel policy of the organization: changed. ${expected}`]);
});

test("a hidden rule needs approval", () => {
  expect(said([ofOrganization({ maxTtlSeconds: 600 }, { maxTtlSeconds: unknownText })])).toEqual([
    "Tunnel policy of the organization: changed. Longest tunnel: 10m → not known before the update. hidden",
  ]);
});

test("the deletion of the policy of an organization keeps its rules", () => {
  expect(said([ofOrganization({ maxTtlSeconds: 600 }, undefined)])).toEqual([
    "Tunnel policy of the organization: no longer managed. Peridio keeps its rules. Longest tunnel: 10m. dropsPolicy",
  ]);
});

describe("the rules in force of a cohort", () => {
  const before = "Rules in force for cohort firmware/canary:";

  test("show a change of the organization's policy", () => {
    const unchanged = { backoffSeconds: 60 };
    expect(
      said([ofOrganization({ maxTtlSeconds: 1800 }, { maxTtlSeconds: 900 }), ofCohort(unchanged, unchanged)]),
    ).toContain(
      `${before} Longest tunnel: 30m → 15m. Pause between tunnels: 1m. Tunnels at once: at most 1 by default. Allowlist of tunnels: 0.0.0.0/0 by default. Reason: not required. Windows: none.`,
    );
  });

  test("are absent if the change has no effect on the cohort", () => {
    const stricter = { maxTtlSeconds: 60 };
    expect(
      said([ofOrganization({ maxTtlSeconds: 1800 }, { maxTtlSeconds: 900 }), ofCohort(stricter, stricter)]),
    ).toEqual(["Tunnel policy of the organization: changed. Longest tunnel: 30m → 15m."]);
  });

  test("are unknown, with the known limits, if no preview shows the organization's policy", () => {
    expect(said([ofCohort({ maxTtlSeconds: 600 }, { maxTtlSeconds: 60, requireReason: true })])).toContain(
      `${before} Longest tunnel: unknown, at most 10m → unknown, at most 1m. Pause between tunnels: unknown. Tunnels at once: unknown. ` +
        "Allowlist of tunnels: unknown. Reason: unknown → required. Windows: unknown.",
    );
  });

  test("contain the cohort's allowlist, which can be wider than that of the organization", () => {
    const organization = { cidrAllowlist: ["203.0.113.0/24"] };
    const widened = said([ofOrganization(organization, organization), ofCohort({}, { cidrAllowlist: ["0.0.0.0/0"] })]);
    expect(widened).toEqual([
      "Tunnel policy of cohort firmware/canary: changed. Allowlist of tunnels: no own list → 0.0.0.0/0.",
      `${before} Longest tunnel: 1h. Pause between tunnels: no rule. Tunnels at once: at most 1 by default. Allowlist of tunnels: 203.0.113.0/24 → 0.0.0.0/0. Reason: not required. Windows: none. widensTunnelAllowlist`,
    ]);
    const [, narrowed] = said([
      ofOrganization(organization, organization),
      ofCohort({}, { cidrAllowlist: ["203.0.113.7/32"] }),
    ]);
    expect(narrowed).not.toContain("widensTunnelAllowlist");
  });

  test("compare a first allowlist with the policy of the organization that the change begins to manage", () => {
    const create = (block: string) =>
      said([
        ofOrganization(undefined, { cidrAllowlist: ["203.0.113.0/24"] }),
        ofCohort(undefined, { cidrAllowlist: [block] }),
      ]);
    expect(create("203.0.113.7/32").join()).not.toContain("TunnelAllowlist");
    expect(create("198.51.100.0/24").join()).toContain("widensTunnelAllowlist");
  });

  test("end with the policy of a cohort", () => {
    expect(said([ofCohort({ cidrAllowlist: ["203.0.113.0/24"] }, undefined)]).join()).toContain(
      "removesTunnelAllowlist",
    );
    expect(said([ofCohort({ maxTtlSeconds: 600 }, undefined)]).join()).not.toContain("TunnelAllowlist");
  });

  test("assume a narrower allowlist of the organization if no preview shows it", () => {
    expect(said([ofCohort(undefined, { cidrAllowlist: ["203.0.113.0/24"] })])[1]).toMatch(/ widensTunnelAllowlist$/);
    // An empty list may permit every address.
    const organization = { cidrAllowlist: ["203.0.113.0/24"] };
    expect(said([ofOrganization(organization, organization), ofCohort({}, { cidrAllowlist: [] })])[1]).toMatch(
      / removesTunnelAllowlist$/,
    );
  });

  test("guess nothing about rules that a new resource does not declare", () => {
    const organization = { maxTtlSeconds: 1800, backoffSeconds: 10 };
    expect(said([ofOrganization(organization, organization), ofCohort(undefined, { maxConcurrent: 1 })])[1]).toBe(
      `${before} Longest tunnel: unknown, at most 30m. Pause between tunnels: unknown, at least 10s. Tunnels at once: unknown → 1. ` +
        "Allowlist of tunnels: unknown, 0.0.0.0/0 by default unless the cohort has a list. Reason: unknown. Windows: unknown.",
    );
  });

  test("show a change of the organization's allowlist, which a cohort with an unknown list may inherit", () => {
    const adopted: PrintedStep = {
      op: "same",
      name: "TunnelPolicy::canaryTunnels",
      before: { id: idOf(4), inputs: { cohortId, maxTtlSeconds: 60 } },
      after: { id: idOf(4), inputs: { cohortId, maxTtlSeconds: 60 } },
    };
    const change = (to: readonly string[]) => said([ofOrganization({}, { cidrAllowlist: to }), adopted])[1];
    expect(change(["203.0.113.0/24"])).toBe(
      `${before} Longest tunnel: 1m. Pause between tunnels: unknown. Tunnels at once: unknown. ` +
        "Allowlist of tunnels: unknown, 0.0.0.0/0 by default unless the cohort has a list → unknown, 203.0.113.0/24 unless the cohort has a list. Reason: unknown. Windows: unknown.",
    );
    expect(change([])).toContain(
      "unless the cohort has a list → unknown, empty, which permits every address or none unless the cohort has a list.",
    );
  });

  test("return to the organization's rules after the deletion of the cohort's policy", () => {
    const organization = { maxTtlSeconds: 1800 };
    expect(said([ofOrganization(organization, organization), ofCohort({ maxTtlSeconds: 60 }, undefined)])).toEqual([
      "Tunnel policy of cohort firmware/canary: deleted. The cohort loses these rules, and those of the organization apply. Longest tunnel: 1m. dropsPolicy loosensTunnels",
      `${before} Longest tunnel: 1m → 30m. Pause between tunnels: no rule. Tunnels at once: at most 1 by default. Allowlist of tunnels: 0.0.0.0/0 by default. Reason: not required. Windows: none.`,
    ]);
  });

  test("of a deleted cohort are not listed", () => {
    const steps = [
      { ...acme, op: "same" },
      firmware,
      { op: "delete", name: "Cohort::canary", before: canary.before },
      ofCohort({ maxTtlSeconds: 60 }, undefined),
    ];
    expect(review(steps).settings.filter(({ words }) => words.startsWith("Rules in force"))).toEqual([]);
  });

  test("show drift", () => {
    const drifted: PrintedStep = {
      op: "refresh",
      name: "TunnelPolicy::canaryTunnels",
      before: { id: idOf(4), inputs: { cohortId, maxConcurrent: 1 }, outputs: { cohortId, maxConcurrent: 1 } },
      after: { id: idOf(4), inputs: { cohortId, maxConcurrent: 1 }, outputs: { cohortId, maxConcurrent: 9 } },
    };
    expect(said([drifted], "drift")[0]).toBe(
      "Tunnel policy of cohort firmware/canary: changed. Tunnels at once: at most 1 → at most 9. loosensTunnels",
    );
  });
});

test("a change of the organization's policy names the cohorts whose own rules no preview shows", () => {
  const { unknowns } = review([acme, firmware, canary, ofOrganization({ maxTtlSeconds: 600 }, { maxTtlSeconds: 60 })]);
  expect(unknowns).toContain(
    "No preview shows the tunnel policy of these cohorts of acme: firmware/canary. Their own rules can be stricter, and their allowlists can replace that of the organization.",
  );
});
