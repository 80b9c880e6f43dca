import { Document, isMap, isScalar, type Scalar, visit } from "yaml";
import { type Role, type Unknown, canonicalizeEmail } from "#provider";
import { isRecord } from "#framework";
import { omitAbsent } from "#framework/definitions";
import type { ExportedEntry, LayoutEntry } from "./entry";
import { describePart } from "./leftOutPart";
import { compareTexts } from "../wording";
import { type OptionalFact, findUnreported, describeUnreported } from "./inventory";
import { nameTeams, type Team } from "./teams";

/** The beginning of every layout file that an export has written. */
export const mark = "# Written by `peridio-gitops export`";

/** The header of every layout file. */
function writeHeader(unreported: readonly OptionalFact[], api: string, teams: readonly Team[]): string {
  const contents =
    unreported.length === 0
      ? "organizations as they are in Peridio. Absent settings have Peridio's defaults, unless a comment says that they are left out."
      : `organizations.\n# With ${api}, an export does not contain ${describeUnreported(unreported)}.`;
  const remark =
    teams.length === 0
      ? ""
      : "# Each team contains people with equal roles and groups. Replace its name everywhere by a better one.\n";
  return `${mark}: ${contents}\n# Peridio does not store last days of access. To end a person's access on a day, add \`until\` to the person's role.\n${remark}`;
}

/** The longest line with all roles of a person, or with a list of people. */
const widest = 100;

/**
 * Returns a layout file with these entries and comments on the parts that the export leaves out. `api` is the name of the API. The names
 * of `teams` take the places of their people.
 */
export function writeLayout(all: readonly ExportedEntry[], api: string, teams: readonly Team[]): string {
  const entries = all.flatMap(({ entry }) => (entry === undefined ? [] : [nameTeams(entry, teams)]));
  // `compat` quotes texts that an older YAML reader would not read as texts, such as yes.
  const document = new Document({}, { schema: "core", compat: "yaml-1.1" });
  const createLine = (value: unknown) => document.createNode(value, { flow: true });
  const settings = entries.map(({ name, settings: { groups, projects, ...settings } }) => {
    const shaped = shapeSettings(settings, 0, createLine);
    const objects = omitAbsent({
      groups: shapeObjects(groups, createLine),
      projects: shapeObjects(projects, createLine),
    });
    return [name, { ...(isRecord(shaped) && shaped), ...objects }] as const;
  });
  const people = [...groupPeople(entries)].map(([email, roles]) => {
    const entry = Object.fromEntries(roles);
    return [email, fitsOnOneLine(email, roles) ? createLine(entry) : entry] as const;
  });
  const organizations = document.createNode(Object.fromEntries(settings));
  if (isMap(organizations)) {
    for (const { key } of organizations.items) if (isScalar(key)) addComment(key, all);
  }
  document.set("organizations", organizations);
  if (teams.length > 0) {
    const lists = teams.map(({ name, people }) => [name, shapeObjects(people, createLine)]);
    document.set("teams", document.createNode(Object.fromEntries(lists)));
  }
  document.set("people", document.createNode(Object.fromEntries(people)));
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && !isPlain(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  const unreported = findUnreported(all.map(({ inventory }) => inventory));
  return `${writeHeader(unreported, api, teams)}${escapeInvisible(document.toString({ lineWidth: 0 }))}`;
}

/** Escapes invisible characters, which occur only in double quotes and in comments. A reader of the file sees them. */
function escapeInvisible(text: string): string {
  return text.replace(/(?![\n ])[\p{C}\p{Z}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Returns all people with their roles by organization; both sorted. */
function groupPeople(entries: readonly LayoutEntry[]): ReadonlyMap<string, ReadonlyMap<string, Role | Unknown>> {
  const people = new Map<string, Map<string, Role | Unknown>>();
  for (const { name, roles } of entries) {
    for (const [email, role] of roles)
      people.set(email, (people.get(email) ?? new Map<string, Role | Unknown>()).set(name, role));
  }
  return new Map([...people].sort(([a], [b]) => compareTexts(canonicalizeEmail(a), canonicalizeEmail(b))));
}

/** Writes each setting on a line. Values within it, such as the blocks of an allowlist, share its line. */
function shapeSettings(value: unknown, depth: number, createLine: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeSettings(item, 2, createLine));
  if (!isRecord(value)) return value;
  if (depth === 2) return createLine(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, shapeSettings(inner, depth + 1, createLine)]),
  );
}

/** Writes each property of a group, project or cohort on a line, and a long list of people on several lines. */
function shapeObjects(value: unknown, createLine: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return JSON.stringify(value).length > widest ? value : createLine(value);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeObjects(inner, createLine)]));
}

function fitsOnOneLine(email: string, roles: ReadonlyMap<string, Role | Unknown>): boolean {
  return (
    [...roles].reduce((length, [name, role]) => length + `${name}: ${role}, `.length, `  ${email}: { } `.length) <=
    widest
  );
}

function addComment(name: Scalar, all: readonly ExportedEntry[]): void {
  const parts = all.flatMap(({ leftOut }) => leftOut.filter(({ organization }) => organization === name.value));
  if (parts.length === 0) return;
  name.commentBefore = ` Left out, because a layout cannot declare these parts (see left-out.json): ${parts.map(describePart).join(", ")}.`;
}

/** Reports if a text has only visible characters and needs no quotes, apart from YAML's own rules. */
function isPlain(text: string): boolean {
  return !/[^\P{C}\n]|[^\P{Z} ]/u.test(text);
}
