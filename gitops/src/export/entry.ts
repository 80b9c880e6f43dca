import type { z } from "zod";
import {
  type BillingSettings,
  type Role,
  type SecuritySettings,
  type Unknown,
  canonicalCidr,
  version,
  fromSeconds,
} from "#provider";
import { parseLayout, InvalidLayoutError, formatLayoutMistake, type organizationEntry } from "#layout";
import type { Mistake } from "#framework/documents";
import { parsePath } from "#framework";
import type { Inventory, Spelling } from "./inventory";

/** The declaration of one organization in a layout. */
export interface Entry {
  readonly name: string;
  /** Its PRN. */
  readonly id: string;
  readonly settings: Settings;
  /** Roles by e-mail address, sorted. */
  readonly roles: ReadonlyMap<string, Role | Unknown>;
}

/** The settings of a layout, except for billing: Peridio may have values that a layout rejects. */
type Settings = Omit<z.input<typeof organizationEntry>, "billing"> & { readonly billing?: object };

/** The optional parts of an organization in a layout. */
const parts = ["owner", "security", "billing"] as const;

/** The parts that can be missing from a layout; `organization` is the whole organization. */
export const omittableParts = [...parts, "organization"] as const;

/** Something that Peridio has and a layout rejects. */
export interface OmittedPart {
  readonly organization: string;
  readonly part: (typeof omittableParts)[number];
  /** The broken rules of layouts, each as a sentence without a full stop. */
  readonly reasons: readonly string[];
  /** The value in the spelling of a layout. */
  readonly value: unknown;
}

/** The declaration of an organization, undefined if a layout rejects even the required parts, and the rejected parts. */
export interface ExportedEntry {
  readonly inventory: Inventory;
  readonly entry: Entry | undefined;
  readonly leftOut: readonly OmittedPart[];
}

/**
 * Converts the contents of Peridio into a layout without defaults. If the reader of layouts rejects a part, the
 * export omits the whole part: an import adopts a part completely or not at all.
 */
export function createEntry(inventory: Inventory, getSpelling: Spelling): ExportedEntry {
  const { id, name } = inventory.organization;
  const roles = new Map(inventory.people.map(({ email, role }) => [getSpelling(email), role]));
  const complete = { name, id, settings: getSettings(inventory, getSpelling), roles };
  const mistakes = findMistakes(complete);
  const broken = parts.filter((part) => mistakes.some((mistake) => getPart(mistake) === part));
  const rest = Object.fromEntries(
    Object.entries(complete.settings).filter(([part]) => !broken.some((name) => name === part)),
  );
  const entry = { ...complete, settings: rest };
  if (findMistakes(entry).length > 0) {
    const value = { ...complete.settings, people: Object.fromEntries(roles) };
    return {
      inventory,
      entry: undefined,
      leftOut: [{ organization: name, part: "organization", reasons: mistakes.map(formatLayoutMistake), value }],
    };
  }
  const leftOut = broken.map((part): OmittedPart => {
    const reasons = mistakes.filter((mistake) => getPart(mistake) === part).map(formatLayoutMistake);
    return { organization: name, part, reasons, value: complete.settings[part] };
  });
  return { inventory, entry, leftOut };
}

/** Returns the mistakes that the reader of layouts finds in the entry. */
function findMistakes({ name, settings, roles }: Entry): readonly Mistake[] {
  const people = Object.fromEntries([...roles].map(([email, role]) => [email, { [name]: role }]));
  try {
    parseLayout([{ value: { organizations: { [name]: settings }, people } }], { today: "0001-01-01", version });
    return [];
  } catch (error) {
    if (error instanceof InvalidLayoutError) return error.mistakes;
    throw error;
  }
}

/** Returns the part of an organization that a mistake is about; undefined for a required part. */
function getPart({ path }: Mistake): string | undefined {
  const [top, , part] = parsePath(path) ?? [];
  return top === "organizations" && part !== undefined ? String(part) : undefined;
}

function getSettings({ organization, security, billing }: Inventory, getSpelling: Spelling): Settings {
  const { name, displayName, description, contactEmail, owner } = organization;
  const [declaredSecurity, declaredBilling] = [
    security === undefined ? {} : getSecurity(security),
    billing === undefined ? {} : getBilling(billing),
  ];
  return {
    ...(displayName !== name && { displayName }),
    ...(typeof description === "string" && { description }),
    ...(typeof contactEmail === "string" && { contactEmail }),
    ...(owner !== undefined && { owner: getSpelling(owner.email) }),
    ...(Object.keys(declaredSecurity).length > 0 && { security: declaredSecurity }),
    ...(Object.keys(declaredBilling).length > 0 && { billing: declaredBilling }),
  };
}

function getSecurity(settings: SecuritySettings): NonNullable<Settings["security"]> {
  const { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation } = settings;
  return {
    ...(requireTwoFactor && { requireTwoFactor }),
    ...(ipAllowlist.length > 0 && {
      ipAllowlist: ipAllowlist.map(({ cidr, description }) => {
        const block = canonicalCidr(cidr);
        return description === null ? block : { cidr: block, description };
      }),
    }),
    ...(sessionTimeout !== null && { sessionTimeout: fromSeconds(sessionTimeout) }),
    ...(apiKeyRotation !== null && { apiKeyRotation }),
  };
}

function getBilling({ billingEmail, paymentMethod, usageAlerts }: BillingSettings): object {
  return {
    ...(billingEmail !== null && { billingEmail }),
    ...(paymentMethod !== null && { paymentMethod }),
    ...(usageAlerts.length > 0 && { usageAlerts: usageAlerts.map((alert) => ({ ...alert })) }),
  };
}
