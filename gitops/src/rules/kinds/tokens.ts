import * as z from "zod";
import type { DeclaredToken } from "../../model/declaredObjects";
import { dayAfterCreation } from "../../objects/expiry";
import type { ExpiringKind } from "../../objects/rows";
import { isHidden, type Hidden } from "../../hidden";
import { capitalize, formatCount, quoteName } from "../../wording";
import { cohorts, declaresKey, describeSelector, selectsEverything, selectsName } from "../selector";
import type { Scope, ScopedOrganization } from "../scope";
import { createFinding, type Finding } from "../finding";
import { reportHidden } from "../hiddenFindings";
import { addDays, countDays, days } from "../../days";
import { defineKind } from "./kind";

/** The types that a rule can name. */
const types = {
  ClaimToken: "ClaimToken",
  OrganizationApiToken: "OrganizationApiToken",
} as const satisfies { readonly [K in ExpiringKind]: K };

const limits = z
  .strictObject({
    withinDays: days.optional().meta({
      description: "The maximum number of days from today to the expiry, 1 to 3650. By default, there is no limit.",
    }),
    of: z.enum(types).optional().meta({
      description: "The type of the tokens: `ClaimToken` or `OrganizationApiToken`. The default is both.",
    }),
  })
  .refine(declaresKey, "has no requirement: add `withinDays` or `of`, or replace the object with `required`")
  .meta({ minProperties: 1 });

type TokenLimits = z.output<typeof limits>;

/** The expiry of tokens. */
export const expiresAt = defineKind({
  subject: "tokens",
  audit: { reads: ["apiTokens", "claimTokens"] },
  brokenAloneBy: { OrganizationApiToken: "expiresAt", ClaimToken: "expiresAt" },
  description:
    "API tokens and claim tokens must expire: `required`, or `{ withinDays: 90 }` for an expiry within 90 days. `{ of: ClaimToken }` limits the rule to claim tokens. A new claim token without `expiresAt` meets the rule, because it expires after 24 hours.",
  schema: z.union([
    z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 90 }`" }),
    limits,
  ]),
  check(declared, scoped, scope) {
    const { of, ...limit }: TokenLimits = declared === "required" ? {} : declared;
    return scoped.organization.objects.tokens
      .filter(({ kind }) => of === undefined || kind === of)
      .flatMap((token) => checkExpiry(limit, token, scoped, scope));
  },
});

const uses = z.int("must be a whole number").min(1, "must be at least 1").max(1_000_000, "must be at most 1000000");

const cohortSelector = z.union([
  z.literal("required", {
    error: "must be `required`, the path of a cohort such as firmware/canary, a pattern, or a list",
  }),
  cohorts,
]);

/** The uses and the cohorts of claim tokens. */
export const claimTokens = defineKind({
  subject: "tokens",
  audit: { reads: ["claimTokens", "projects"] },
  description: "The uses and the cohorts of claim tokens: `{ maxUses: 500, cohort: required }`.",
  schema: z
    .strictObject({
      maxUses: uses.optional().meta({
        description: "The highest limit of uses, 1 to 1000000. A token without a limit breaks the rule.",
      }),
      cohort: cohortSelector.optional().meta({
        description:
          "The cohorts of the devices: `required` for any cohort, or patterns of paths, such as `firmware/canary`. A token without a cohort breaks the rule, and so does a path that no reviewed stack declares, except for `required` and `*`.",
      }),
    })
    .refine(declaresKey, "has no requirement: add `maxUses`, `cohort` or both")
    .meta({ minProperties: 1 }),
  nameLimitsApply: ({ cohort }, object) => (object.noun === "cohort" ? [!allowsPath(cohort, object.name)] : []),
  check: ({ maxUses, cohort }, scoped) =>
    scoped.organization.objects.tokens
      .filter(({ kind }) => kind === "ClaimToken")
      .flatMap((token) => [...checkUses(maxUses, token, scoped), ...checkCohort(cohort, token, scoped)]),
});

function checkUses(most: number | undefined, written: DeclaredToken, scoped: ScopedOrganization): readonly Finding[] {
  const { key, words, maxUses } = written;
  if (most === undefined || (typeof maxUses === "number" && maxUses <= most)) return [];
  const object = `${words} of ${scoped.name}`;
  const details = { about: JSON.stringify([key, "uses"]), written };
  if (isHidden(maxUses))
    return reportHidden(scoped, maxUses, { subject: `\`maxUses\` of ${object}`, declare: "the limit" }, details);
  const sentence = `${capitalize(object)} has ${maxUses === null ? "no limit of uses" : formatCount(maxUses, "use")}, but the rule allows at most ${most}. Declare \`maxUses: ${most}\`, or less.`;
  return [createFinding(scoped, sentence, { ...details, extent: maxUses ?? Infinity })];
}

function checkCohort(
  allowed: z.output<typeof cohortSelector> | undefined,
  written: DeclaredToken,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const { key, words, cohort } = written;
  if (allowed === undefined || cohort === undefined) return [];
  const object = `${words} of ${scoped.name}`;
  const limit = allowed === "required" ? "requires one" : `allows ${describeSelector(allowed)}`;
  const createDetails = (about: string) => ({ about: JSON.stringify([key, "cohort", about]), written });
  const report = (sentence: string, about: string, distinguishedBy = "") => [
    createFinding(scoped, sentence, {
      ...createDetails(about),
      distinguishedBy,
      isUndeclared: distinguishedBy === "undeclared",
    }),
  ];
  if (cohort === null)
    return report(`${capitalize(object)} names no cohort, but the rule ${limit}. Declare \`cohortId\`.`, "");
  const reportHiddenCohort = (subject: string, value: Hidden, about: string) =>
    reportHidden(scoped, value, { subject, declare: "the cohort" }, createDetails(about));
  if (isHidden(cohort)) return reportHiddenCohort(`The cohort of ${object}`, cohort, "");
  if (allowed === "required" || selectsEverything(allowed)) return [];
  const path = scoped.organization.objects.cohortPaths.get(cohort.key);
  const name = quoteName(cohort.name);
  if (path === undefined)
    return report(
      `${capitalize(object)} is for cohort ${name}, but no reviewed stack declares this cohort and its project, so the rule cannot check it. Add the previews of the stacks that declare them.`,
      cohort.key,
      "undeclared",
    );
  if (isHidden(path))
    return reportHiddenCohort(
      `${capitalize(object)} is for cohort ${name}. The cohort's name, or the name of its project,`,
      path,
      cohort.key,
    );
  if (hasSlash(path))
    return report(
      `${capitalize(object)} is for cohort ${quoteName(path)}. A name in this path contains a slash, so the rule cannot check the path. Rename the cohort or its project.`,
      cohort.key,
      "slash",
    );
  if (selectsName(allowed, path)) return [];
  return report(
    `${capitalize(object)} is for cohort ${quoteName(path)}, but the rule ${limit}. Choose another cohort.`,
    cohort.key,
  );
}

/** Reports if a name in a path contains a slash, so that the path is ambiguous. */
function hasSlash(path: string): boolean {
  return path.split("/").length > 2;
}

function allowsPath(allowed: z.output<typeof cohortSelector> | undefined, path: string): boolean {
  if (allowed === undefined || allowed === "required" || selectsEverything(allowed)) return true;
  return !hasSlash(path) && selectsName(allowed, path);
}

function checkExpiry(
  { withinDays }: Pick<TokenLimits, "withinDays">,
  written: DeclaredToken,
  scoped: ScopedOrganization,
  { now }: Pick<Scope, "now">,
): readonly Finding[] {
  const { key, words, expiresAt } = written;
  const object = `${words} of ${scoped.name}`;
  if (isHidden(expiresAt)) {
    const expiry = { subject: `The expiry of ${object}`, checked: "the expiry", declare: "`expiresAt`" };
    return reportHidden(scoped, expiresAt, expiry, { about: key, written });
  }
  const latest = withinDays === undefined ? undefined : addDays(now, withinDays);
  const limit = withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`;
  const remedy =
    latest === undefined ? "Declare `expiresAt`." : `Declare \`expiresAt: ${latest}T00:00:00Z\`, or an earlier moment.`;
  const report = (problem: string, extent: number) => {
    const words = `${capitalize(object)} ${problem}, but the rule requires an expiry${limit}. ${remedy}`;
    return [createFinding(scoped, words, { about: key, written, extent })];
  };
  if (expiresAt === null) return report("does not expire", Infinity);
  // A limit is at least one day.
  if (expiresAt === dayAfterCreation) return [];
  const day = expiresAt.slice(0, 10);
  if (latest === undefined || day <= latest) return [];
  return report(`expires on ${day}`, countDays(latest, day));
}
