import type { Backend } from "./backends";
import { type Declaration, type Declarations, declaredPeople } from "./declarations";
import type { Entry } from "./entries";
import { isThere } from "./known";
import { foreignSettings, otherRoles, undeclared } from "./refusals";
import { type Inside, placeOf, type World } from "./world";

/**
 * Returns the objects that left the state although they exist as in the `past`. Excludes objects that a killed provider created
 * again, because the next run finds them.
 */
export function forgotten(
  now: readonly Entry[],
  before: readonly Entry[],
  { past, world, declarations }: { readonly past: World; readonly world: World; readonly declarations: Declarations },
): string[] {
  const lost = before.filter((entry) => !now.some(({ type, id }) => type === entry.type && id === entry.id));
  return lost.flatMap((entry) => {
    const elsewhere = now.some(
      ({ organizationId, members }) =>
        organizationId === entry.organizationId && entry.person !== undefined && members.includes(entry.person),
    );
    if (elsewhere || ![past, world].every((moment) => exists(entry, moment, declarations))) return [];
    return [`the state has lost ${entry.type} ${entry.name}, which exists`];
  });
}

/**
 * True if the object of an entry exists. The settings and the roster of an organization always do; once undeclared, they may be let go,
 * as a retained organization may.
 */
function exists(entry: Entry, world: World, declarations: Declarations): boolean {
  const { type, organizationId, person, terms } = entry;
  const [name, inside] = [...world].find(([, { id }]) => id === organizationId) ?? [];
  if (name === undefined || inside === undefined) return false;
  if (type === "Organization") return declarations[name].absent !== true || terms?.retain !== true;
  if (type === "SecurityPolicy") return declarations[name].policy !== undefined;
  if (type === "OrganizationMembers") return declarations[name].roster !== undefined;
  return type !== "Membership" || isThere(inside, person ?? "", entry);
}

/** Returns the people who stay after the deletion of their roster, although no resource declares them. */
export function left(
  now: readonly Entry[],
  before: readonly Entry[],
  world: World,
  declarations: Declarations,
): string[] {
  const deleted = before.filter(({ type, id }) => !now.some((entry) => entry.type === type && entry.id === id));
  return deleted.flatMap((entry) => {
    const { name, organizationId, members } = entry;
    const [organization, inside] = [...world].find(([, { id }]) => id === organizationId) ?? [];
    if (organization === undefined || inside === undefined) return [];
    const declared = declaredPeople(declarations[organization]);
    const staying = members.filter((person) => !declared.has(person) && isThere(inside, person, entry));
    return staying.map((person) => `${person} is still there, although ${name} has been deleted`);
  });
}

/** Returns the objects that were adopted although others may own them. */
export function takenOver(
  now: readonly Entry[],
  before: readonly Entry[],
  world: World,
  { declarations, backend }: { readonly declarations: Declarations; readonly backend: Backend },
): string[] {
  const fresh = now.filter(({ type, id }) => !before.some((entry) => entry.type === type && entry.id === id));
  return fresh.flatMap((entry) => {
    const [name, inside] = [...world].find(([, { id }]) => id === entry.organizationId) ?? [];
    if (name === undefined || inside === undefined || mayTakeOver(entry, inside, declarations[name], backend))
      return [];
    return [`${entry.type} ${entry.name} adopts an object that others may own`];
  });
}

function mayTakeOver(
  { type, person }: Entry,
  inside: Inside,
  declaration: Declaration,
  { makesOrganizations }: Backend,
): boolean {
  const { roster, policy } = declaration;
  switch (type) {
    case "Organization":
      return !makesOrganizations;
    case "SecurityPolicy":
      return policy === undefined || foreignSettings(inside, policy).length === 0;
    case "OrganizationMembers":
      return (
        roster === undefined || (undeclared(inside, roster).length === 0 && otherRoles(inside, roster).length === 0)
      );
    default: {
      const place = placeOf(inside, person ?? "");
      if (place === undefined || (place.kind === "invitation" && place.status === "expired")) return true;
      const same = place.role === declaredPeople(declaration).get(place.person);
      return same && (place.kind === "member" ? place.fixed : place.byCaller);
    }
  }
}

/** Returns wrong statuses in state of people who have not accepted. */
export function untrue(entries: readonly Entry[], world: World): string[] {
  return entries.flatMap(({ organizationId, waiting }) => {
    const inside = [...world.values()].find(({ id }) => id === organizationId);
    return [...waiting].flatMap(([name, status]) => {
      const place = inside && placeOf(inside, name);
      if (place?.kind === "invitation" && place.status === status) return [];
      return [`the state says that ${name} is ${String(status)}, which is not so`];
    });
  });
}
