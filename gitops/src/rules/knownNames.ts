import { createMatcher } from "#provider";
import type { Model } from "../model/model";
import type { Access, Organization } from "../model/organization";
import { isHidden, type Hidden } from "../hidden";
import { type Selector, selectsOrganization } from "./selector";
import { createKnownPeople, type KnownPeople, type Roster } from "./unknownPeople";

/** An organization of a review, or of layouts. */
export interface KnownOrganization {
  /** Undefined if it is unknown. */
  readonly name: string | undefined;
  readonly isSelected: (selector: Selector) => boolean;
  /** Undefined if a group can have any name. */
  readonly groups: readonly string[] | undefined;
  /** The paths of the cohorts; undefined if a cohort can have any path. */
  readonly cohorts: readonly string[] | undefined;
}

/** The facts that names are compared with. */
export interface KnownNames {
  readonly organizations: readonly KnownOrganization[];
  readonly people: KnownPeople;
  /** True if a pattern for organizations should match one. */
  readonly countsPatterns: boolean;
}

/** Returns the names in the organizations of a review, before and after the change. */
export function readKnownNames(model: Pick<Model, "before" | "after" | "declarations">): KnownNames {
  const { before, after, declarations } = model;
  const members = [...after.organizations.values()].flatMap(({ people }) => [...people.keys()]);
  const rosters = [before, after].flatMap(({ organizations }, index) =>
    declarations.flatMap((declaration): readonly Roster[] => {
      const side = index === 0 ? "before" : "after";
      const organization = organizations.get(declaration.organization[side] ?? "");
      const ignored = declaration[side]?.people?.declared.ignore;
      if (organization === undefined || ignored === undefined || isHidden(ignored)) return [];
      const isSelected = (selector: Selector) => selectsOrganization(selector, organization) !== "no";
      return [{ isSelected, isIgnored: createMatcher(ignored) }];
    }),
  );
  return {
    organizations: [before, after].flatMap(({ organizations }) => [...organizations.values()].map(readNames)),
    people: createKnownPeople([before, after].flatMap(listEmails), rosters, members),
    countsPatterns: false,
  };
}

function readNames(organization: Organization): KnownOrganization {
  const { name, objects } = organization;
  const { groups, undeclaredGroups, cohortPaths } = objects;
  const listKnown = (texts: readonly (string | Hidden)[]) => {
    const known = texts.flatMap((text) => (isHidden(text) ? [] : [text]));
    return known.length === texts.length ? known : undefined;
  };
  return {
    name,
    isSelected: (selector) => selectsOrganization(selector, organization) !== "no",
    groups: undeclaredGroups.length > 0 ? undefined : listKnown(groups.map((group) => group.name)),
    cohorts: listKnown([...cohortPaths.values()]),
  };
}

/** Returns the addresses of all people, of members of groups, and of people with direct grants. */
function listEmails({ organizations }: Access): readonly string[] {
  return [...organizations.values()].flatMap(({ people, owner, objects: { groups, invitedMembers, projects } }) => [
    ...people.keys(),
    ...(typeof owner === "string" ? [owner] : []),
    ...groups.flatMap(({ members = [] }) => members),
    ...invitedMembers.map(({ email }) => email),
    ...projects.flatMap(({ users }) => users),
  ]);
}
