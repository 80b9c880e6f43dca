import {
  ApiError,
  asUuid,
  canonicalizeEmail,
  computeAccess,
  ForbiddenError,
  getParentId,
  type Group,
  type Invitation,
  type Organization,
  type Peridio,
  readGroups,
  type RosterEntry,
} from "#provider";
import {
  isAdmin,
  type ListedProjectOrCohort,
  listProjectsAndCohorts,
  type ProjectOrCohort,
  readGrants,
} from "../access/live";
import { findReasons } from "../access/reasons";
import { describeUnreadable, type Unreadable } from "../access/unreadable";
import { chooseOrganizations, listOrganizations } from "../organizations";
import { CommandError } from "../exit";
import type { Question } from "./answer";
import {
  type AccessObject,
  type Doubt,
  omitUnreachableCohorts,
  type OrganizationAccess,
  type PendingInvitations,
  type Person,
  type PersonAccess,
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
        return { organization: { name, ...nothing }, gaps: [], groups: [], objects: [] };
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

/** An organization of which nothing is known. */
const nothing = { people: [], groups: [], objects: [], access: [], doubts: [] } as const;

/**
 * Reads all access in organizations, also that of invited people, as they get it with the acceptance. A part that the API key cannot
 * read is a doubt.
 */
export async function readLiveAccess(
  api: Peridio,
  organizations: readonly Pick<Organization, "id" | "name">[],
): Promise<readonly OrganizationAccess[]> {
  return Promise.all(
    organizations.map(async ({ id, name }) => {
      try {
        return await readAllAccess(api, { id, name });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const [sentence = ""] = describeUnreadable([{ id, name, error }]);
        return { id, name, ...nothing, doubts: (["people", "access"] as const).map((hides) => ({ hides, sentence })) };
      }
    }),
  );
}

async function readAllAccess(
  api: Peridio,
  { id, name }: Pick<Organization, "id" | "name">,
): Promise<OrganizationAccess> {
  const hasProjects = api.explainUnsupported("projects") === undefined;
  const { organization, gaps, groups: live, objects } = await readOrganization(api, { id, name }, {}, hasProjects);
  const doubts = gaps.map((sentence) => ({ hides: "access", sentence }) as const);
  const [entries, hidden] = await readRoster(api, { id, name });
  const invitations = entries.filter((entry): entry is Invitation => entry.kind === "invitation");
  const invited = new Map(
    invitations.map((invitation): [string, Person] => {
      const person = toPerson({ email: invitation.email, role: invitation.role, isOwner: false });
      return [canonicalizeEmail(invitation.email), { ...person, status: "invited" }];
    }),
  );
  const groups = live.map((group) => ({
    key: group.id,
    name: group.name,
    members: group.members.map(({ email }) => email),
    invited: invitations
      .filter(({ groupId }) => groupId !== undefined && asUuid(groupId) === asUuid(group.id))
      .map(({ email }) => email),
    isComplete: hidden.length === 0,
  }));
  const access = objects.flatMap((object) => {
    const granted = new Set(object.groups.map(asUuid));
    const found = findReasons(invited, {
      everyoneEnabled: object.everyoneEnabled,
      users: object.users.map(({ email }) => email),
      groups: groups.filter(({ key }) => granted.has(asUuid(key))),
    });
    return [...found].flatMap(([address, reasons]): readonly PersonAccess[] => {
      const person = invited.get(address);
      return person === undefined ? [] : [{ person, object, reasons }];
    });
  });
  return {
    ...organization,
    id,
    people: [...organization.people, ...invited.values()],
    groups,
    objects,
    access: [...organization.access, ...omitUnreachableCohorts(access)],
    doubts: [...doubts, ...hidden],
  };
}

/** Reads the members and pending invitations. An API key without access to invitations leaves a doubt. */
async function readRoster(
  api: Peridio,
  { id, name }: Pick<Organization, "id" | "name">,
): Promise<readonly [readonly RosterEntry[], readonly Doubt[]]> {
  try {
    const [entries, again] = await Promise.all([api.roster.list(id), api.roster.memberInvitations(id)]);
    const describe = ({ email }: Invitation) =>
      `${email} is a member of ${name} and has a pending invitation, which can change the access. Revoke the invitation.`;
    return [entries, again.map((invitation) => ({ hides: "all", sentence: describe(invitation) }))];
  } catch (error) {
    if (!(error instanceof ForbiddenError)) throw error;
    return [[], [{ hides: "people", sentence: `This API key cannot read the invitations to ${name}.` }]];
  }
}

interface Reading {
  readonly organization: OrganizationAccess;
  readonly gaps: readonly string[];
  readonly groups: readonly Group[];
  /** The projects and cohorts whose grants were read. */
  readonly objects: readonly (ProjectOrCohort & AccessObject)[];
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
    return { organization: { name, ...nothing, people }, gaps: [], groups: [], objects: [] };

  const [groups, all] = await Promise.all([readGroups(api, id), listProjectsAndCohorts(api, id)]);
  const listed = all.map((object) => ({ ...object, key: object.id, isOpen: object.everyoneEnabled }));
  const chosen = listed.filter(({ path }) => question.project === undefined || path === question.project);
  const objects = await readWithParents(api, listed, chosen);
  const grantees = groups.map((group) => ({ ...group, id: asUuid(group.id) }));
  const seesAll = (question.project !== undefined && chosen.length > 0) || (await isAdmin(api, id));
  return {
    groups,
    objects,
    organization: {
      name,
      ...nothing,
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
  return objects.map((object) => ({
    ...object,
    key: object.id,
    parent: getParent(object),
    isOpen: object.everyoneEnabled,
  }));
}
