import type { z } from "zod";
import type { BillingSettings, Role, SecuritySettings, Unknown } from "../../../provider/src/api";
import { canonicalCidr } from "../../../provider/src/core/cidr";
import { parsePath } from "../../../provider/src/core/path";
import { version } from "../../../provider/src/core/version";
import { layoutOf } from "../../../provider/src/layouts/layout";
import { InvalidLayout, type Mistake, told } from "../../../provider/src/layouts/mistakes";
import type { organizationPart } from "../../../provider/src/layouts/schema";
import { fromSeconds } from "../../../provider/src/resources/types/duration";
import type { Inventory, Spelling } from "./inventory";

/** What a layout says of one organization. */
export interface Entry {
  readonly name: string;
  /** Its PRN. */
  readonly id: string;
  readonly settings: Settings;
  /** Roles by e-mail address, sorted. */
  readonly roles: ReadonlyMap<string, Role | Unknown>;
}

/** As in a layout, but for the billing settings: Peridio may have values that a layout may not declare. */
type Settings = Omit<z.input<typeof organizationPart>, "billing"> & { readonly billing?: object };

/** The parts of an organization that a layout can do without. */
const parts = ["owner", "security", "billing"] as const;

/** What can be missing from a layout: a part of an organization, or all of it. */
export const left = [...parts, "organization"] as const;

/** Something that Peridio has and no layout may say. */
export interface LeftOut {
  readonly organization: string;
  readonly part: (typeof left)[number];
  /** The rules of layouts that it breaks, each as a sentence without a full stop. */
  readonly reasons: readonly string[];
  /** As the layout would have said it. */
  readonly value: unknown;
}

/** What a layout says of an organization, undefined if it may not say even the least, and what it does not say. */
export interface Entered {
  readonly found: Inventory;
  readonly entry: Entry | undefined;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Turns what Peridio has into what a layout says. Settings that are as Peridio starts with them are not mentioned. The reader
 * of layouts judges: where it refuses a part, that is left out as a whole, since an import takes over all of a part or nothing.
 */
export function entered(found: Inventory, spelling: Spelling): Entered {
  const { id, name } = found.organization;
  const roles = new Map(found.people.map(({ email, role }) => [spelling(email), role]));
  const whole = { name, id, settings: settingsOf(found, spelling), roles };
  const mistakes = mistakesIn(whole);
  const broken = parts.filter((part) => mistakes.some((mistake) => partOf(mistake) === part));
  const rest = Object.fromEntries(
    Object.entries(whole.settings).filter(([part]) => !broken.some((one) => one === part)),
  );
  const entry = { ...whole, settings: rest };
  if (mistakesIn(entry).length > 0) {
    const value = { ...whole.settings, people: Object.fromEntries(roles) };
    return {
      found,
      entry: undefined,
      leftOut: [{ organization: name, part: "organization", reasons: mistakes.map(told), value }],
    };
  }
  const leftOut = broken.map((part): LeftOut => {
    const reasons = mistakes.filter((mistake) => partOf(mistake) === part).map(told);
    return { organization: name, part, reasons, value: whole.settings[part] };
  });
  return { found, entry, leftOut };
}

/** What the reader of layouts has against the entry. */
function mistakesIn({ name, settings, roles }: Entry): readonly Mistake[] {
  const people = Object.fromEntries([...roles].map(([email, role]) => [email, { [name]: role }]));
  try {
    layoutOf([{ value: { organizations: { [name]: settings }, people } }], { today: "0001-01-01", version });
    return [];
  } catch (error) {
    if (error instanceof InvalidLayout) return error.mistakes;
    throw error;
  }
}

/** Which part of an organization a mistake is about; undefined where the layout cannot do without it. */
function partOf({ path }: Mistake): string | undefined {
  const [top, , part] = parsePath(path) ?? [];
  return top === "organizations" && part !== undefined ? String(part) : undefined;
}

function settingsOf({ organization, security, billing }: Inventory, spelling: Spelling): Settings {
  const { name, displayName, description, contactEmail, owner } = organization;
  const [declaredSecurity, declaredBilling] = [
    security === undefined ? {} : securityOf(security),
    billing === undefined ? {} : billingOf(billing),
  ];
  return {
    ...(displayName !== name && { displayName }),
    ...(typeof description === "string" && { description }),
    ...(typeof contactEmail === "string" && { contactEmail }),
    ...(owner !== undefined && { owner: spelling(owner.email) }),
    ...(Object.keys(declaredSecurity).length > 0 && { security: declaredSecurity }),
    ...(Object.keys(declaredBilling).length > 0 && { billing: declaredBilling }),
  };
}

function securityOf(settings: SecuritySettings): NonNullable<Settings["security"]> {
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

function billingOf({ billingEmail, paymentMethod, usageAlerts }: BillingSettings): object {
  return {
    ...(billingEmail !== null && { billingEmail }),
    ...(paymentMethod !== null && { paymentMethod }),
    ...(usageAlerts.length > 0 && { usageAlerts: usageAlerts.map((alert) => ({ ...alert })) }),
  };
}
