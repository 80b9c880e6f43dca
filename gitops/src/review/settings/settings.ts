import type { Organization } from "../../model/organization";
import {
  type Declarations,
  findResets,
  billing,
  general,
  describeGeneralSection,
  type SettingsSection,
  sections,
  security,
} from "../../model/settings";
import {
  type Hidden,
  isHidden,
  describeResource,
  mayDiffer,
  type Resource,
  type ResourceKind,
} from "../../preview/resource";
import { type Declaration, isAbout } from "../../model/declaration";
import type { Model } from "../../model/model";
import { type Contradiction, listStacks } from "../contradiction";
import type { SettingReview } from "../review";
import { type Risk, riskNames } from "../../risks";
import { reviewGuardrails, reviewInitialGuardrails, reviewMembership, reviewRetention, reviewReleases } from "./guards";
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
  readonly compare: (
    prior: Organization | undefined,
    current: Organization,
    circumstances: Circumstances,
  ) => Change | undefined;
  /** Describes the setting of a new organization; undefined for a default. */
  readonly describeInitial: (initial: Organization, current: Organization) => string | undefined;
  /** Returns the value in words; undefined if it is unknown. */
  readonly format: (organization: Organization) => string | undefined;
  /** Reports if two values mean the same. An undefined value equals every value. */
  readonly isSame: (organization: Organization, other: Organization) => boolean;
}

function createRow<T>(
  section: SectionName,
  name: string,
  setting: Setting<T>,
  pick: (organization: Organization) => T | Hidden | undefined,
): Row {
  const getKnownValue = (organization: Organization) => {
    const value = pick(organization);
    return isHidden(value) ? undefined : value;
  };
  return {
    section,
    setting: name,
    label: setting.label,
    compare: (prior, current, circumstances) =>
      compareSetting(setting, prior && pick(prior), pick(current), circumstances),
    describeInitial: (initial, current) => describeInitial(setting, pick(initial), pick(current)),
    format: (organization) => {
      const value = getKnownValue(organization);
      return value === undefined ? undefined : setting.format(value);
    },
    isSame: (organization, other) => {
      const [a, b] = [getKnownValue(organization), getKnownValue(other)];
      return a === undefined || b === undefined || setting.isSame(a, b);
    },
  };
}

const rows: readonly Row[] = [
  createRow(
    "security",
    "requireTwoFactor",
    requireTwoFactor,
    (organization) => organization.security?.requireTwoFactor,
  ),
  createRow("security", "ipAllowlist", ipAllowlist, (organization) => organization.security?.ipAllowlist),
  createRow("security", "sessionTimeout", sessionTimeout, (organization) => organization.security?.sessionTimeout),
  createRow("security", "apiKeyRotation", apiKeyRotation, (organization) => organization.security?.apiKeyRotation),
  createRow(
    "billing",
    "billingEmail",
    createAddressSetting("Billing e-mail", ["changesBilling"]),
    (organization) => organization.billing?.billingEmail,
  ),
  createRow("billing", "paymentMethod", paymentMethod, (organization) => organization.billing?.paymentMethod),
  createRow("billing", "usageAlerts", usageAlerts, (organization) => organization.billing?.usageAlerts),
  createRow(
    "general",
    "displayName",
    createTextSetting("Display name"),
    (organization) => organization.general.displayName,
  ),
  createRow(
    "general",
    "description",
    createTextSetting("Description"),
    (organization) => organization.general.description,
  ),
  createRow(
    "general",
    "contactEmail",
    createAddressSetting("Contact e-mail"),
    (organization) => organization.general.contactEmail,
  ),
];

/** Lists the settings and the protection that change. For a new organization, lists settings that differ from the defaults. */
export function reviewSettings({ before, after, declarations: all }: Model): readonly SettingReview[] {
  return [...after.organizations].flatMap(([key, current]) => {
    const own = all.filter((declaration) => isAbout(declaration, key));
    const isNew = own.some(
      (resource) =>
        resource.kind === "Organization" &&
        (resource.isCreated || resource.isReplaced) &&
        resource.organization.after === key,
    );
    const declarations = {
      before: own.filter((declaration) => declaration.organization.before === key),
      after: own.filter((declaration) => declaration.organization.after === key),
    };
    // An adopted organization does not change: the preview rejects an adoption with changes.
    if (own.some(({ isAdopted }) => isAdopted)) return [];
    const prior = before.organizations.get(key);
    const changes = isNew
      ? [...reviewInitialSettings(current), ...reviewInitialGuardrails(current, declarations)]
      : [
          ...reviewChangedSettings(prior, current, declarations),
          ...reviewGuardrails(current, declarations, prior?.people.size ?? 0),
        ];
    return [
      ...declarations.after.flatMap((resource) => [
        ...reviewProtection(key, resource),
        ...reviewRetention(key, resource),
        ...reviewMembership(key, resource, declarations.before),
      ]),
      ...reviewUndeclaredOwner(current, declarations),
      ...reviewReleases(current, declarations),
      ...changes,
    ];
  });
}

/** Finds the settings that stacks declare differently. `present` are the resources about the organization. */
export function findContradictions(current: Organization, present: readonly Declaration[]): readonly Contradiction[] {
  const byStack = listStacks(present).map((stack) => ({
    stack,
    declared: pickDeclaredSettings(
      present.filter((resource) => resource.stack === stack),
      current,
    ),
  }));
  return rows.flatMap(({ label, format, isSame }) => {
    const declarations = byStack.flatMap(({ stack, declared }) => {
      const words = format(declared);
      return words === undefined ? [] : [{ stack, words, declared }];
    });
    const hasOneMeaning = declarations.every((declaration) =>
      declarations.every((other) => isSame(declaration.declared, other.declared)),
    );
    return hasOneMeaning
      ? []
      : [{ subject: label, declared: declarations.map(({ stack, words }) => ({ stack, words })) }];
  });
}

/** Returns an organization with only the settings that resources declare. */
function pickDeclaredSettings(resources: readonly Resource[], current: Organization): Organization {
  const inputs = (expected: ResourceKind) =>
    Object.fromEntries(
      resources.filter(({ kind }) => kind === expected).flatMap(({ after }) => Object.entries(after?.inputs ?? {})),
    );
  return {
    ...current,
    general: general.safeParse(inputs("Organization")).data ?? {},
    security: security.safeParse(inputs("SecurityPolicy")).data,
    billing: billing.safeParse(inputs("BillingSettings")).data,
  };
}

function reviewProtection(organization: string, resource: Resource): readonly SettingReview[] {
  const { before, after, kind } = resource;
  // Without its declaration, the owner stays, so there is nothing to protect.
  if (kind === "OrganizationOwner") return [];
  if (before === undefined || after === undefined || before.isProtected === after.isProtected) return [];
  const words = after.isProtected ? "protected from deletion" : "no longer protected from deletion";
  return [
    {
      organization,
      section: "protection",
      setting: describeResource(resource),
      words: `${describeResource(resource)}: ${words}.`,
      risks: after.isProtected ? [] : ["unprotects"],
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
  const outcome = typeof owner === "string" ? `stays ${owner}` : "stays unchanged";
  const words = `Owner: ${outcome} (no longer declared).`;
  return [{ organization: key, section: "general", setting: "owner", words, risks: ["dropsPolicy"] }];
}

function reviewChangedSettings(
  prior: Organization | undefined,
  current: Organization,
  declarations: Declarations,
): readonly SettingReview[] {
  const all: Readonly<Record<SectionName, SettingsSection>> = {
    general: describeGeneralSection(current.name),
    ...sections,
  };
  return rows.flatMap(({ section, setting, compare }) => {
    const own = filterDeclarations(all[section], declarations);
    const isDropped = Object.keys(findResets(all[section], own)).includes(setting);
    const isDoubtful = own.after.some((resource) => mayDiffer(resource, setting));
    const change = compare(prior, current, { isDropped, isDoubtful });
    if (change === undefined) return [];
    const found: readonly Risk[] = section === "billing" ? [...change.risks, "changesBilling"] : change.risks;
    const risks = riskNames.filter((risk) => found.includes(risk));
    return [{ organization: current.key, section, setting, words: `${change.words}.`, risks }];
  });
}

function filterDeclarations({ kind }: SettingsSection, { before, after }: Declarations): Declarations {
  const own = (resources: readonly Resource[]) => resources.filter((resource) => resource.kind === kind);
  return { before: own(before), after: own(after) };
}

function reviewInitialSettings(current: Organization): readonly SettingReview[] {
  const initial: Organization = {
    ...current,
    general: general.parse(describeGeneralSection(current.name).defaults),
    security: security.parse(sections.security.defaults),
    billing: billing.parse(sections.billing.defaults),
  };
  return rows.flatMap((row) => {
    const { section, setting } = row;
    const words = row.describeInitial(initial, current);
    return words === undefined ? [] : [{ organization: current.key, section, setting, words: `${words}.`, risks: [] }];
  });
}
