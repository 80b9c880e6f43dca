import type { Values } from "#framework";
import { type Declaration, type DeclaredState, pickDeclarations } from "../model/declaration";
import type { Organization } from "../model/organization";
import type { Declarations } from "../model/settings";
import { membership } from "../objects/membership";
import type { NamedPeople } from "../objects/people";
import { type Properties, readDeclared } from "../objects/property";
import { kinds, rows } from "../objects/rows";
import { type Hidden, isHidden, unknown } from "../hidden";
import { describeResource, mayDiffer, type Resource, type State } from "../preview/resource";
import { formatCount, quoteName } from "../wording";
import { compareProperties, createRow, describeProperties, type PropertyChange } from "./properties";
import type { SettingReview } from "./review";

/** Lists the guardrails that change. A new resource, or one without guardrails, has the defaults. */
export function reviewGuardrails(
  organization: Organization,
  { before, after }: Declarations,
  people: number,
): readonly SettingReview[] {
  return createRows(organization, after, (guards, resource) => {
    // A renamed resource keeps its guardrails.
    const former = before.find(({ urn }) => urn === resource.urn) ?? before.find(({ kind }) => kind === resource.kind);
    // Peridio stores no guardrails, so an imported resource had none.
    const state = resource.isImported ? undefined : former?.before;
    return compareProperties(guards, readGuards(guards, state), readGuards(guards, resource.after), (property) => ({
      isDropped: false,
      isDoubtful: mayDiffer(resource, property),
      people,
    }));
  });
}

/** Lists the guardrails of a new organization that differ from the defaults. */
export function reviewInitialGuardrails(
  organization: Organization,
  { after }: Pick<Declarations, "after">,
): readonly SettingReview[] {
  return createRows(organization, after, (guards, resource) =>
    describeProperties(guards, readGuards(guards, resource.after)).map((guard) => ({ ...guard, risks: [] })),
  );
}

/** Returns the guardrails that a program declares, or their defaults. */
function readGuards(guards: Properties, state: State | undefined): Values {
  return Object.fromEntries(
    Object.entries(guards).map(([name, guard]) => [name, readDeclared(guard, state?.inputs[name]) ?? unknown]),
  );
}

function createRows(
  { key }: Organization,
  resources: readonly Resource[],
  listChanges: (guards: Properties, resource: Resource) => readonly PropertyChange[],
): readonly SettingReview[] {
  return kinds.flatMap((kind) => {
    const { guards } = rows[kind];
    if (guards === undefined) return [];
    return resources
      .filter((resource) => resource.kind === kind)
      .flatMap((resource) => listChanges(guards, resource))
      .map((change) => createRow(key, "guards", change));
  });
}

/** The properties of a Membership that are neither the person nor the role, with their defaults. */
const properties = [
  ["onExpired", "reinvite"],
  ["userId", undefined],
] as const;

/** Picks the Memberships, and reads their values. */
export function pickMemberships(declarations: readonly Declaration[]) {
  return pickDeclarations(declarations, ["Membership"], membership.inputs);
}

type MembershipDeclaration = ReturnType<typeof pickMemberships>[number];

/** Lists changes of the reaction to an expired invitation, and of the user that a Membership is for. */
export function reviewMembership(
  organization: string,
  resource: Declaration,
  former: readonly MembershipDeclaration[],
): readonly SettingReview[] {
  const [declared] = pickMemberships([resource]).map((own) => own.declared);
  const after = declared?.after;
  if (after === undefined) return [];
  // A renamed resource keeps its properties.
  const before = declared?.before ?? former.find((own) => own.declared.before?.email === after.email)?.declared.before;
  return properties.flatMap(([property, defaultValue]): readonly SettingReview[] => {
    const [past, present] = [before, after].map((values) => values?.[property] ?? defaultValue);
    const areHidden = isHidden(past) && isHidden(present);
    if (areHidden ? !mayDiffer(resource, property) : past === present) return [];
    const isWeaker = property === "userId" && past !== undefined;
    const risks = isHidden(present) ? (["hidden"] as const) : isWeaker ? (["weakensGuard"] as const) : [];
    return [
      {
        organization,
        section: "guards",
        setting: `${property} of ${describeResource(resource)}`,
        words: `${describeResource(resource)}: \`${property}\` ${show(past)} → ${show(present)}.`,
        risks: [...risks],
      },
    ];
  });
}

function show(value: string | Hidden | undefined): string {
  if (value === undefined) return "not set";
  if (!isHidden(value)) return quoteName(value);
  return value.hidden === "secret" ? "secret" : "not known before the update";
}

/** Lists changes of the option `protect`. */
export function reviewProtection(organization: string, resource: Resource): readonly SettingReview[] {
  const { before, after, kind } = resource;
  if (rows[kind].isOnlyDeclared === true) return [];
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

/** Lists changes of the option `retainOnDelete`. */
export function reviewRetention(organization: string, resource: Resource): readonly SettingReview[] {
  const { before, after, kind } = resource;
  if (rows[kind].isOnlyDeclared === true) return [];
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
  state: DeclaredState,
  { kind }: Declaration,
  { people }: Organization,
  after: readonly Declaration[],
): string {
  const { noun, settings, type } = rows[kind];
  if (state.people !== undefined) return describeReleasedPeople(state.people.declared, people);
  // The review reports the organization as a whole, and the owner as a person without a declaration.
  if (kind === "Organization") return "";
  if (settings !== undefined) return after.some((other) => other.kind === kind) ? "" : "the settings";
  return type === undefined ? "" : `the ${noun}`;
}

function describeReleasedPeople(declared: NamedPeople, people: Organization["people"]): string {
  if (declared.hidden !== undefined) return "the access of hidden people";
  const [first, ...others] = [...declared.people.keys()]
    .map((address) => people.get(address))
    .filter((person) => person?.declaredBy.length === 0);
  if (first === undefined) return "";
  return `the access of ${others.length === 0 ? first.email : formatCount(others.length + 1, "person", "people")}`;
}
