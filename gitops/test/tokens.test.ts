import type { Values } from "#framework";
import type { Kind } from "../src/model/stackChange";
import { organization, type Printed, type PrintedStep, prn, review, unknownText } from "./support/document";
import { idOf, organizationId, step, uuid } from "./support/objects";

const acme = organization("acme", 1);

function said(steps: readonly PrintedStep[], kind: Kind = "change"): readonly string[] {
  return review([{ ...acme, op: kind === "drift" ? "refresh" : "same" }, ...steps], kind)
    .settings.filter(({ section }) => section === "tokens" || section === "released")
    .map(({ words, risks }) => [words, ...risks].join(" "));
}

describe("API tokens", () => {
  const token = (before: Values | undefined, after: Values | undefined, more?: Printed): PrintedStep =>
    step(
      "OrganizationApiToken::ci",
      1,
      before && { name: "pipeline", ...before },
      after && { name: "pipeline", ...after },
      more,
    );
  const replaced = (...args: Parameters<typeof token>): PrintedStep => ({ ...token(...args), op: "replace" });
  const observed = { token: "[secret]", owner: "ada@acme.example", expiresAt: "2027-03-01T00:00:00Z" };

  test("a new token acts for the user of the API key, and has the declared expiry", () => {
    expect(said([token(undefined, {})])).toEqual([
      "API token pipeline: created. The token acts for the user of the API key that applies the change. Expiry: never. issuesApiToken",
    ]);
    expect(said([token(undefined, { expiresAt: "2027-03-01T01:00:00+01:00" })])).toEqual([
      "API token pipeline: created. The token acts for the user of the API key that applies the change. Expiry: 2027-03-01T00:00:00Z. issuesApiToken",
    ]);
    expect(said([token(undefined, { expiresAt: "[secret]" })])).toEqual([
      "API token pipeline: created. The token acts for the user of the API key that applies the change. Expiry: secret. issuesApiToken hidden",
    ]);
  });

  test("another `rotate` rotates the token, and shows the former expiry", () => {
    expect(said([replaced({ rotate: "2026", ...observed }, { rotate: "2027" })])).toEqual([
      "API token pipeline: rotated. A new token replaces the former one, which becomes invalid. Expiry: 2027-03-01T00:00:00Z → never. issuesApiToken extendsToken",
    ]);
  });

  test("another expiry replaces the token, and a later one extends it", () => {
    const replace = (expiresAt: string) => said([replaced(observed, { expiresAt })]);
    expect(replace("2027-04-01T00:00:00Z")).toEqual([
      "API token pipeline: rotated. A new token replaces the former one, which becomes invalid. Expiry: 2027-03-01T00:00:00Z → 2027-04-01T00:00:00Z. issuesApiToken extendsToken",
    ]);
    expect(replace("2027-02-01T00:00:00Z")).toEqual([
      "API token pipeline: rotated. A new token replaces the former one, which becomes invalid. Expiry: 2027-03-01T00:00:00Z → 2027-02-01T00:00:00Z. issuesApiToken",
    ]);
  });

  test("the outputs that Pulumi expects of the new token are no facts", () => {
    const { after, ...rest } = replaced({ rotate: "2026", ...observed }, { rotate: "2027" });
    const expected = { ...after, outputs: { name: "pipeline", owner: unknownText, rotate: "2027" } };
    expect(said([{ ...rest, after: expected }])).toEqual([
      "API token pipeline: rotated. A new token replaces the former one, which becomes invalid. Expiry: 2027-03-01T00:00:00Z → never. issuesApiToken extendsToken",
    ]);
  });

  test("another name replaces the token", () => {
    expect(said([replaced({ name: "old" }, { name: "new" })])).toEqual([
      "API token new: replaced. A new token replaces the former one, which becomes invalid. Name: old → new. issuesApiToken",
    ]);
  });

  test("a rotated token with `retainOnDelete` stays valid, and is released", () => {
    expect(said([replaced({}, {}, { retainOnDelete: true })])).toEqual([
      "OrganizationApiToken ci is released. Pulumi removes it from the state, and Peridio keeps the API token, which no stack declares. releases",
      "API token pipeline: rotated. Peridio keeps the former token. issuesApiToken",
    ]);
  });

  test("a deletion revokes the token, and a release does not", () => {
    expect(said([token(observed, undefined)])).toEqual([
      "API token pipeline: revoked. Owner: ada@acme.example. Expiry: 2027-03-01T00:00:00Z. revokesToken",
    ]);
    expect(said([token({}, undefined, { retainOnDelete: true })])).toEqual([
      "OrganizationApiToken ci is released. Pulumi removes it from the state, and Peridio keeps the API token, which no stack declares. releases",
    ]);
  });

  test("a token that moves to another organization is revoked in one and created in the other", () => {
    const moved = replaced({}, { organizationId: prn(2) });
    const rows = review([acme, organization("other", 2), moved]).settings;
    expect(rows.map(({ organization, words }) => [organization, words.slice(0, 28)])).toEqual([
      [prn(1), "API token pipeline: revoked."],
      [prn(2), "API token pipeline: created."],
    ]);
  });

  test("an unchanged token is no change, and an import has a row", () => {
    expect(said([token(observed, observed)])).toEqual([]);
    expect(said([{ ...token(undefined, observed), op: "import" }])).toEqual([
      "API token pipeline: imported without changes. Owner: ada@acme.example. Expiry: 2027-03-01T00:00:00Z. acceptsDrift",
    ]);
  });

  test("no report contains the secret value", () => {
    const secret = { token: "avo_must-not-appear", rotate: "text-must-not-appear" };
    const steps = [token(undefined, secret), replaced(secret, { ...secret, rotate: "other-must-not-appear" })];
    for (const one of steps) expect(JSON.stringify(review([acme, one]))).not.toContain("must-not-appear");
  });

  test("shows a revocation, a later expiry and a lost owner as drift", () => {
    const drifted = (before: Values, after: Values): PrintedStep => {
      const state = (values: Values) => ({
        id: idOf(1),
        inputs: { organizationId, name: "pipeline" },
        outputs: { organizationId, name: "pipeline", ...values },
      });
      return { op: "refresh", name: "OrganizationApiToken::ci", before: state(before), after: state(after) };
    };
    const expiresAt = "2027-04-01T00:00:00Z";
    expect(said([drifted(observed, { ...observed, expiresAt })], "drift")).toEqual([
      "API token pipeline: changed. Expiry: 2027-03-01T00:00:00Z → 2027-04-01T00:00:00Z. extendsToken",
    ]);
    expect(said([drifted(observed, { expiresAt: observed.expiresAt })], "drift")).toEqual([
      "API token pipeline: changed. Owner: ada@acme.example → none.",
    ]);
    const endless = drifted(observed, { token: "[secret]", owner: "ada@acme.example" });
    expect(said([endless], "drift")).toEqual([
      "API token pipeline: changed. Expiry: 2027-03-01T00:00:00Z → never. extendsToken",
    ]);
    expect(review([endless], "drift").programChanges).toEqual([]);
    expect(said([{ ...token({}, undefined), op: "delete" }], "drift")).toEqual([
      "API token pipeline: revoked. Owner: none. Expiry: never. revokesToken",
    ]);
  });
});

describe("claim tokens", () => {
  const token = (before: Values | undefined, after: Values | undefined, more?: Printed): PrintedStep =>
    step(
      "ClaimToken::factory",
      2,
      before && { name: "factory", ...before },
      after && { name: "factory", ...after },
      more,
    );

  test("a new token has an expiry, a limit of uses and tags", () => {
    expect(said([token(undefined, {})])).toEqual([
      "Claim token factory: created. Expiry: 24 hours after creation. Uses: unlimited. issuesToken",
    ]);
    const limited = { expiresAt: "2027-03-01T01:00:00+01:00", maxUses: 2000, tags: ["line-1", "line-2"] };
    expect(said([token(undefined, limited)])).toEqual([
      "Claim token factory: created. Expiry: 2027-03-01T00:00:00Z. Uses: at most 2,000. Tags: line-1, line-2. issuesToken",
    ]);
  });

  // N8: without a cohort, the organization's default cohort is used.
  test("the default cohort of the organization is no change, and a replacement may choose another one", () => {
    const cohortId = `${idOf(1)}/${uuid(7)}`;
    const state = (inputs: Values) => ({ id: idOf(2), inputs, outputs: { ...inputs, cohortId } });
    const [former, current] = [1, 2].map((maxUses) => ({ organizationId, name: "factory", maxUses }));
    const changed = {
      op: "update",
      name: "ClaimToken::factory",
      before: state(former ?? {}),
      after: { inputs: current ?? {} },
    };
    expect(said([changed])).toEqual(["Claim token factory: changed. Uses: at most 1 → at most 2. extendsToken"]);
    expect(said([{ ...changed, op: "replace" }])).toEqual([
      expect.stringMatching(/ Cohort: .* → none, or the organization's default\. /),
    ]);
  });

  test("a later or removed expiry and more uses extend the token", () => {
    const [earlier, later] = [{ expiresAt: "2027-03-01T00:00:00Z" }, { expiresAt: "2028-03-01T00:00:00Z" }];
    expect(said([token(earlier, later)])).toEqual([
      "Claim token factory: changed. Expiry: 2027-03-01T00:00:00Z → 2028-03-01T00:00:00Z. extendsToken",
    ]);
    expect(said([token(later, earlier)])).toEqual([
      "Claim token factory: changed. Expiry: 2028-03-01T00:00:00Z → 2027-03-01T00:00:00Z.",
    ]);
    expect(said([token({}, earlier)])).toEqual(["Claim token factory: changed. Expiry: never → 2027-03-01T00:00:00Z."]);
    expect(said([token({ maxUses: 10 }, { maxUses: 11 })])).toEqual([
      "Claim token factory: changed. Uses: at most 10 → at most 11. extendsToken",
    ]);
    expect(said([token({ maxUses: 11 }, { maxUses: 10 })])).toEqual([
      "Claim token factory: changed. Uses: at most 11 → at most 10.",
    ]);
    const replacement = { ...token({ ...earlier, maxUses: 10 }, {}), op: "replace" };
    expect(said([replacement])).toEqual([
      "Claim token factory: replaced. A new token replaces the former one, which becomes invalid. Expiry: 2027-03-01T00:00:00Z → 24 hours after creation. Uses: at most 10 → unlimited. issuesToken extendsToken",
    ]);
  });

  test("`never`, and the far moment that it stands for, are no expiry", () => {
    const [never, far] = [{ expiresAt: "never" }, { expiresAt: "2099-12-31T23:59:59Z" }];
    for (const declared of [never, far]) {
      expect(said([token(undefined, declared)])).toEqual([
        "Claim token factory: created. Expiry: never. Uses: unlimited. issuesToken",
      ]);
      expect(said([token({ expiresAt: "2027-03-01T00:00:00Z" }, declared)])).toEqual([
        "Claim token factory: changed. Expiry: 2027-03-01T00:00:00Z → never. extendsToken",
      ]);
      const replaced = { ...token({ expiresAt: "2027-03-01T00:00:00Z" }, declared), op: "replace" };
      expect(said([replaced])[0]).toMatch(/Expiry: 2027-03-01T00:00:00Z → never\. .*extendsToken/);
    }
    expect(said([token(never, far)])).toEqual([]);
  });

  test("an undeclared expiry is the moment in the state, as soon as there is one", () => {
    const inputs = { organizationId, name: "factory" };
    const state = { id: idOf(2), inputs, outputs: { ...inputs, expiresAt: "2027-02-01T08:00:00Z" } };
    const change = (after: Values, op = "update") =>
      said([{ op, name: "ClaimToken::factory", before: state, after: { inputs: { ...inputs, ...after } } }]);
    expect(change({ expiresAt: "never" })).toEqual([
      "Claim token factory: changed. Expiry: 2027-02-01T08:00:00Z → never. extendsToken",
    ]);
    expect(change({ tags: ["a"] })).toEqual(["Claim token factory: changed. Tags: none → a."]);
    expect(change({ tags: ["a"] }, "replace")[0]).toMatch(/Expiry: 2027-02-01T08:00:00Z → 24 hours after creation\. /);
  });

  test("another spelling of the same moment is no change", () => {
    const [one, other] = [{ expiresAt: "2027-03-01T00:00:00Z" }, { expiresAt: "2027-03-01T01:00:00+01:00" }];
    expect(said([token(one, other)])).toEqual([]);
  });

  test("a new name and other tags are changes without a risk", () => {
    expect(said([token({ tags: ["a", "b"] }, { tags: ["b", "a"], name: "line" })])).toEqual([
      "Claim token line: changed. Name: factory → line.",
    ]);
    expect(said([token({ tags: ["a"] }, {})])).toEqual(["Claim token factory: changed. Tags: a → none."]);
    expect(said([token({ tags: ["a", "b"] }, { tags: ["b", "c"] })])).toEqual([
      "Claim token factory: changed. Tags: adds c; removes a.",
    ]);
  });

  test("the cohort has its name and that of its project, even before the cohort exists", () => {
    const project = { name: "firmware", everyoneEnabled: false };
    const firmware = step("Project::firmware", 9, project, project);
    const cohort = (name: string, digit: number, exists: boolean): PrintedStep => {
      const inputs = { projectId: idOf(9), name, everyoneEnabled: false };
      const before = { id: `${idOf(9)}/${uuid(digit)}`, inputs, outputs: inputs };
      return exists
        ? { op: "same", name: `Cohort::${name}`, before, after: { inputs } }
        : { op: "create", name: `Cohort::${name}`, after: { inputs } };
    };
    const canary = cohort("canary", 7, true);
    expect(said([firmware, canary, token(undefined, { cohortId: `${idOf(9)}/${uuid(7)}` })])).toEqual([
      "Claim token factory: created. Expiry: 24 hours after creation. Uses: unlimited. Cohort: firmware/canary. issuesToken",
    ]);
    const created = token(undefined, { cohortId: unknownText }, { dependsOn: { cohortId: ["Cohort::beta"] } });
    expect(said([firmware, canary, cohort("beta", 8, false), created])).toEqual([
      "Claim token factory: created. Expiry: 24 hours after creation. Uses: unlimited. Cohort: firmware/beta. issuesToken",
    ]);
    const replacement = { ...token({ cohortId: uuid(7) }, { cohortId: uuid(8) }), op: "replace" };
    expect(said([firmware, canary, replacement])).toEqual([
      `Claim token factory: replaced. A new token replaces the former one, which becomes invalid. Expiry: never → 24 hours after creation. Cohort: firmware/canary → ${uuid(8)}. issuesToken`,
    ]);
  });

  test("hidden values are a high risk, except of a token that is deleted", () => {
    const hidden = { expiresAt: "[secret]", maxUses: unknownText, tags: ["a", "[secret]"], cohortId: unknownText };
    const words =
      "Expiry: secret. Uses: not known before the update. Cohort: not known before the update. Tags: secret.";
    expect(said([token(undefined, hidden)])).toEqual([`Claim token factory: created. ${words} hidden issuesToken`]);
    expect(said([token({ expiresAt: "[secret]" }, { expiresAt: "[secret]", maxUses: 1 })])).toEqual([
      "Claim token factory: changed. Expiry: secret → secret. Uses: unlimited → at most 1. hidden",
    ]);
    expect(said([token({ expiresAt: "[secret]" }, undefined)])).toEqual([
      "Claim token factory: deleted. Expiry: secret. Uses: unlimited. revokesToken",
    ]);
  });

  test("Pulumi's list of differences tells if a hidden value may change", () => {
    const secret = { expiresAt: "[secret]" };
    const changed = { ...token({ ...secret, maxUses: 1 }, { ...secret, maxUses: 2 }), differs: ["maxUses"] };
    expect(said([changed])).toEqual(["Claim token factory: changed. Uses: at most 1 → at most 2. extendsToken"]);
  });
});

test("the changes of tokens need no approval on their own, because they are reviewed", () => {
  const created = step("ClaimToken::factory", 2, undefined, { name: "factory" });
  expect(review([acme, created])).toMatchObject({ verdict: "pass", unknowns: [], programChanges: [] });
});

test("`protect` and `retainOnDelete` of a token are reviewed", () => {
  const same = step("ClaimToken::factory", 2, { name: "factory" }, { name: "factory" });
  const weakened = { ...same, before: { ...same.before, protect: true, retainOnDelete: true } };
  expect(review([acme, weakened]).settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "ClaimToken factory: no longer protected from deletion. unprotects",
    "ClaimToken factory: `retainOnDelete` is off. A later deletion of the resource will also take effect in Peridio. weakensGuard",
  ]);
});
