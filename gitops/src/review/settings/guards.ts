import * as z from "zod";
import { createMatcher, defaultGuardrails, countAllowedRemovals } from "#provider";
import type { Organization } from "../../model/organization";
import { listDeclaredAddresses } from "../../model/people";
import type { Declarations } from "../../model/settings";
import { findHidden } from "../../objects/reading";
import {
  type Hidden,
  unknown,
  describeResource,
  getNoun,
  mayDiffer,
  type Resource,
  type ResourceKind,
  type State,
  isHidden,
} from "../../preview/resource";
import { formatCount, quoteName } from "../../wording";
import type { SettingReview } from "../review";
import { riskNames } from "../../risks";
import { type Change, compareSetting, type Setting, describeInitial } from "./setting";

/** Guardrails limit the changes of a program. The provider enforces them. Peridio does not store them. */

const minAdmins: Setting<number> = {
  label: "Minimum admins",
  isSame: (before, after) => before === after,
  format: String,
  findRisks: (before, after) => (after < before ? ["weakensGuard"] : []),
};

/** `people` is the size of the organization, which makes a share comparable with a number. */
function createMaxRemovals(people: number): Setting<string> {
  const isShare = (limit: string) => limit.endsWith("%");
  const countRemovals = (limit: string, other: string) =>
    isShare(limit) === isShare(other) ? Number.parseInt(limit, 10) : countAllowedRemovals(limit, people);
  return {
    label: "Maximum removals",
    isSame: (before, after) => before === after,
    format: (limit) => limit,
    findRisks: (before, after) => (countRemovals(after, before) > countRemovals(before, after) ? ["weakensGuard"] : []),
  };
}

/** More ignored people are a risk, because the roster does not remove them. `ignoresLess` reports fewer ignored people. */
const ignore: Setting<readonly string[]> = {
  label: "Ignored people",
  isSame: (before, after) => [...before].sort().join("\n") === [...after].sort().join("\n"),
  format: (patterns) => (patterns.length === 0 ? "none" : patterns.map(quoteName).join(", ")),
  findRisks: (before, after) => (after.every(createMatcher(before)) ? [] : ["weakensGuard"]),
};

/** A switch that turns a guard off. */
function createOverride(label: string): Setting<boolean> {
  return {
    label,
    isSame: (before, after) => before === after,
    format: (isOn) => (isOn ? "on" : "off"),
    findRisks: (before, after) => (after && !before ? ["weakensGuard"] : []),
  };
}

const forceDestroy = createOverride("Force destroy");
const allowLockout = createOverride("Allow lockout");

const deletionPolicy: Setting<"delete" | "retain"> = {
  label: "Deletion policy",
  isSame: (before, after) => before === after,
  format: (policy) => policy,
  findRisks: (_, after) => [after === "retain" ? "retains" : "weakensGuard"],
};

/** A guardrail of any type. */
interface Guardrail {
  readonly kind: ResourceKind;
  readonly property: string;
  /** `after` declares it. `people` is the size of the organization. */
  readonly compare: (before: Resource | undefined, after: Resource, people: number) => Change | undefined;
  /** Returns the value in words; undefined for the default. */
  readonly describeInitial: (after: Resource) => string | undefined;
}

function createGuardrail<T>(
  kind: ResourceKind,
  property: string,
  { schema, defaultValue }: { readonly schema: z.ZodType<T>; readonly defaultValue: T },
  setting: (people: number) => Setting<T>,
): Guardrail {
  const getValue = (state: State | undefined): T | Hidden => {
    const value = state?.inputs[property];
    return value === undefined ? defaultValue : (findHidden(value) ?? schema.safeParse(value).data ?? unknown);
  };
  return {
    kind,
    property,
    compare: (before, after, people) =>
      compareSetting(setting(people), getValue(before?.before), getValue(after.after), {
        isDropped: false,
        isDoubtful: mayDiffer(after, property),
      }),
    describeInitial: ({ after }) => describeInitial(setting(0), defaultValue, getValue(after)),
  };
}

const all: readonly Guardrail[] = [
  createGuardrail(
    "OrganizationMembers",
    "minAdmins",
    { schema: z.number(), defaultValue: defaultGuardrails.minAdmins },
    () => minAdmins,
  ),
  createGuardrail(
    "OrganizationMembers",
    "maxRemovals",
    { schema: z.union([z.string(), z.number().transform(String)]), defaultValue: defaultGuardrails.maxRemovals },
    createMaxRemovals,
  ),
  createGuardrail("OrganizationMembers", "ignore", { schema: z.array(z.string()), defaultValue: [] }, () => ignore),
  createGuardrail("Organization", "forceDestroy", { schema: z.boolean(), defaultValue: false }, () => forceDestroy),
  createGuardrail("SecurityPolicy", "allowLockout", { schema: z.boolean(), defaultValue: false }, () => allowLockout),
  createGuardrail(
    "Organization",
    "deletionPolicy",
    { schema: z.enum(["delete", "retain"]), defaultValue: "delete" },
    () => deletionPolicy,
  ),
];

/** Lists the guardrails that change. A new resource, or one without guardrails, has the defaults. */
export function reviewGuardrails(
  organization: Organization,
  { before, after }: Declarations,
  people: number,
): readonly SettingReview[] {
  return createReviews(organization, after, ({ kind, compare }, resource) => {
    // A renamed resource keeps its guardrails.
    const former = before.find(({ urn }) => urn === resource.urn) ?? before.find((other) => other.kind === kind);
    // Peridio stores no guardrails, so an imported resource had none.
    return compare(resource.isImported ? undefined : former, resource, people);
  });
}

/** Lists the guardrails of a new organization that differ from the defaults. */
export function reviewInitialGuardrails(
  organization: Organization,
  { after }: Pick<Declarations, "after">,
): readonly SettingReview[] {
  return createReviews(organization, after, (guard, resource) => {
    const words = guard.describeInitial(resource);
    return words === undefined ? undefined : { words, risks: [] };
  });
}

function createReviews(
  { key }: Organization,
  resources: readonly Resource[],
  getChange: (guard: Guardrail, resource: Resource) => Change | undefined,
): readonly SettingReview[] {
  return all.flatMap((guard) =>
    resources.flatMap((resource): readonly SettingReview[] => {
      const change = resource.kind === guard.kind ? getChange(guard, resource) : undefined;
      if (change === undefined) return [];
      const risks = riskNames.filter((risk) => change.risks.includes(risk));
      return [{ organization: key, section: "guards", setting: guard.property, words: `${change.words}.`, risks }];
    }),
  );
}

/** The properties of a Membership that are neither the person nor the role, with their defaults. */
const membershipProperties = { onExpired: "reinvite", userId: undefined } as const;

/** Lists changes of the reaction to an expired invitation, and of the user that a Membership is for. */
export function reviewMembership(
  organization: string,
  resource: Resource,
  former: readonly Resource[],
): readonly SettingReview[] {
  const { after, kind } = resource;
  if (kind !== "Membership" || after === undefined) return [];
  // A renamed resource keeps its properties.
  const isSamePerson = (state: State | undefined) => state?.inputs.email === after.inputs.email;
  const before = resource.before ?? former.find((other) => other.kind === kind && isSamePerson(other.before))?.before;
  return Object.entries(membershipProperties).flatMap(([property, defaultValue]): readonly SettingReview[] => {
    const [former, present] = [before, after].map((state) => state?.inputs[property] ?? defaultValue);
    const areHidden = isHidden(former) && isHidden(present);
    if (areHidden ? !mayDiffer(resource, property) : former === present) return [];
    const isWeaker = property === "userId" && former !== undefined;
    const risks = isHidden(present) ? (["hidden"] as const) : isWeaker ? (["weakensGuard"] as const) : [];
    return [
      {
        organization,
        section: "guards",
        setting: `${property} of ${describeResource(resource)}`,
        words: `${describeResource(resource)}: \`${property}\` ${show(former)} → ${show(present)}.`,
        risks: [...risks],
      },
    ];
  });
}

function show(value: unknown): string {
  if (isHidden(value)) return value.hidden === "secret" ? "secret" : "not known before the update";
  return typeof value === "string" ? quoteName(value) : "not set";
}

/** Lists changes of the option `retainOnDelete`. */
export function reviewRetention(organization: string, resource: Resource): readonly SettingReview[] {
  const { before, after, kind } = resource;
  // The deletion of this resource changes nothing in Peridio.
  if (kind === "OrganizationOwner") return [];
  if (after === undefined || (before?.isRetained ?? false) === after.isRetained) return [];
  const words = after.isRetained
    ? "is on. A later deletion of the resource will change nothing in Peridio"
    : "is off. A later deletion of the resource will also take effect in Peridio";
  return [
    {
      organization,
      section: "guards",
      setting: `retainOnDelete of ${describeResource(resource)}`,
      words: `${describeResource(resource)}: \`retainOnDelete\` ${words}.`,
      risks: [after.isRetained ? "retains" : "weakensGuard"],
    },
  ];
}

/** Lists parts of an organization that Pulumi forgets and Peridio keeps, without another declaration. */
export function reviewReleases(organization: Organization, { before, after }: Declarations): readonly SettingReview[] {
  return before.flatMap((resource) => {
    const releasedPart =
      resource.isReleased && resource.before !== undefined
        ? describeReleasedPart(resource.before, resource, organization, after)
        : "";
    if (releasedPart === "") return [];
    return {
      organization: organization.key,
      section: "released",
      setting: describeResource(resource),
      words: `${describeResource(resource)} is released. Pulumi removes it from the state, and Peridio keeps ${releasedPart}, which no stack declares.`,
      risks: ["releases"],
    };
  });
}

/** Names the undeclared part that stays; empty if there is none. */
function describeReleasedPart(
  state: State,
  { kind }: Resource,
  { people }: Organization,
  after: readonly Resource[],
): string {
  switch (kind) {
    case "SecurityPolicy":
    case "BillingSettings":
      return after.some((other) => other.kind === kind) ? "" : "the settings";
    case "Membership":
    case "OrganizationMembers": {
      if (isHidden(state.inputs.members) || isHidden(state.inputs.email)) return "the access of hidden people";
      const [first, ...others] = listDeclaredAddresses(state)
        .map((address) => people.get(address))
        .filter((person) => person?.declaredBy.length === 0);
      if (first === undefined) return "";
      return `the access of ${others.length === 0 ? first.email : formatCount(others.length + 1, "person", "people")}`;
    }
    case "Group":
    case "Project":
    case "Cohort":
    case "OrganizationApiToken":
    case "Webhook":
    case "ClaimToken":
      return `the ${getNoun(kind)}`;
    // The review reports both elsewhere: the organization as a whole, and the owner as a person without a declaration.
    case "Organization":
    case "OrganizationOwner":
      return "";
  }
}
