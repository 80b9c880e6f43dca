import type { Organization } from "../../access/access";
import {
  type Declarations,
  findResets,
  billing,
  general,
  describeGeneralSection,
  type SettingsSection,
  sections,
  security,
} from "../../access/settings";
import {
  type Hidden,
  isHidden,
  describeResource,
  mayDiffer,
  type Resource,
  type ResourceKind,
} from "../../preview/resource";
import type { Sides } from "../../access/sides";
import { type Contradiction, listStacks } from "../contradiction";
import { type SettingReview, riskNames } from "../review";
import { reviewGuardrails, reviewInitialGuardrails, reviewRetention, reviewReleases } from "./guards";
import {
  paymentMethod,
  usageAlerts,
  apiKeyRotation,
  ipAllowlist,
  requireTwoFactor,
  sessionTimeout,
  createAddressSetting,
  type Change,
  compareSetting,
  type Circumstances,
  createTextSetting,
  type Setting,
  describeInitial,
} from "./setting";

type SectionName = "general" | "security" | "billing";

/** One setting of organizations, of any type. */
interface Row {
  readonly section: SectionName;
  readonly setting: string;
  /** The label of the setting. */
  readonly label: string;
  readonly change: (was: Organization | undefined, is: Organization, how: Circumstances) => Change | undefined;
  /** Describes the setting of a new organization; undefined for a default. */
  readonly stated: (fresh: Organization, is: Organization) => string | undefined;
  /** Returns the value in words; undefined if it is unknown. */
  readonly shown: (one: Organization) => string | undefined;
  /** Reports if two values mean the same. An undefined value equals every value. */
  readonly same: (one: Organization, other: Organization) => boolean;
}

function createRow<T>(
  section: SectionName,
  setting: string,
  words: Setting<T>,
  pick: (organization: Organization) => T | Hidden | undefined,
): Row {
  const told = (one: Organization) => {
    const value = pick(one);
    return isHidden(value) ? undefined : value;
  };
  return {
    section,
    setting,
    label: words.label,
    change: (was, is, how) => compareSetting(words, was && pick(was), pick(is), how),
    stated: (fresh, is) => describeInitial(words, pick(fresh), pick(is)),
    shown: (one) => {
      const value = told(one);
      return value === undefined ? undefined : words.show(value);
    },
    same: (one, other) => {
      const [a, b] = [told(one), told(other)];
      return a === undefined || b === undefined || words.same(a, b);
    },
  };
}

const rows: readonly Row[] = [
  createRow("security", "requireTwoFactor", requireTwoFactor, (one) => one.security?.requireTwoFactor),
  createRow("security", "ipAllowlist", ipAllowlist, (one) => one.security?.ipAllowlist),
  createRow("security", "sessionTimeout", sessionTimeout, (one) => one.security?.sessionTimeout),
  createRow("security", "apiKeyRotation", apiKeyRotation, (one) => one.security?.apiKeyRotation),
  createRow(
    "billing",
    "billingEmail",
    createAddressSetting("Billing e-mail", ["changesBilling"]),
    (one) => one.billing?.billingEmail,
  ),
  createRow("billing", "paymentMethod", paymentMethod, (one) => one.billing?.paymentMethod),
  createRow("billing", "usageAlerts", usageAlerts, (one) => one.billing?.usageAlerts),
  createRow("general", "displayName", createTextSetting("Display name"), (one) => one.general.displayName),
  createRow("general", "description", createTextSetting("Description"), (one) => one.general.description),
  createRow("general", "contactEmail", createAddressSetting("Contact e-mail"), (one) => one.general.contactEmail),
];

/** Lists the settings and the protection that change. For a new organization, lists settings that differ from the defaults. */
export function reviewSettings(
  { before, after, directory }: Pick<Sides, "before" | "after" | "directory">,
  resources: readonly Resource[],
): readonly SettingReview[] {
  return [...after.organizations].flatMap(([key, is]) => {
    const own = resources.filter((resource) => directory.isAbout(resource, key));
    const isNew = own.some(
      (resource) =>
        resource.kind === "Organization" &&
        (resource.created || resource.replaced) &&
        directory.keyOf(resource, "after") === key,
    );
    const declarations = {
      before: own.filter((resource) => directory.keyOf(resource, "before") === key),
      after: own.filter((resource) => directory.keyOf(resource, "after") === key),
    };
    // An adopted organization does not change, or Pulumi rejects it before any review.
    if (own.some(({ adopted }) => adopted)) return [];
    const was = before.organizations.get(key);
    const changes = isNew
      ? [...reviewInitialSettings(is), ...reviewInitialGuardrails(is, declarations)]
      : [...reviewChangedSettings(was, is, declarations), ...reviewGuardrails(is, declarations, was?.people.size ?? 0)];
    return [
      ...declarations.after.flatMap((resource) => [
        ...reviewProtection(key, resource),
        ...reviewRetention(key, resource),
      ]),
      ...reviewUndeclaredOwner(is, declarations),
      ...reviewReleases(is, declarations),
      ...changes,
    ];
  });
}

/** Finds the settings that stacks declare differently. `present` are the resources about the organization. */
export function findContradictions(is: Organization, present: readonly Resource[]): readonly Contradiction[] {
  const each = listStacks(present).map((stack) => ({
    stack,
    declared: getDeclaredSettings(
      present.filter((one) => one.stack === stack),
      is,
    ),
  }));
  return rows.flatMap(({ label, shown, same }) => {
    const told = each.flatMap(({ stack, declared }) => {
      const words = shown(declared);
      return words === undefined ? [] : [{ stack, words, declared }];
    });
    const isSame = told.every((one) => told.every((other) => same(one.declared, other.declared)));
    return isSame ? [] : [{ what: label, declared: told.map(({ stack, words }) => ({ stack, words })) }];
  });
}

/** Returns an organization with only the settings that resources declare. */
function getDeclaredSettings(resources: readonly Resource[], is: Organization): Organization {
  const inputs = (wanted: ResourceKind) =>
    Object.fromEntries(
      resources.filter(({ kind }) => kind === wanted).flatMap(({ after }) => Object.entries(after?.inputs ?? {})),
    );
  return {
    ...is,
    general: general.safeParse(inputs("Organization")).data ?? {},
    security: security.safeParse(inputs("SecurityPolicy")).data,
    billing: billing.safeParse(inputs("BillingSettings")).data,
  };
}

function reviewProtection(organization: string, resource: Resource): readonly SettingReview[] {
  const { before, after, kind } = resource;
  // Without its declaration, the owner stays, so there is nothing to protect.
  if (kind === "OrganizationOwner") return [];
  if (before === undefined || after === undefined || before.protected === after.protected) return [];
  const words = after.protected ? "protected from deletion" : "no longer protected from deletion";
  return [
    {
      organization,
      section: "protection",
      setting: describeResource(resource),
      words: `${describeResource(resource)}: ${words}.`,
      risks: after.protected ? [] : ["unprotects"],
    },
  ];
}

/** Reports an owner that no stack declares after the change. */
function reviewUndeclaredOwner(
  { key, owner }: Organization,
  { before, after }: Declarations,
): readonly SettingReview[] {
  const isOwner = ({ kind }: Resource) => kind === "OrganizationOwner";
  if (!before.some(isOwner) || after.some(isOwner)) return [];
  const who = typeof owner === "string" ? `stays ${owner}` : "stays unchanged";
  const words = `Owner: ${who}; no longer declared.`;
  return [{ organization: key, section: "general", setting: "owner", words, risks: ["dropsPolicy"] }];
}

function reviewChangedSettings(
  was: Organization | undefined,
  is: Organization,
  declarations: Declarations,
): readonly SettingReview[] {
  const all: Readonly<Record<SectionName, SettingsSection>> = { general: describeGeneralSection(is.name), ...sections };
  return rows.flatMap(({ section, setting, change }) => {
    const own = filterDeclarations(all[section], declarations);
    const isDropped = Object.keys(findResets(all[section], own)).includes(setting);
    const isDoubtful = own.after.some((resource) => mayDiffer(resource, setting));
    const found = change(was, is, { isDropped, isDoubtful });
    if (found === undefined) return [];
    const risks = riskNames.filter((risk) => found.risks.includes(risk));
    return [{ organization: is.key, section, setting, words: `${found.words}.`, risks }];
  });
}

function filterDeclarations({ kind }: SettingsSection, { before, after }: Declarations): Declarations {
  const own = (resources: readonly Resource[]) => resources.filter((resource) => resource.kind === kind);
  return { before: own(before), after: own(after) };
}

function reviewInitialSettings(is: Organization): readonly SettingReview[] {
  const fresh: Organization = {
    ...is,
    general: general.parse(describeGeneralSection(is.name).initial),
    security: security.parse(sections.security.initial),
    billing: billing.parse(sections.billing.initial),
  };
  return rows.flatMap(({ section, setting, stated: tell }) => {
    const words = tell(fresh, is);
    return words === undefined ? [] : [{ organization: is.key, section, setting, words: `${words}.`, risks: [] }];
  });
}
