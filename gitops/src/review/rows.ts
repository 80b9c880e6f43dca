import { type ObjectAccess, listAllAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import { reviewHiddenDrift } from "./hiddenDrift";
import { reviewImports } from "./imports";
import { createOutsiderCheck } from "./insiders";
import { reviewObjects } from "./objects";
import { reviewOrganizations } from "./organizations";
import { reviewPeople } from "./people/people";
import { reviewSteps } from "./program/steps";
import { reviewProjects } from "./projects/projects";
import type { Changes, Conflict, OrganizationReview } from "./review";
import { reviewSettings } from "./settings";
import {
  indexPlaces,
  omitPlaces,
  type OrganizationRow,
  type PersonRow,
  type ProgramRow,
  type SettingRow,
  type Showing,
} from "./shown";
import { reviewTunnels } from "./tunnels";
import { reviewReleasedProperties } from "./releasedProperties";
import { reviewVanishedParts } from "./vanished";
import { addCutOffPeople } from "./warnings";

/** The rows about organizations, with the places that they show. Each list is in the order of the organizations. */
export interface Rows {
  readonly organizations: readonly OrganizationRow[];
  readonly people: readonly PersonRow[];
  readonly settings: readonly SettingRow[];
}

/** Returns a function that orders rows by their organizations. */
export function createOrder(
  organizations: readonly OrganizationRow[],
): (a: { readonly organization: string }, b: { readonly organization: string }) => number {
  const order = new Map(organizations.map(({ key }, index) => [key, index]));
  return (a, b) => (order.get(a.organization) ?? 0) - (order.get(b.organization) ?? 0);
}

/**
 * Returns a function that lists the rows of a model for some insiders: patterns of the addresses of the company's own people. It keeps its
 * result, because the rules before and after a change usually name the same insiders. `access` is the access to all projects and cohorts.
 */
export function createRowList(
  model: Model,
  access: ReadonlyMap<string, readonly ObjectAccess[]> = listAllAccess(model),
): (insiders: readonly string[]) => Rows {
  const organizations = reviewOrganizations(model).map((organization) => ({
    ...organization,
    // Previews with Avocado Connect do not show undeclared owners.
    ...(model.after.organizations.get(organization.key)?.hasUnreportedOwners === true && {
      undeclaredOwners: true as const,
    }),
    ...describeStacks(organization, model),
  }));
  const byOrganization = createOrder(organizations);
  const people = reviewPeople(model).toSorted(byOrganization);
  const firstRows = [
    ...addCutOffPeople(reviewSettings(model), model),
    ...reviewHiddenDrift(model),
    ...reviewVanishedParts(model),
    ...reviewReleasedProperties(model),
    ...reviewImports(model),
  ];
  const lastRows = [...reviewObjects(model), ...reviewTunnels(model)];
  const known = new Map<string, readonly SettingRow[]>();
  return (insiders) => {
    const key = insiders.join();
    const projects = () => reviewProjects(model, access, createOutsiderCheck(insiders));
    const settings = known.get(key) ?? [...firstRows, ...projects(), ...lastRows].sort(byOrganization);
    known.set(key, settings);
    return { organizations, people, settings };
  };
}

/** Names the stacks of an organization that several stacks declare. */
function describeStacks({ key }: OrganizationReview, { declarations }: Model): Pick<OrganizationReview, "stacks"> {
  const own = declarations.filter(({ organization, isReleased }) => organization.after === key && !isReleased);
  const stacks = [...new Set(own.map(({ stack }) => stack))];
  return stacks.length > 1 ? { stacks } : {};
}

/** Returns the rows as reports contain them. A step that neither a row nor a conflict between stacks shows is a change of the program. */
export function completeRows(
  { organizations, people, settings }: Rows,
  programRows: readonly ProgramRow[],
  model: Pick<Model, "isPlanned" | "declarations">,
  conflicts: readonly Showing<Conflict>[],
): Changes {
  const shown = indexPlaces([...organizations, ...people, ...settings, ...programRows, ...conflicts]);
  return {
    organizations: omitPlaces(organizations),
    people: omitPlaces(people),
    settings: omitPlaces(settings),
    programChanges: [...omitPlaces(programRows), ...(model.isPlanned ? reviewSteps(model, shown) : [])],
  };
}
