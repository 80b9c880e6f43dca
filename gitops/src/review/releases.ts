import { type Declaration, type DeclaredState, identifyThing } from "../model/declaration";
import type { Organization } from "../model/organization";
import type { DeclarationSides } from "../model/settings";
import type { NamedPeople } from "../objects/people";
import { rows } from "../objects/rows";
import { describeResource } from "../model/resource";
import { formatCount } from "../wording";
import type { SettingReview } from "./review";

// The options that keep an object in Peridio (`protect` and `retainOnDelete`), and released resources: Pulumi removes them from the state, and
// Peridio keeps the objects.

/** Reports if Pulumi releases a resource without a replacement, which also creates another object. */
export function isOnlyReleased({ isReleased, after }: Declaration): boolean {
  return isReleased && after === undefined;
}

/**
 * Returns the state with the former options of a resource. A new or imported resource continues those of a resource that releases the same
 * object. `released` contains the released resources.
 */
export function findFormerOptions(resource: Declaration, released: readonly Declaration[]): DeclaredState | undefined {
  const { before, isImported } = resource;
  if (before !== undefined && !isImported) return before;
  return released.find((other) => identifyThing(other) === identifyThing(resource))?.before ?? before;
}

/**
 * Lists changes of the options `protect` and `retainOnDelete`. A new resource with `protect` is no risk, so it is not listed. A later deletion
 * of a new resource with `retainOnDelete` changes nothing in Peridio, so it is. `released` contains the released resources.
 */
export function reviewOptions(
  organization: string,
  resource: Declaration,
  released: readonly Declaration[],
): readonly SettingReview[] {
  const { after, kind } = resource;
  // A deletion of such a resource changes nothing in Peridio, whatever its options say.
  if (after === undefined || rows[kind].isKeptOnDeletion === true) return [];
  const before = findFormerOptions(resource, released);
  const name = describeResource(resource);
  const changes: SettingReview[] = [];
  if (before !== undefined && before.isProtected !== after.isProtected)
    changes.push({
      organization,
      section: "protection",
      setting: name,
      words: `${name}: ${after.isProtected ? "protected from deletion" : "no longer protected from deletion"}.`,
      risks: after.isProtected ? [] : ["unprotects"],
    });
  const words = after.isRetained
    ? "is on. A later deletion of the resource will change nothing in Peridio"
    : "is off. A later deletion of the resource will also take effect in Peridio";
  if ((before?.isRetained ?? false) !== after.isRetained)
    changes.push({
      organization,
      section: "guards",
      setting: `retainOnDelete of ${name}`,
      words: `${name}: \`retainOnDelete\` ${words}.`,
      risks: [after.isRetained ? "retains" : "weakensGuard"],
    });
  return changes;
}

/** Lists parts of an organization that are released, without another declaration. */
export function reviewReleases(
  organization: Organization,
  { before, after }: DeclarationSides,
): readonly SettingReview[] {
  return before.flatMap((resource) => {
    const part = resource.isReleased ? describeReleasedPart(resource, organization, after) : undefined;
    if (part === undefined) return [];
    return {
      organization: organization.key,
      section: "released",
      setting: describeResource(resource),
      words: `${describeResource(resource)} is released. Pulumi removes it from the state, and Peridio keeps ${part}, which no stack declares.`,
      risks: ["releases"],
    };
  });
}

/** Names the undeclared part that stays; undefined if there is none. */
function describeReleasedPart(
  resource: Declaration,
  { people }: Organization,
  after: readonly Declaration[],
): string | undefined {
  const { kind, before: state } = resource;
  const { noun, settings, object, liveType } = rows[kind];
  if (state === undefined) return undefined;
  if (state.people !== undefined) return describeReleasedPeople(state.people.declared, people);
  // The review reports a released organization as a whole.
  if (kind === "Organization") return undefined;
  // An OrganizationOwner has none of these. The review reports the owner as a person without a declaration.
  if (liveType === undefined && object === undefined && settings === undefined) return undefined;
  const isDeclaredElsewhere = after.some(
    (other) => other.urn !== resource.urn && identifyThing(other) === identifyThing(resource),
  );
  if (isDeclaredElsewhere) return undefined;
  return settings === undefined ? `the ${noun}` : "the settings";
}

function describeReleasedPeople(declared: NamedPeople, people: Organization["people"]): string | undefined {
  if (declared.hidden !== undefined) return "the access of hidden people";
  const [first, ...others] = [...declared.people.keys()]
    .map((address) => people.get(address))
    .filter((person) => person?.declaredBy.length === 0);
  if (first === undefined) return undefined;
  return `the access of ${others.length === 0 ? first.email : formatCount(others.length + 1, "person", "people")}`;
}
