import { type Path, UserError, isRecord, type Values } from "#framework";
import { findUnmetInComponent } from "#framework/definitions";
import {
  type BackendName,
  canonicalizeEnd,
  createMatcher,
  type Feature,
  hasEnded,
  resources,
  traits,
  version,
} from "#provider";
import {
  composeLayout,
  type Layout,
  type LayoutOrganization,
  parseLayout,
  InvalidLayoutError,
  layoutKind,
  readLayoutFiles,
  roleEntry,
} from "#layout";
import {
  type Mistake,
  formatMistake,
  createMistake,
  type ParsedDocument,
  type SourceFile,
  parseYaml,
  sortMistakes,
} from "#framework/documents";
import { offlineSettingNames } from "../connection";
import { CommandError } from "../exit";
import { groupBy } from "../grouping";
import { readDocument } from "../terminal/files";
import { listLayoutObjects, parseLayoutAt, readLayoutsOn } from "../access/layout";
import type { KnownNames } from "../rules/knownNames";
import { findMeaningless, findUnknownNames, type SuspectName, wordSuspect } from "../rules/suspectNames";
import { InvalidRulesError, readRulesDocument, rulesKind } from "../rules/readRules";
import { type Selector, selectsName } from "../rules/selector";
import { checkTests } from "../rules/tests/checkTests";
import { createLayoutAccess } from "../rules/tests/sources";
import { createKnownPeople } from "../rules/unknownPeople";
import { formatEnd } from "../wording";
import type { Remark } from "./report";

/** The conditions under which files are checked. */
interface ValidationOptions {
  /** The folder that a relative path starts from. */
  readonly folder: string;
  /** The moment of the check. */
  readonly now: Date;
  /** Organizations that every layout must have; empty for any. */
  readonly only: readonly string[];
  /** The API of organizations without a connection. */
  readonly backend: BackendName;
  /** The layouts with the organizations and people that access rules may name; undefined for any. */
  readonly layouts: readonly Layout[] | undefined;
}

/** Checks a layout: a file, or a folder whose files are one layout together. */
export function checkLayout(path: string, { folder, now, only, backend }: ValidationOptions): readonly Remark[] {
  const createRemarks = (severity: Remark["severity"], mistakes: readonly Mistake[]) =>
    mistakes.map((mistake) => createRemark(path, severity, mistake, layoutKind));
  try {
    const sources = readLayoutFiles(path, folder);
    const rules = sources.filter(containsRules);
    if (rules.length > 0) {
      const message = "The file contains access rules, not a layout. Pass the file with `--rules`.";
      return rules.map(({ file }) => ({ severity: "mistake", file, message }));
    }
    const ended = sources.flatMap((source) => findEndedEntries(source, now));
    const warn = (warnings: readonly Mistake[]) => createRemarks("warning", [...warnings, ...ended]);
    try {
      const layout = parseLayout(sources, { now, version, ...(only.length > 0 && { only }) });
      return [...findUnsupported(layout, backend, path), ...warn([...layout.warnings, ...layout.notes])];
    } catch (error) {
      if (!(error instanceof InvalidLayoutError)) throw error;
      const mistakes = error.mistakes.map((mistake) => ({
        ...mistake,
        path: mistake.path.replace(/^only\[\d+\]/, "--only"),
      }));
      return [...createRemarks("mistake", mistakes), ...warn(error.warnings)];
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ severity: "mistake", file: path, message: error.message }];
  }
}

/** Checks a file of access rules. Checks its tests of access if there are layouts without mistakes. */
export function checkAccessRules(
  path: string,
  { folder, now, layouts }: ValidationOptions,
  paths: readonly string[] = [],
): readonly Remark[] {
  const remarks = (severity: Remark["severity"], mistakes: readonly Mistake[]) =>
    mistakes.map((mistake) => createRemark(path, severity, mistake, rulesKind));
  try {
    const document = parseYaml(readDocument({ folder }, path), rulesKind);
    if (containsLayout(document)) {
      const message = "The file contains a layout, not access rules. Pass the file without `--rules`.";
      return [{ severity: "mistake", file: path, message }];
    }
    const { rules, tests } = readRulesDocument(document);
    const mistakesOf = (suspects: readonly SuspectName[], path: Path) =>
      suspects.map((suspect) => createMistake(document, [...path, ...suspect.name.path], wordSuspect(suspect)));
    const all = [
      ...rules.map((rule) => ({ naming: rule, path: ["rules", rule.name] })),
      ...tests.map((test) => ({ naming: test, path: ["tests", test.name] })),
    ];
    const meaningless = all.flatMap(({ naming, path }) => mistakesOf(findMeaningless(naming), path));
    if (layouts === undefined) return remarks("warning", sortMistakes(meaningless));
    const known = readKnownNames(layouts.flatMap((layout) => layout.organizations));
    const isWrong = ({ name: { noun, text } }: SuspectName) => noun === "organization" && !text.includes("*");
    const unknown = all.map(({ naming, path }) => ({ suspects: findUnknownNames(naming, known), path }));
    const select = (wrong: boolean) =>
      unknown.flatMap(({ suspects, path }) =>
        mistakesOf(
          suspects.filter((suspect) => isWrong(suspect) === wrong),
          path,
        ),
      );
    const access = createLayoutAccess((day) => readLayoutsOn(paths, { folder, now, day }));
    return [
      ...remarks("mistake", select(true)),
      ...remarks("warning", sortMistakes([...meaningless, ...select(false)])),
      ...checkTests(tests, access, now).flatMap(({ test: { place, severity }, failures }) =>
        remarks(
          severity === "refuse" ? "mistake" : "warning",
          failures.map(({ words }) => ({ ...place, reason: `fails: ${words}` })),
        ),
      ),
    ];
  } catch (error) {
    if (error instanceof CommandError) return [{ severity: "mistake", file: path, message: error.message }];
    if (!(error instanceof InvalidRulesError)) throw error;
    return remarks("mistake", error.mistakes);
  }
}

function createRemark(
  path: string,
  severity: Remark["severity"],
  { location, ...mistake }: Mistake,
  kind: Parameters<typeof formatMistake>[1],
): Remark {
  return { severity, file: path, ...location, message: formatMistake(mistake, kind) };
}

/** Returns the names in the organizations of layouts. A layout does not know the PRNs of its organizations. */
function readKnownNames(organizations: readonly LayoutOrganization[]): KnownNames {
  const isSelected =
    ({ name }: LayoutOrganization) =>
    ({ like, except }: Selector) =>
      selectsName({ like, except }, name) || like.some((text) => text.startsWith("prn:"));
  return {
    organizations: organizations.map((one) => ({
      name: one.name,
      isSelected: isSelected(one),
      groups: (one.groups ?? []).map(({ name }) => name),
      cohorts: (one.projects ?? []).flatMap(({ name, cohorts }) => cohorts.map((cohort) => `${name}/${cohort.name}`)),
    })),
    people: createKnownPeople(
      organizations.flatMap(listEmails),
      organizations.map((one) => ({
        isSelected: (selector: Selector) => selectsName(selector, one.name),
        isIgnored: createMatcher(one.roster.ignore),
      })),
    ),
    countsPatterns: true,
  };
}

/** Returns the addresses in an organization, also of people whose access has ended. */
function listEmails(organization: LayoutOrganization): readonly string[] {
  const { members, lastDays = {}, owner, groups = [] } = organization;
  return [
    ...Object.keys(members),
    ...Object.keys(lastDays),
    ...(owner === undefined ? [] : [owner]),
    ...groups.flatMap(({ members = [] }) => members),
    ...listLayoutObjects(organization).flatMap(({ access }) => access?.users ?? []),
  ];
}

/** Returns these layouts; undefined without one, or if one has mistakes. */
export function parseLayouts(
  paths: readonly string[],
  options: Pick<ValidationOptions, "folder" | "now">,
): readonly Layout[] | undefined {
  if (paths.length === 0) return undefined;
  try {
    return paths.map((path) => parseLayoutAt(path, options));
  } catch (error) {
    if (error instanceof InvalidLayoutError || error instanceof UserError) return undefined;
    throw error;
  }
}

/** Reports if a file has the key of access rules, and no key of a layout. */
function containsRules(source: SourceFile): boolean {
  const { value } = parseYaml(source, layoutKind);
  if (!isRecord(value) || "organizations" in value || "people" in value) return false;
  return "rules" in value || "tests" in value;
}

/** Reports if a file has a key of layouts, and no access rules. */
function containsLayout({ value }: ParsedDocument): boolean {
  return isRecord(value) && !("rules" in value || "tests" in value) && "organizations" in value;
}

/** Finds the entries whose end has passed. */
function findEndedEntries(source: SourceFile, now: Date): readonly Mistake[] {
  const document = parseYaml(source, layoutKind);
  return listMaps(document.value, "people").flatMap(([name, roles]) =>
    Object.entries(roles).flatMap(([organization, role]) => {
      const { until, afterwards } = roleEntry.safeParse(role).data ?? {};
      if (until === undefined || !hasEnded(until, now)) return [];
      const effect =
        afterwards === undefined
          ? "so the entry gives no access: remove the entry, unless it overrides the role of a team"
          : `so the role is ${afterwards}: write \`${organization}: ${afterwards}\``;
      const reason = `ended on ${formatEnd(canonicalizeEnd(until))}, ${effect}`;
      return [createMistake(document, ["people", name, organization], reason, "key")];
    }),
  );
}

/** Returns the maps below a key. */
function listMaps(value: unknown, name: string): readonly (readonly [key: string, value: Values])[] {
  const map = isRecord(value) ? value[name] : undefined;
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([key, inner]) => (isRecord(inner) ? [[key, inner] as const] : []));
}

/**
 * Finds the parts of a layout that the API of an organization does not support, in the words of a preview. `backend` is the API of
 * organizations without a connection.
 */
export function findUnsupported(layout: Layout, backend: BackendName, path: string): readonly Remark[] {
  const byConnection = groupBy(layout.organizations, ({ connection }) => connection);
  const remarks = [...byConnection].flatMap(([connection, organizations]) => {
    const chosen = traits[layout.connections.get(connection ?? "") ?? backend];
    const api = { explainUnsupported: (feature: Feature) => chosen.explainUnsupported(feature, offlineSettingNames) };
    return findUnmetInComponent(api, resources, composeLayout({ ...layout, organizations })).map(
      ({ unsupported, source }): Remark => {
        const message = `${source.input}: ${unsupported.reason}`;
        return { severity: "mistake", file: path, ...source.location, message };
      },
    );
  });
  // A default, or the role of a team, is one mistake, even if many organizations or people use it.
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}

/**
 * Rejects what the API of an organization does not support. In a base, it cannot be in force, and a plan shows its removal.
 * @throws CommandError with each unsupported part.
 */
export function rejectUnsupported(layout: Layout, backend: BackendName, path: string): void {
  const remarks = findUnsupported(layout, backend, path);
  if (remarks.length === 0) return;
  const lines = remarks.map(({ file, line = 1, column = 1, message }) => `\n  ${file}:${line}:${column}: ${message}`);
  throw new CommandError(`The API does not support parts of the layout:${lines.join("")}`);
}
