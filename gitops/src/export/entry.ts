import {
  type BillingSettings,
  type Role,
  type SecuritySettings,
  type Unknown,
  canonicalCidr,
  version,
  fromSeconds,
} from "#provider";
import { parseLayout, InvalidLayoutError, formatLayoutMistake } from "#layout";
import type { Mistake } from "#framework/documents";
import { isRecord, type Path, type Values } from "#framework";
import { formatPath } from "#framework/messages";
import type { LayoutType } from "../objects/rows";
import { createAccessEntry } from "./accessEntry";
import type { Inventory, Spelling } from "./inventory";
import { type LeftOutPart, optionalSettings } from "./leftOutPart";
import { omitEmpty } from "./omitEmpty";

/** The declaration of one organization in a layout. */
export interface LayoutEntry {
  readonly name: string;
  /** Its PRN. */
  readonly id: string;
  /** The values below the name of the organization: Peridio may have values that a layout rejects. */
  readonly settings: Values;
  /** Roles by e-mail address, sorted. */
  readonly roles: ReadonlyMap<string, Role | Unknown>;
  /** The ids of groups, projects and cohorts, by type and name of the resource, such as `Group acme-dev/field-engineers`. */
  readonly ids: ReadonlyMap<string, string>;
}

/** The declaration of an organization, undefined if a layout rejects even the required parts, and the parts that the export leaves out. */
export interface ExportedEntry {
  readonly inventory: Inventory;
  readonly entry: LayoutEntry | undefined;
  readonly leftOut: readonly LeftOutPart[];
}

/**
 * Converts the contents of Peridio into a layout without defaults. If the reader of layouts rejects a part, the
 * export leaves out the whole part: an import adopts a part completely or not at all.
 */
export function createEntry(inventory: Inventory, getSpelling: Spelling): ExportedEntry {
  const { id, name } = inventory.organization;
  const roles = new Map(inventory.people.map(({ email, role }) => [getSpelling(email), role]));
  const { settings, ids, leftOut } = createAccessEntry(inventory, getSpelling);
  const complete = { name, id, settings: { ...getSettings(inventory, getSpelling), ...settings }, roles, ids };
  return { inventory, ...leaveOutRejected(complete, leftOut) };
}

/** Leaves out the parts that the reader of layouts rejects, and then the parts that it rejects without them. `leftOut` are the earlier ones. */
function leaveOutRejected(entry: LayoutEntry, leftOut: readonly LeftOutPart[]): Omit<ExportedEntry, "inventory"> {
  const mistakes = findMistakes(entry);
  if (mistakes.length === 0) return { entry, leftOut };
  const parts = listParts(entry);
  const found = mistakes.map((mistake) => ({ mistake, part: findPart(mistake, parts) }));
  if (found.some(({ part }) => part === undefined)) {
    const value = { ...entry.settings, people: Object.fromEntries(entry.roles) };
    const reasons = mistakes.map(formatLayoutMistake);
    return {
      entry: undefined,
      leftOut: [...leftOut, { organization: entry.name, part: "organization", reasons, value }],
    };
  }
  const rejected = parts.flatMap(({ path, ...part }) => {
    const reasons = found.flatMap((one) => (one.part?.path === path ? [formatLayoutMistake(one.mistake)] : []));
    return reasons.length === 0 ? [] : [{ path, part: { ...part, reasons } }];
  });
  const settings = rejected.reduce((rest, { path }) => removePath(rest, path), entry.settings);
  return leaveOutRejected({ ...entry, settings }, [...leftOut, ...rejected.map(({ part }) => part)]);
}

/** A part that an export can leave out, and its path below the organization. */
interface PartAtPath extends Omit<LeftOutPart, "reasons"> {
  readonly path: Path;
}

/** Returns the parts of an entry that an export can leave out, in the order of reports. */
function listParts({ name: organization, settings }: LayoutEntry): readonly PartAtPath[] {
  const list = (part: PartAtPath["part"], path: Path, within: unknown, prefix = ""): readonly PartAtPath[] =>
    Object.entries(isRecord(within) ? within : {}).map(([name, value]) => ({
      organization,
      part,
      name: `${prefix}${name}`,
      value,
      path: [...path, name],
    }));
  const projects = list("project", ["projects"], settings.projects);
  const objects: Readonly<Record<LayoutType, readonly PartAtPath[]>> = {
    group: list("group", ["groups"], settings.groups),
    project: projects,
    cohort: projects.flatMap(({ name = "", value, path }) =>
      list("cohort", [...path, "cohorts"], isRecord(value) ? value.cohorts : undefined, `${name}/`),
    ),
  };
  const tunnels = objects.cohort.flatMap(({ value, path, ...cohort }): readonly PartAtPath[] =>
    isRecord(value) && "tunnels" in value
      ? [{ ...cohort, part: "tunnels", value: value.tunnels, path: [...path, "tunnels"] }]
      : [],
  );
  return [
    ...optionalSettings.map((part) => ({ organization, part, value: settings[part], path: [part] })),
    ...Object.values(objects).flat(),
    ...tunnels,
  ];
}

/**
 * Returns the smallest part that contains a mistake; undefined for a part that an export cannot leave out. A mistake has the path of
 * its value as a text of `formatPath`, which writes each path in one way.
 */
function findPart({ path }: Mistake, parts: readonly PartAtPath[]): PartAtPath | undefined {
  const containing = parts.filter((part) => {
    const prefix = formatPath(["organizations", part.organization, ...part.path]);
    return path.startsWith(prefix) && ["", ".", "["].includes(path.charAt(prefix.length));
  });
  return containing.sort((a, b) => b.path.length - a.path.length)[0];
}

/** Returns values without the one at a path, and without maps that this empties. */
function removePath(values: Values, [step = "", ...below]: Path): Values {
  const { [step]: inner, ...rest } = values;
  if (below.length === 0 || !isRecord(inner)) return rest;
  const left = removePath(inner, below);
  return Object.keys(left).length === 0 ? rest : { ...rest, [step]: left };
}

/** Returns the mistakes that the reader of layouts finds in the entry. */
function findMistakes(entry: LayoutEntry): readonly Mistake[] {
  try {
    // The day does not matter, because an exported role has no `until`.
    parseLayout([{ value: toLayout(entry) }], { now: new Date("0001-01-01"), version });
    return [];
  } catch (error) {
    if (error instanceof InvalidLayoutError) return error.mistakes;
    throw error;
  }
}

/** Returns a layout with only this entry. */
export function toLayout({ name, settings, roles }: LayoutEntry): Values {
  const people = Object.fromEntries([...roles].map(([email, role]) => [email, { [name]: role }]));
  return { organizations: { [name]: settings }, people };
}

function getSettings({ organization, security, billing }: Inventory, getSpelling: Spelling): Values {
  const { name, displayName, description, contactEmail, owner } = organization;
  return omitEmpty({
    ...(displayName !== name && { displayName }),
    description,
    contactEmail,
    owner: owner && getSpelling(owner.email),
    security: security && getSecurity(security),
    billing: billing && getBilling(billing),
  });
}

function getSecurity({ requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation }: SecuritySettings): Values {
  return omitEmpty({
    ...(requireTwoFactor && { requireTwoFactor }),
    ipAllowlist: ipAllowlist.map(({ cidr, description }) => {
      const block = canonicalCidr(cidr);
      return description === null ? block : { cidr: block, description };
    }),
    ...(sessionTimeout !== null && { sessionTimeout: fromSeconds(sessionTimeout) }),
    apiKeyRotation,
  });
}

function getBilling({ billingEmail, paymentMethod, usageAlerts }: BillingSettings): Values {
  return omitEmpty({ billingEmail, paymentMethod, usageAlerts: usageAlerts.map((alert) => ({ ...alert })) });
}
