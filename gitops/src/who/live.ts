import {
  ApiError,
  asUuid,
  canonicalizeEmail,
  ForbiddenError,
  type Invitation,
  type Member,
  type Peridio,
  type User,
} from "#provider";
import { findReasons } from "../access/reasons";
import { describeUnreadable } from "../access/unreadable";
import { catchApiError, listOrganizations, type LiveOrganization, readEachOrganization } from "../model/live";
import { chooseOrganizations } from "../organizations";
import { CommandError } from "../exit";
import type { Question } from "./answer";
import {
  type Doubt,
  type OrganizationAccess,
  type PendingInvitations,
  type PersonInSource,
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
      `peridio-gitops reads no projects with ${api.name}. Remove --project to see roles, or add --backend connect for Avocado Connect.`,
    );
  const chosen = chooseOrganizations(patterns, await listOrganizations(api), where);
  const { readings: organizations, unreadable } = await readEachOrganization(chosen, async (live) =>
    readOrganization(live, { ...uninvited, members: await live.members() }, question),
  );
  return {
    kind: "live",
    where,
    organizations,
    invitations: await readInvitations(chosen, organizations, question),
    hasProjects,
    gaps: [
      ...describeUnreadable(unreadable),
      ...organizations.flatMap(({ doubts }) => doubts.map(({ sentence }) => sentence)),
    ],
    remarks: hasProjects
      ? []
      : [{ sentence: `peridio-gitops reads no projects with ${api.name}, so the answer contains only roles.` }],
  };
}

/** An organization of which nothing is known. */
const nothing: Omit<OrganizationAccess, "name"> = { people: new Map(), groups: [], objects: [], doubts: [] };

/**
 * Reads all access in organizations, also that of invited people, as they get it with the acceptance. A part that the API key cannot
 * read is a doubt.
 */
export async function readLiveAccess(
  organizations: readonly LiveOrganization[],
): Promise<readonly OrganizationAccess[]> {
  return Promise.all(
    organizations.map(async (live) => {
      const reading = await catchApiError(readPeople(live).then(async (people) => readOrganization(live, people, {})));
      if (!(reading instanceof ApiError)) return reading;
      const { id, name } = live;
      const [sentence = ""] = describeUnreadable([{ id, name, error: reading }]);
      return { id, name, ...nothing, doubts: (["people", "access"] as const).map((hides) => ({ hides, sentence })) };
    }),
  );
}

interface People {
  readonly members: readonly Member[];
  /** The people who are not members yet. */
  readonly pending: readonly Invitation[];
  readonly doubts: readonly Doubt[];
}

/** Nobody is invited. */
const uninvited = { pending: [], doubts: [] } as const;

/** Reads the members and the invited people. An API key without access to invitations leaves a doubt. */
async function readPeople(live: LiveOrganization): Promise<People> {
  const { name } = live;
  const lists = await catchApiError(live.people());
  if (lists instanceof ForbiddenError) {
    const sentence = `This API key cannot read the invitations to ${name}.`;
    return { ...uninvited, members: await live.members(), doubts: [{ hides: "people", sentence }] };
  }
  if (lists instanceof ApiError) throw lists;
  const describe = ({ email }: Invitation) =>
    `${email} is a member of ${name} and has a pending invitation, which can change the access. Revoke the invitation.`;
  return {
    ...lists,
    doubts: lists.memberInvitations.map((invitation) => ({ hides: "all", sentence: describe(invitation) })),
  };
}

/** Reads the access of people, as far as the question needs it. */
async function readOrganization(
  live: LiveOrganization,
  { members, pending, doubts }: People,
  question: Question,
): Promise<OrganizationAccess> {
  const { id, name } = live;
  const listed: readonly PersonInSource[] = [
    ...members.map((member) => ({ ...toPerson(member), status: "active" }) as const),
    ...pending.map((invited) => ({ ...toPerson({ ...invited, isOwner: false }), status: "invited" }) as const),
  ];
  const people = new Map(listed.map((person) => [canonicalizeEmail(person.email), person]));
  if (!live.has("projects") || !isConcerned(question, { people })) return { ...nothing, id, name, people, doubts };

  const [read, all] = await Promise.all([live.groups(), live.listedProjectsAndCohorts()]);
  const chosen = all.filter(({ path }) => question.project === undefined || path === question.project);
  // A person has access to a cohort only together with its project.
  const required = new Set(chosen.flatMap((object) => [object.id, object.parent]));
  const restricted = await live.readGrants(all.filter((object) => required.has(object.id)));
  const seesAll = (question.project !== undefined && chosen.length > 0) || (await live.isAdmin());

  // A user is the same person after a change of the address.
  const addresses = new Map(members.map(({ userId, email }) => [userId, email]));
  const list = (users: readonly User[]) => users.map((user) => addresses.get(user.id) ?? user.email);
  const groups = read.map((group) => ({
    key: group.id,
    name: group.name,
    members: list(group.members),
    invited: pending.flatMap(({ email, groupId }) =>
      groupId !== undefined && asUuid(groupId) === asUuid(group.id) ? email : [],
    ),
    isComplete: doubts.length === 0,
  }));
  const reasons = new Map(
    restricted.map((object) => {
      const granted = new Set(object.groups.map(asUuid));
      const found = findReasons(people, {
        everyoneEnabled: object.everyoneEnabled,
        users: list(object.users),
        groups: groups.filter(({ key }) => granted.has(asUuid(key))),
      });
      return [object.id, new Map([...found].filter(([address]) => people.has(address)))];
    }),
  );
  const sentence = `The API key's user is neither an admin nor an owner of ${name} and sees only some of its projects and cohorts. Use the API key of an admin or an owner.`;
  return {
    id,
    name,
    people,
    groups,
    objects: all.map(({ id, kind, path, parent, everyoneEnabled }) => ({
      ...{ key: id, kind, path, parent, isOpen: everyoneEnabled },
      reasons: reasons.get(id) ?? new Map<string, never>(),
    })),
    doubts: seesAll ? doubts : [{ hides: "access", sentence }, ...doubts],
  };
}

/** Finds the pending invitations of the person in question, if no organization has the person as a member. */
async function readInvitations(
  chosen: readonly LiveOrganization[],
  organizations: readonly OrganizationAccess[],
  { person }: Question,
): Promise<PendingInvitations | undefined> {
  if (person === undefined || organizations.some(({ people }) => people.has(canonicalizeEmail(person))))
    return undefined;
  const { readings, unreadable } = await readEachOrganization(chosen, async (live) => {
    const { pending } = await live.people();
    return pending.some(({ email }) => canonicalizeEmail(email) === canonicalizeEmail(person)) ? [live.name] : [];
  });
  return { organizations: readings.flat(), isComplete: unreadable.length === 0 };
}

/** Reports if an organization matters: it has the person, or the question is about a project. */
function isConcerned({ person, project }: Question, { people }: Pick<OrganizationAccess, "people">): boolean {
  return person === undefined || project !== undefined || people.has(canonicalizeEmail(person));
}
