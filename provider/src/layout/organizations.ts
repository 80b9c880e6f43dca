import type { z } from "zod";
import { isRecord, type Values } from "#framework";
import { listBriefly } from "#framework/messages";
import { createMistake, type Mistake, type ParsedDocument } from "#framework/documents";
import { canonicalizeEmail, hasAdminRights, type Role } from "../api";
import type { billingSettings } from "../resources/billingSettings";
import type { organizationMembers } from "../resources/organizationMembers";
import type { securityPolicy } from "../resources/securityPolicy";
import type { LayoutGroup, LayoutProject, OrganizationAccess } from "./access";
import type { tunnels } from "./accessSchema";
import { type LayoutDeclaration, isObject, type OrganizationDeclarations } from "./declarations";
import type { LayoutPeople } from "./people";
import { createMatcher } from "../roster/declaration";
import { email } from "../types/email";
import { organizationEntry } from "./schema";

/** An organization of a layout, with the defaults applied. Its sections are inputs of resources, without `organizationId`. */
export interface LayoutOrganization {
  readonly name: string;
  /** The name of its connection; undefined if the layout has none. */
  readonly connection?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly contactEmail?: string | undefined;
  readonly forceDestroy?: boolean | undefined;
  readonly deletionPolicy?: "delete" | "retain" | undefined;
  /** The e-mail address of an admin; undefined if the layout declares no owner. */
  readonly owner?: string | undefined;
  /** Roles by e-mail address, sorted, with at least one admin. Excludes people whose access has ended. */
  readonly members: Readonly<Record<string, Role>>;
  /** The ends of roles by e-mail address, including past ones without a role afterwards; undefined if there are none. */
  readonly lastDays?: Readonly<Record<string, string>>;
  /** The roles after those ends, by e-mail address; undefined if there are none. */
  readonly rolesAfterwards?: Readonly<Record<string, Role>>;
  readonly roster: Omit<z.output<typeof organizationMembers.inputs>, "organizationId" | "members">;
  /** Undefined if the layout declares no security settings. */
  readonly security?: Omit<z.output<typeof securityPolicy.inputs>, "organizationId">;
  /** Undefined if the layout declares no billing settings. */
  readonly billing?: Omit<z.output<typeof billingSettings.inputs>, "organizationId">;
  /** Undefined if the layout does not declare the tunnel policy of the organization. */
  readonly tunnels?: z.output<typeof tunnels>;
  /** The groups in Peridio, sorted by name; undefined if the layout declares none. */
  readonly groups?: readonly LayoutGroup[];
  /** Sorted by name; undefined if the layout declares none. */
  readonly projects?: readonly LayoutProject[];
}

/** Returns the declarations of each organization by name, in the order of the documents. */
export function listOrganizations(
  documents: readonly ParsedDocument[],
  declarations: readonly LayoutDeclaration[],
): ReadonlyMap<string, OrganizationDeclarations> {
  const organizations = new Map<
    string,
    OrganizationDeclarations & {
      readonly settings: Map<string, LayoutDeclaration>;
      readonly objects: LayoutDeclaration[];
    }
  >();
  const defaults = declarations.flatMap((declaration) =>
    declaration.path[0] === "defaults" ? [[declaration.path.slice(1).join("."), declaration] as const] : [],
  );
  for (const document of documents) {
    const declared = isRecord(document.value) ? document.value.organizations : undefined;
    for (const name of Object.keys(isRecord(declared) ? declared : {})) {
      if (!organizations.has(name))
        organizations.set(name, { name, document, settings: new Map(defaults), objects: [] });
    }
  }
  for (const declaration of declarations) {
    const [top, name, ...setting] = declaration.path;
    if (top !== "organizations") continue;
    if (isObject(declaration)) organizations.get(String(name))?.objects.push(declaration);
    else organizations.get(String(name))?.settings.set(setting.join("."), declaration);
  }
  return organizations;
}

/**
 * Returns the places that declare a setting of an organization: first in `defaults`, then in the organization. Unlike `settings`,
 * includes overridden defaults.
 */
export function findProvenance(
  declarations: readonly LayoutDeclaration[],
  organization: string,
  setting: string,
): readonly LayoutDeclaration[] {
  const defaults = declarations.filter(({ path }) => path[0] === "defaults" && path[1] === setting);
  const own = declarations.filter(
    ({ path }) => path[0] === "organizations" && path[1] === organization && path[2] === setting,
  );
  return [...defaults, ...own];
}

/** Rejects an organization without an admin, or with an owner who is not an admin. */
export function checkAdmins(
  { name, document, settings }: OrganizationDeclarations,
  people: LayoutPeople,
): readonly Mistake[] {
  if (people.isUncertain(name)) return [];
  const members = Object.entries(people.listMembers(name));
  const admins = new Set(members.filter(([, role]) => hasAdminRights(role)).map(([email]) => canonicalizeEmail(email)));
  if (admins.size === 0) {
    const ended = people.listEndedAdmins(name).map(({ email, until }) => `${email} was an admin until ${until}`);
    const cause = ended.length === 0 ? "" : `, because ${ended.join(" and ")}`;
    const reason = `has no admin${cause}: give a person the role admin, under \`people\``;
    return [createMistake(document, ["organizations", name], reason, "key")];
  }
  const owner = settings.get("owner");
  if (typeof owner?.value !== "string" || admins.has(canonicalizeEmail(owner.value))) return [];
  // The schema rejects a text that is no address.
  if (!email.safeParse(owner.value).success) return [];
  const reason = `must be an admin of ${name}: declare an admin as the owner, or give ${owner.value} the role admin, under \`people\``;
  return [createMistake(owner.document, owner.path, reason)];
}

/** Rejects a `roster.ignore` that matches declared people, because the provider refuses such a roster. */
export function checkIgnored({ name, settings }: OrganizationDeclarations, people: LayoutPeople): readonly Mistake[] {
  const declared = settings.get("roster.ignore");
  if (declared === undefined) return [];
  const ignored = Object.keys(people.listMembers(name)).filter(createMatcher(declared.value));
  if (ignored.length === 0) return [];
  const reason = `matches ${listBriefly(ignored)}, who ${ignored.length === 1 ? "has a role" : "have roles"} in ${name}: change the pattern, or remove the role`;
  return [createMistake(declared.document, declared.path, reason)];
}

/** The entry of an organization without its groups and projects. */
const settingsEntry = organizationEntry.omit({ groups: true, projects: true });

/** Assembles an organization from declarations without mistakes. */
export function assembleOrganization(
  { name, settings }: OrganizationDeclarations,
  people: LayoutPeople,
  { groups, projects }: OrganizationAccess,
): LayoutOrganization {
  const entry: Record<string, unknown> = {};
  for (const [setting, { value }] of settings) {
    const [first = "", second] = setting.split(".");
    const section = entry[first];
    entry[first] = second === undefined ? value : { ...(isRecord(section) ? section : {}), [second]: value };
  }
  const { roster, security, tunnels, billing, ...rest } = settingsEntry.parse(entry);
  const lastDays = people.listLastDays(name);
  const rolesAfterwards = people.listRolesAfterwards(name);
  return {
    name,
    ...rest,
    members: people.listMembers(name),
    ...(Object.keys(lastDays).length > 0 && { lastDays }),
    ...(Object.keys(rolesAfterwards).length > 0 && { rolesAfterwards }),
    roster: sortLists(roster ?? {}),
    ...(security !== undefined && { security: sortLists(security) }),
    ...(tunnels !== undefined && { tunnels }),
    ...(billing !== undefined && { billing: sortLists(billing) }),
    ...(groups.length > 0 && { groups }),
    ...(projects.length > 0 && { projects }),
  };
}

/** Sorts the lists of a section, because their order has no meaning. */
function sortLists<Section extends Values>(section: Section): Section {
  const copy = { ...section };
  for (const value of Object.values(copy)) {
    if (Array.isArray(value)) value.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return copy;
}
