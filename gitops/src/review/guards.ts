import { type Declaration, pickDeclarations } from "../model/declaration";
import type { Organization } from "../model/organization";
import { type DeclarationSides, readGuards } from "../model/settings";
import { membership } from "../objects/membership";
import type { Properties } from "../objects/property";
import { kinds, rows } from "../objects/rows";
import { describeWithheld, type Withheld, isWithheld } from "../withheld";
import { describeResource, mayDiffer } from "../model/resource";
import { quoteName } from "../wording";
import { compareProperties, createPropertyReview, describeProperties, type PropertyChange } from "./properties";
import type { SettingReview } from "./review";

/** Lists the guardrails that change. A new resource, or one without guardrails, has the defaults. */
export function reviewGuardrails(
  organization: Organization,
  { before, after }: DeclarationSides,
  people: number,
): readonly SettingReview[] {
  return createGuardReviews(organization, after, (guards, resource) => {
    // A renamed resource keeps its guardrails.
    const former = before.find(({ urn }) => urn === resource.urn) ?? before.find(({ kind }) => kind === resource.kind);
    // Peridio stores no guardrails, so an imported resource had none.
    const state = resource.isImported ? undefined : former?.before;
    return compareProperties(guards, readGuards(guards, state), readGuards(guards, resource.after), (property) => ({
      isDropped: false,
      mayDiffer: mayDiffer(resource, property),
      people,
    }));
  });
}

/** Lists the guardrails of a new organization that differ from the defaults. They weaken nothing, because nothing was there before. */
export function reviewInitialGuardrails(
  organization: Organization,
  { after }: Pick<DeclarationSides, "after">,
): readonly SettingReview[] {
  return createGuardReviews(organization, after, (guards, resource) =>
    describeProperties(guards, readGuards(guards, resource.after)).map((guard) => ({ ...guard, risks: [] })),
  );
}

function createGuardReviews(
  { key }: Organization,
  resources: readonly Declaration[],
  listChanges: (guards: Properties, resource: Declaration) => readonly PropertyChange[],
): readonly SettingReview[] {
  return kinds.flatMap((kind) => {
    const { guards } = rows[kind];
    if (guards === undefined) return [];
    return resources
      .filter((resource) => resource.kind === kind)
      .flatMap((resource) => listChanges(guards, resource))
      .map((change) => createPropertyReview(key, "guards", change));
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
    const areHidden = isWithheld(past) && isWithheld(present);
    if (areHidden ? !mayDiffer(resource, property) : past === present) return [];
    // The user id prevents that an address which Peridio gave to another user gets the role.
    const isWeaker = property === "userId" && past !== undefined;
    const risks = isWithheld(present) ? (["hidden"] as const) : isWeaker ? (["weakensGuard"] as const) : [];
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

function show(value: string | Withheld | undefined): string {
  if (value === undefined) return "not set";
  return isWithheld(value) ? describeWithheld(value) : quoteName(value);
}
