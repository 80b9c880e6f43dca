import { isRecord } from "#framework";
import { key } from "../roster/declaration";
import type { LayoutOrganization } from "./layout";
import { type Mistake, createMistake, type ParsedDocument } from "#framework/documents";
import { sorted } from "./order";
import type { People } from "./people";
import { organizationEntry } from "./schema";
import type { Statement } from "./statements";

/** Where each organization is declared first. */
export function declarations(parts: readonly ParsedDocument[]): ReadonlyMap<string, ParsedDocument> {
  const found = new Map<string, ParsedDocument>();
  for (const part of parts) {
    const organizations = isRecord(part.value) ? part.value.organizations : undefined;
    for (const name of Object.keys(isRecord(organizations) ? organizations : {})) {
      if (!found.has(name)) found.set(name, part);
    }
  }
  return found;
}

/** One organization, before its values are known to be good. */
export interface Declared {
  readonly name: string;
  readonly where: ParsedDocument;
  readonly settings: ReadonlyMap<string, Statement>;
}

/** The statement for each setting of each organization: its own, or else the default. */
export function settingsByOrganization(
  names: Iterable<string>,
  statements: readonly Statement[],
): ReadonlyMap<string, Declared["settings"]> {
  const defaults = new Map<string, Statement>();
  for (const statement of statements) {
    const { path } = statement;
    if (path[0] === "defaults") defaults.set(path.slice(1).join("."), statement);
  }
  const settings = new Map([...names].map((name) => [name, new Map(defaults)]));
  for (const statement of statements) {
    const { path } = statement;
    if (path[0] === "organizations") settings.get(String(path[1]))?.set(path.slice(2).join("."), statement);
  }
  return settings;
}

/** All that says something of an organization's setting or section, and the defaults that would hold without it. */
export function saidOf(name: string, setting: string, statements: readonly Statement[]): readonly Statement[] {
  const defaults = statements.filter(({ path: [top, what] }) => top === "defaults" && what === setting);
  const own = statements.filter(
    ({ path: [top, whose, what] }) => top === "organizations" && whose === name && what === setting,
  );
  return [...defaults, ...own];
}

/** Refuses an organization that nobody administers, or that shall belong to somebody who is no admin of it. */
export function withoutAdmin({ name, where, settings }: Declared, people: People): readonly Mistake[] {
  if (people.isUncertain(name)) return [];
  const members = Object.entries(people.membersOf(name));
  const admins = new Set(members.filter(([, role]) => role === "admin").map(([email]) => key(email)));
  const ended = people.endedAdmins(name).map(({ email, until }) => `, since ${email} was one until ${until}`);
  const owner = settings.get("owner");
  const mistakes: Mistake[] = [];
  if (admins.size === 0) {
    const reason = `has no admin${ended.join("")}: give somebody the role admin in it, under \`people\``;
    mistakes.push(createMistake(where, ["organizations", name], reason, "key"));
  } else if (typeof owner?.value === "string" && !admins.has(key(owner.value))) {
    const reason = `must be an admin of ${name}: give ${owner.value} that role, under \`people\``;
    mistakes.push(createMistake(owner.part, owner.path, reason));
  }
  return mistakes;
}

/** What resources are made of. The settings are known to be good. */
export function laidOut(name: string, settings: ReadonlyMap<string, Statement>, people: People): LayoutOrganization {
  const nested: Record<string, unknown> = {};
  for (const [path, { value }] of settings) {
    const [first = "", second] = path.split(".");
    const section = nested[first];
    nested[first] = second === undefined ? value : { ...(isRecord(section) ? section : {}), [second]: value };
  }
  const { roster, security, billing, ...rest } = organizationEntry.parse(nested);
  const lastDays = people.lastDaysIn(name);
  return {
    name,
    ...rest,
    members: people.membersOf(name),
    ...(Object.keys(lastDays).length > 0 && { lastDays }),
    roster: sorted(roster ?? {}),
    ...(security !== undefined && { security: sorted(security) }),
    ...(billing !== undefined && { billing: sorted(billing) }),
  };
}
