import type { Peridio } from "#provider";
import type { RulesFile } from "../rules/readRules";
import type { AccessTest } from "../rules/tests/accessTest";
import { checkTests } from "../rules/tests/checkTests";
import { createLiveAccess } from "../rules/tests/sources";
import { readLiveAccess } from "../who/live";
import { type LiveOrganization, listOrganizations } from "../model/live";
import { chooseOrganizations, rejectNoOrganization } from "../organizations";
import { compareTexts, joinOr } from "../wording";
import {
  findExpiredInvitations,
  findOldInvitations,
  findOutsideLayout,
  checkAdmins,
  findInactiveMembers,
  findMembersWithoutTwoFactor,
} from "./peopleChecks";
import { checkLimits, checkSecurity } from "./organizationChecks";
import { findUnknowns } from "./unreported";
import { compareWithDeclarations } from "./comparison";
import { findEmptyGroups, findGrantsToNonMembers, findGroupsWithoutAccess } from "./accessChecks";
import { type Facts, readFacts } from "./facts";
import { createFinding, type Finding, sortFindings } from "./finding";
import type { FindingKind } from "./kinds";
import { createUnreadableGap, type Gap, selectKinds } from "./gaps";
import type { AuditOptions } from "./options";
import { checkRules } from "./ruleChecks";
import { findOldTokens, findTokensWithoutExpiry, findTokensWithoutMember, findUnusedTokens } from "./tokenChecks";

/** The result of an audit. */
export interface Audit {
  /** The moment from which the audit counts days. */
  readonly at: Date;
  /** The names of the audited organizations, sorted. */
  readonly organizations: readonly string[];
  /** The most severe first. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

/** The checks that need no declaration or, for people, the layout alone. */
const checks: readonly ((facts: Facts, options: AuditOptions) => readonly Finding[])[] = [
  findMembersWithoutTwoFactor,
  checkSecurity,
  findOutsideLayout,
  findInactiveMembers,
  checkAdmins,
  checkLimits,
  findExpiredInvitations,
  findOldInvitations,
  findTokensWithoutMember,
  findUnusedTokens,
  findOldTokens,
  findTokensWithoutExpiry,
  findGrantsToNonMembers,
  findEmptyGroups,
  findGroupsWithoutAccess,
];

/** The organizations that one API key can see, and what the audit compares them with. */
export interface AuditedConnection {
  readonly api: Peridio;
  readonly kinds: ReadonlySet<FindingKind>;
  /** The layout contains only the organizations of this connection. */
  readonly options: AuditOptions;
}

/**
 * Audits the organizations that the API keys can see and that match a pattern; without patterns, all of them. Reads only
 * the parts that the chosen kinds need.
 * @throws CommandError if there is nothing to audit, because an audit of nothing must not pass.
 */
export async function runAudit(
  connections: readonly [AuditedConnection, ...AuditedConnection[]],
  patterns: readonly string[],
  { rules, tests }: RulesFile,
): Promise<Audit> {
  const [{ options: common, kinds: firstKinds }] = connections;
  const seen = await Promise.all(
    connections.map(async (connection) => ({ ...connection, visible: await listOrganizations(connection.api) })),
  );
  const all = seen.flatMap(({ visible }) => visible);
  const layoutNames = connections.flatMap(({ options }) => [...(options.layout?.keys() ?? [])]);
  const previewNames = common.declarations?.listUnreadable(all) ?? [];
  const names = [...new Set([...all.map(({ name }) => name), ...layoutNames, ...previewNames])];
  rejectNoOrganization(names);
  const sources = [
    connections.length === 1 ? "this API key can see" : "these API keys can see",
    ...(common.layout === undefined ? [] : ["the layout declares"]),
    ...(previewNames.length === 0 ? [] : ["a preview contains"]),
  ];
  const known = names.map((name) => ({ name }));
  const chosen = new Set(chooseOrganizations(patterns, known, `that ${joinOr(sources)}`).map(({ name }) => name));
  const inPreviews = previewNames.filter((name) => chosen.has(name) && !layoutNames.includes(name));
  const failures = firstKinds.has("failedTest") ? await findFailedTests(all, tests, common.now) : [];
  const audited = all.filter(({ name }) => chosen.has(name));
  const broken = selectKinds(
    firstKinds.has("brokenRule") ? await checkRules(audited, rules, common.now) : [],
    firstKinds,
  );
  const audits = await Promise.all(seen.map((connection) => auditConnection(connection, chosen)));
  const remedy =
    "Use the API key of a member of the organization, or select other organizations with `--organization`.";
  return {
    at: common.now,
    organizations: audits.flatMap(({ organizations }) => organizations).sort(compareTexts),
    findings: sortFindings([...failures, ...broken.findings, ...audits.flatMap(({ findings }) => findings)]),
    gaps: [
      ...inPreviews.map((name) => createUnreadableGap(name, "a preview", remedy, firstKinds)),
      ...broken.gaps,
      ...audits.flatMap(({ gaps }) => gaps),
    ],
  };
}

/** Runs tests of access in all organizations that the API keys can see, whatever their names are. */
async function findFailedTests(
  visible: readonly LiveOrganization[],
  tests: readonly AccessTest[],
  now: Date,
): Promise<readonly Finding[]> {
  if (tests.length === 0) return [];
  const access = createLiveAccess(await readLiveAccess(visible));
  const results = checkTests(tests, access, now);
  return results.flatMap(({ test: { name, severity, declared }, failures }) =>
    failures.map(({ organization, people: [person], words }) => {
      const reason = declared.because === undefined ? "" : ` Reason for the test: ${declared.because}`;
      const predicate = `fails: ${words}${reason}`.replace(/\.$/, "");
      const subject = `The test ${JSON.stringify(name)}`;
      return createFinding("failedTest", organization, predicate, { person, subject, isHigh: severity === "refuse" });
    }),
  );
}

/** Audits those of a connection's organizations whose names are chosen. */
async function auditConnection(
  { api, kinds, options, visible }: AuditedConnection & { readonly visible: readonly LiveOrganization[] },
  chosen: ReadonlySet<string>,
): Promise<Omit<Audit, "at">> {
  const organizations = visible.filter(({ name }) => chosen.has(name));
  const declared = [...(options.layout?.keys() ?? [])].filter((name) => chosen.has(name));
  const readings = await Promise.all(organizations.map(async (live) => readFacts(live, kinds)));
  const all = [
    ...findUnreadableOrganizations(declared, organizations, { kinds, api, declarations: options.declarations }),
    ...readings.flatMap(({ facts, gaps }) => [...gaps, ...findUnknowns(facts, kinds, api.name)]),
    ...readings.flatMap(({ facts }) => checks.flatMap((check) => check(facts, options))),
    ...readings.flatMap(({ facts }) => compareWithDeclarations(facts, options, api)),
  ];
  return { organizations: organizations.map(({ name }) => name), ...selectKinds(all, kinds) };
}

function findUnreadableOrganizations(
  declared: readonly string[],
  visible: readonly LiveOrganization[],
  { kinds, api, declarations }: Pick<AuditedConnection, "api" | "kinds"> & Pick<AuditOptions, "declarations">,
): readonly Gap[] {
  const canCreate = api.explainUnsupported("createOrganization") === undefined;
  const creation = canCreate ? "run `pulumi up`" : "create it in Peridio's console";
  const names = new Set(visible.map(({ name }) => name));
  const getRemedy = (name: string) =>
    declarations?.isUnselected({ name }) === true
      ? "No preview contains it, so no stack manages it. Select the organization in a stack by `only` and `connection` of the Layout, pass the previews of all stacks, or remove the organization from the layout."
      : `If the organization does not exist yet, ${creation}. Otherwise, use the API key of a member of the organization, or select other organizations with \`--organization\`.`;
  return declared
    .filter((name) => !names.has(name))
    .map((name) => createUnreadableGap(name, "the layout", getRemedy(name), kinds));
}
