import satisfies from "semver/functions/satisfies";
import validRange from "semver/ranges/valid";
import { isRecord, type Path, type Source, type Values } from "#framework";
import { formatPath } from "#framework/messages";
import {
  createMistake,
  findClosest,
  type Mistake,
  type ParsedDocument,
  parseYaml,
  sortMistakes,
  suggest,
  validateShape,
  wrapValue,
} from "#framework/documents";
import { resolveAccess } from "./access";
import {
  checkConnections,
  type Connections,
  describeOmitted,
  getConnection,
  listConnectionNames,
  listConnections,
  omitUnsupportedDefaults,
} from "./connections";
import {
  describeDeclaration,
  describePart,
  type LayoutDeclaration,
  mergeDocuments,
  type OrganizationDeclarations,
} from "./declarations";
import type { LayoutSource } from "./files";
import { renameTeams } from "./formerTeams";
import { pattern } from "../types/pattern";
import { InvalidLayoutError, layoutKind } from "./mistakes";
import {
  assembleOrganization,
  checkAdmins,
  checkIgnored,
  findProvenance,
  type LayoutOrganization,
  listOrganizations,
} from "./organizations";
import { getEndTime } from "../types/end";
import { type LayoutPeople, resolvePeople } from "./people";
import { layoutFile } from "./schema";

export type { LayoutOrganization };

/** The organizations of a layout. The order of entries in its sources has no effect. */
export interface Layout {
  /** Sorted by name. */
  readonly organizations: readonly LayoutOrganization[];
  /**
   * Returns all declarations of a part of an organization, at least one. The path is a path of `LayoutOrganization`, such as
   * `["security"]`, `["members", "ada@acme.example"]` or `["projects", "firmware", "cohorts", "canary"]`.
   */
  readonly findDeclarations: (organization: string, path: Path) => readonly Source[];
  /** The mistakes that the ends of admin roles will cause: no admin, or an owner who is no admin. */
  readonly lapses: readonly Mistake[];
  /** The lapses, and remarks about teams without people, entries without effect, and parts that the next version rejects. */
  readonly warnings: readonly Mistake[];
  /** The connections by name; empty if the layout has none. */
  readonly connections: Connections;
  /** Remarks about defaults that the APIs of some of these organizations do not support. */
  readonly notes: readonly Mistake[];
}

export interface LayoutOptions {
  /** The moment at which entries have ended or not. */
  readonly now: Date;
  /** The organizations to return, by names in which `*` stands for any characters; undefined for all. All organizations are checked. */
  readonly only?: readonly string[] | undefined;
  /** The connection whose organizations to return; undefined for all. */
  readonly connection?: string | undefined;
  /** The provider's version, for `requires`. */
  readonly version: string;
}

/**
 * Parses the sources of one layout.
 * @throws InvalidLayoutError with all mistakes, each with its place and a remedy.
 */
export function parseLayout(
  sources: readonly LayoutSource[],
  { now, only, connection, version }: LayoutOptions,
): Layout {
  const renamed = sources.map((source) =>
    renameTeams("text" in source ? parseYaml(source, layoutKind) : wrapValue(source.value)),
  );
  const documents = renamed.map(({ document }) => document);
  // Checked first, because another version of the provider may accept declarations that are mistakes in this version.
  rejectMistakes(checkVersion(documents, version));

  const { declarations, mistakes: repeated } = mergeDocuments(documents);
  const connections = listConnections(documents);
  const declared = listOrganizations(documents, declarations);
  const fitted = [...declared.values()].map((one) => omitUnsupportedDefaults(one, connections));
  const organizations = new Map(fitted.map(({ organization }) => [organization.name, organization]));
  const names = [...organizations.keys()];
  const selections = only?.map((entry) => select(entry, names));
  // An unreadable document may contain the organization, team, group or admin that seems to be missing. So may a misspelled key.
  const isComplete = documents.every(({ value }) => isRecord(value) && isReadable(value, documents));
  const resolveAt = (moment: Date) =>
    resolvePeople(documents, declarations, { organizations: new Set(names), now: moment, isComplete });
  const people = resolveAt(now);
  const warnings = [...renamed.flatMap((one) => one.warnings), ...describeEmptyTeams(declarations), ...people.warnings];
  const sorted = [...organizations.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((organization) => ({ organization, access: resolveAccess(organization, people, isComplete) }));
  const mistakes = [
    ...documents.flatMap((document) => document.mistakes),
    ...documents
      .flatMap((document) => validateShape(document, layoutFile))
      .filter(({ path }) => !people.isMisplaced(path)),
    ...repeated,
    ...people.mistakes,
    ...(isComplete ? sorted.flatMap(({ organization }) => checkAdmins(organization, people)) : []),
    ...sorted.flatMap(({ organization }) => checkIgnored(organization, people)),
    ...sorted.flatMap(({ access }) => access.mistakes),
    ...(isComplete ? checkNames(documents, names, selections) : []),
    ...(isComplete ? checkConnections(documents, [...declared.values()]) : []),
    ...checkChoice(connection, listConnectionNames(documents), [...organizations.values()], selections),
  ];
  rejectMistakes(mistakes, warnings);
  const lapses = findLapses([...organizations.values()], people.listAdminEnds(), resolveAt);

  const assembled = sorted
    .filter(({ organization: { name } }) => selections?.some((selection) => selection.names.has(name)) ?? true)
    .map(({ organization, access }) => assembleOrganization(organization, people, access));
  const selected = assembled.filter((one) => connection === undefined || one.connection === connection);
  const selectedNames = new Set(selected.map(({ name }) => name));
  const omitted = fitted.flatMap((one) => one.omitted).filter((one) => selectedNames.has(one.organization));
  return {
    organizations: selected,
    connections,
    notes: sortMistakes(describeOmitted(omitted)),
    findDeclarations(organization, path) {
      const [first, second, ...below] = path;
      const object = organizations
        .get(organization)
        ?.objects.find(({ path: [, , key, name] }) => key === first && name === second);
      if (object !== undefined) return [describePart(object, below)];
      const declared =
        first === "members"
          ? [people.findDeclaration(organization, String(second)) ?? []].flat()
          : findProvenance(declarations, organization, String(first));
      if (declared.length === 0) {
        const whole = ["organizations", organization, ...path];
        return [{ input: formatPath(whole), location: organizations.get(organization)?.document.locate(whole, "key") }];
      }
      return declared.map((declaration) => describeDeclaration(declaration, organization));
    },
    lapses: sortMistakes(lapses),
    warnings: sortMistakes([...warnings, ...lapses]),
  };
}

/** Returns the first mistake of each organization that the end of an admin's role causes. */
function findLapses(
  organizations: readonly OrganizationDeclarations[],
  ends: readonly string[],
  resolveAt: (moment: Date) => LayoutPeople,
): readonly Mistake[] {
  const lapses = new Map<string, Mistake>();
  for (const end of ends) {
    const people = resolveAt(new Date(getEndTime(end)));
    for (const organization of organizations) {
      const [mistake] = checkAdmins(organization, people);
      if (mistake === undefined || lapses.has(organization.name)) continue;
      const reason = `is valid until ${end}. Afterwards it ${mistake.reason}`;
      lapses.set(organization.name, { ...mistake, reason });
    }
  }
  return [...lapses.values()];
}

const keys = Object.keys(layoutFile.shape);

/** The keys whose values declare the names that other parts of a layout use. */
const naming = ["organizations", "teams", "people"];

/** Returns false if an unknown key or an invalid value may hide organizations, teams or people. */
function isReadable(document: Values, documents: readonly ParsedDocument[]): boolean {
  const isMissing = (key: string) => !documents.some(({ value }) => isRecord(value) && key in value);
  const hides = (key: string) => findClosest(key, keys) !== undefined || ["organizations", "people"].some(isMissing);
  return (
    Object.keys(document).every((key) => keys.includes(key) || !hides(key)) &&
    naming.every((key) => !(key in document) || isRecord(document[key]))
  );
}

function rejectMistakes(mistakes: readonly Mistake[], warnings: readonly Mistake[] = []): void {
  if (mistakes.length > 0) throw new InvalidLayoutError(sortMistakes(mistakes), sortMistakes(warnings));
}

/** Remarks on teams without people, because their entries seem to give access. */
function describeEmptyTeams(declarations: readonly LayoutDeclaration[]): readonly Mistake[] {
  return declarations.flatMap(({ document, path, value }) =>
    path[0] === "teams" && Array.isArray(value) && value.length === 0
      ? [createMistake(document, path, "contains no one, so its roles give no one access", "key")]
      : [],
  );
}

/** Rejects documents that require another version of the provider. */
function checkVersion(documents: readonly ParsedDocument[], version: string): readonly Mistake[] {
  return documents.flatMap((document) => {
    const range = isRecord(document.value) ? document.value.requires : undefined;
    if (typeof range !== "string" || validRange(range) === null) return [];
    if (satisfies(version, range, { includePrerelease: true })) return [];
    const reason =
      `is ${range}, but this is version ${version}: ` +
      "install a matching version of the SDK and the plugin, or of peridio-gitops, or change `requires`";
    return [createMistake(document, ["requires"], reason)];
  });
}

/** An entry of `only`, and the organizations that it selects. */
interface Selection {
  readonly entry: string;
  readonly names: ReadonlySet<string>;
}

function select(entry: string, names: readonly string[]): Selection {
  const expression = pattern(entry);
  return { entry, names: new Set(names.filter((name) => expression.test(name))) };
}

/** Rejects a `connection` that the layout does not have, or that no organization of an entry of `only` has. */
function checkChoice(
  connection: string | undefined,
  names: readonly string[] | undefined,
  organizations: readonly OrganizationDeclarations[],
  selections?: readonly Selection[],
): readonly Mistake[] {
  if (connection === undefined || names === undefined) return [];
  if (names.includes(connection)) {
    if (selections === undefined) {
      if (organizations.some((one) => getConnection(one) === connection)) return [];
      const reason = `is ${connection}, but no organization of the layout has this connection: use another one, or add an organization`;
      return [{ path: "connection", reason }];
    }
    return selections.flatMap(({ entry, names: selected }, index) => {
      const own = new Set(organizations.filter(({ name }) => selected.has(name)).map(getConnection));
      if (own.size === 0 || own.has(connection)) return [];
      const reason =
        `is ${JSON.stringify(entry)}, whose connection is ${[...own].map((name = "none") => name).join(" or ")}, not ${connection}: ` +
        "remove it from `only`, or use its connection";
      return [{ path: `only[${index}]`, reason }];
    });
  }
  const reason =
    names.length === 0
      ? "is set, but the layout has no `connections`: declare them in the layout, or remove the property"
      : `is ${JSON.stringify(connection)}, which is not a connection of the layout: use one of ${names.join(", ")}${suggest(connection, names)}`;
  return [{ path: "connection", reason }];
}

/** Rejects a layout without organizations, and entries of `only` that select no organization. */
function checkNames(
  [first]: readonly ParsedDocument[],
  names: readonly string[],
  selections: readonly Selection[] = [],
): readonly Mistake[] {
  const none = "has no organization: declare one under `organizations`";
  return [
    ...(names.length > 0 ? [] : [first === undefined ? { path: "", reason: none } : createMistake(first, [], none)]),
    ...selections.flatMap(({ entry, names: selected }, index) => {
      if (selected.size > 0) return [];
      const [problem, remedy] = entry.includes("*")
        ? ["matches no organization in the layout", "use a pattern that matches one of"]
        : ["is not an organization in the layout", "use one of"];
      const hint = entry.includes("*") ? "" : suggest(entry, names);
      const reason = `is ${JSON.stringify(entry)}, which ${problem}: ${remedy} ${names.join(", ")}${hint}`;
      return [{ path: `only[${index}]`, reason }];
    }),
  ];
}
