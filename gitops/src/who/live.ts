import {
  ApiError,
  asUuid,
  canonicalizeEmail,
  computeAccess,
  getParentId,
  type Organization,
  type Peridio,
  readGroups,
} from "#provider";
import {
  isAdmin,
  type ListedProjectOrCohort,
  listProjectsAndCohorts,
  type ProjectOrCohort,
  readGrants,
} from "../access/live";
import { describeUnreadable, type Unreadable } from "../access/unreadable";
import { chooseOrganizations, listOrganizations } from "../organizations";
import { CommandError } from "../exit";
import type { Question } from "./answer";
import {
  type AccessObject,
  omitUnreachableCohorts,
  type OrganizationAccess,
  type PendingInvitations,
  type Person,
  type Source,
} from "./source";
import { toPerson } from "../roles";

/**
 * Reads the organizations that the API key can see and that match a pattern, as far as the question needs them.
 * @throws CommandError for a question about projects if the API has none.
 */
export async function readLive(api: Peridio, patterns: readonly string[], question: Question): Promise<Source> {
  const where = "that this API key can see";
  const hasProjects = api.explainUnsupported("projects") === undefined;
  if (!hasProjects && question.project !== undefined)
    throw new CommandError(
      `${api.name} has no projects. Remove --project to see roles, or add --backend connect for Avocado Connect.`,
    );
  const chosen = chooseOrganizations(patterns, await listOrganizations(api), where);
  const unreadable: Unreadable[] = [];
  const readings = await Promise.all(
    chosen.map(async ({ id, name }) => {
      try {
        return await readOrganization(api, { id, name }, question, hasProjects);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        unreadable.push({ id, name, error });
        return { organization: { name, people: [], objects: [], access: [] }, gaps: [] };
      }
    }),
  );
  const organizations = readings.map(({ organization }) => organization);
  return {
    kind: "live",
    where,
    organizations,
    invitations: await readInvitations(api, chosen, organizations, question),
    hasProjects,
    gaps: [...describeUnreadable(unreadable), ...readings.flatMap(({ gaps }) => gaps)],
    remarks: hasProjects ? [] : [{ sentence: `${api.name} has no projects, so the answer contains only roles.` }],
  };
}

interface Reading {
  readonly organization: OrganizationAccess;
  readonly gaps: readonly string[];
}

async function readOrganization(
  api: Peridio,
  { id, name }: Pick<Organization, "id" | "name">,
  question: Question,
  hasProjects: boolean,
): Promise<Reading> {
  const members = (await api.roster.members(id)).map((member) => ({ ...toPerson(member), status: "active" }) as const);
  const people: readonly Person[] = members;
  if (!hasProjects || !isConcerned(question, people))
    return { organization: { name, people, objects: [], access: [] }, gaps: [] };

  const [groups, all] = await Promise.all([readGroups(api, id), listProjectsAndCohorts(api, id)]);
  const listed = all.map((object) => ({ ...object, key: object.id }));
  const chosen = listed.filter(({ path }) => question.project === undefined || path === question.project);
  const objects = await readWithParents(api, listed, chosen);
  const grantees = groups.map((group) => ({ ...group, id: asUuid(group.id) }));
  const seesAll = (question.project !== undefined && chosen.length > 0) || (await isAdmin(api, id));
  return {
    organization: {
      name,
      people,
      objects: listed,
      access: omitUnreachableCohorts(
        Array.from(computeAccess(members, grantees, objects), ({ paths, ...access }) => ({
          ...access,
          reasons: paths,
        })),
      ),
    },
    gaps: seesAll
      ? []
      : [
          `The API key's user is not an admin of ${name} and sees only some of its projects and cohorts. Use an admin's token.`,
        ],
  };
}

/** Finds the pending invitations of the person in question, if no organization has the person as a member. */
async function readInvitations(
  api: Peridio,
  chosen: readonly Pick<Organization, "id" | "name">[],
  organizations: readonly OrganizationAccess[],
  { person }: Question,
): Promise<PendingInvitations | undefined> {
  if (person === undefined || organizations.some(({ people }) => hasPerson(people, person))) return undefined;
  const found = await Promise.all(
    chosen.map(async ({ id, name }) => {
      try {
        // The list contains members and pending invitations, and no member is the person.
        return { name, isInviting: hasPerson(await api.roster.list(id), person) };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { name, isInviting: undefined };
      }
    }),
  );
  return {
    organizations: found.flatMap(({ name, isInviting }) => (isInviting === true ? name : [])),
    isComplete: found.every(({ isInviting }) => isInviting !== undefined),
  };
}

function hasPerson(people: readonly { readonly email: string }[], person: string): boolean {
  return people.some(({ email }) => canonicalizeEmail(email) === canonicalizeEmail(person));
}

/** Reports if an organization matters: it has the person, or the question is about a project. */
function isConcerned({ person, project }: Question, people: readonly Person[]): boolean {
  if (person === undefined || project !== undefined) return true;
  return hasPerson(people, person);
}

/** Reads the grants of some projects and cohorts, and of the projects of these cohorts. */
async function readWithParents(
  api: Peridio,
  listed: readonly ListedProjectOrCohort[],
  chosen: readonly ListedProjectOrCohort[],
): Promise<readonly (ProjectOrCohort & AccessObject)[]> {
  const ids = new Set(listed.map(({ id }) => id));
  const getParent = ({ kind, id }: ListedProjectOrCohort) =>
    kind === "cohort" && ids.has(getParentId(id)) ? getParentId(id) : undefined;
  const required = new Set(chosen.flatMap((object) => [object.id, getParent(object) ?? object.id]));
  const objects = await readGrants(
    api,
    listed.filter(({ id }) => required.has(id)),
  );
  return objects.map((object) => ({ ...object, key: object.id, parent: getParent(object) }));
}
