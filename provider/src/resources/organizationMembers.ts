import * as z from "zod";
import { Aborted, oneOf, roles, type Invitation, type Peridio, type RosterEntry, entryId } from "../api";
import {
  AlreadyExists,
  PartialFailureError,
  IdentityMismatchError,
  UserError,
  named,
  partialDestroyHint,
  type CompletePlan,
  formatPath,
  type PlanResult,
  type Observed,
  hasUnknowns,
  isRecord,
  type Values,
} from "#framework";
import type { Resource, ResourceContext } from "../resource";
import { deletionBlocked, organization } from "./organization";
import {
  findDeclaredRole,
  isStillDeclared,
  explainLeftBehind,
  getPeopleScope,
  getPersonKey,
} from "../roster/declaration";
import {
  explainIdentityMismatch,
  findInviteUrl,
  explainNewAddress,
  memberStatus,
  getMemberStatus,
  explainUnknown,
  findKnownUser,
} from "../roster/person";
import { explainRemoval } from "../roster/person";
import { defaultGuardrails, checkGuardrails, type Guardrails } from "../roster/guardrails";
import {
  listInvitees,
  isEmptyPlan,
  listNewcomers,
  listAffected,
  type Removal,
  planRemovals,
  planRoster,
  type RosterPlan,
  type Step,
} from "../roster/plan";
import { fitIntoSeats } from "../roster/seats";
import { findDeclared, findSpared, type RosterState, findUndeclared } from "../roster/state";
import { applyRosterPlan } from "../roster/apply";
import { countWithoutSeat, readSeats } from "../roster/seats";
import { ignore, key, createMatcher, members } from "../roster/declaration";
import { readRosterState, type PriorStatuses } from "../roster/state";
import { isSame } from "../types/email";
import { locateOrganization, ofOrganization, organizationId, visibleOrganizations } from "../types/organizationId";
import { observedRole } from "../types/role";

const limitForm = 'must be a number from 0 to 9999, such as 3, or a share from 0% to 100%, such as "25%"';
const limitText = z.string().regex(/^(\d{1,4}|(\d|[1-9]\d|100)%)$/, limitForm);

const inputs = z.object({
  organizationId: organizationId.meta({
    description: "The organization: the `id` of an Organization, which is its PRN. A change replaces the roster.",
  }),
  members: members.meta({
    description:
      "The roles of all people, by e-mail address, for at least one person. The case of an address does not matter.",
    entryKey: key,
  }),
  minAdmins: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(500, "must be at most 500")
    .optional()
    .meta({
      description:
        "The number of active admins that a change must leave, 1 to 500. Invitations do not count. Default: 1. The " +
        "limit does not apply to a change that removes or demotes no admin.",
      providerOnly: true,
    }),
  maxRemovals: z
    .union([limitText, z.int().min(0, limitForm).max(9999, limitForm)], limitForm)
    .transform(String)
    .pipe(limitText)
    .optional()
    .meta({
      description:
        "The maximum number of people that one change may remove or demote, including revoked invitations. Either a " +
        "number such as `3`, or a percentage such as `25%` of the people who are not ignored, rounded up, at least " +
        "one. Default: `25%`. It also limits the deletion of the roster, if the same run keeps the Organization.",
      providerOnly: true,
    }),
  ignore: ignore.optional().meta({
    description:
      "E-mail addresses that the roster ignores, with `*` for any characters, such as `*@partner.example`. At most " +
      "100. A Membership in the same organization can declare only these people.",
    providerOnly: true,
  }),
});

const outputs = inputs.extend({
  members: z.record(z.string(), observedRole).meta({
    description:
      "Roles by e-mail address: the declared people and, after a refresh, undeclared people that the roster would remove.",
  }),
  maxRemovals: z
    .string()
    .optional()
    .meta({ description: "The maximum number of people that one change may remove: a number or a percentage." }),
  people: z
    .record(
      z.string(),
      z
        .object(memberStatus)
        .meta({ id: "Person", description: "A person's membership in an organization, or the invitation to it." }),
    )
    .meta({ description: "The membership or invitation of each person, by e-mail address.", secretWith: "members" }),
  inviteUrls: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description:
        "The links of pending invitations, by e-mail address. Anyone who has a link can accept. Present only with " +
        "Avocado Connect, while e-mail delivery is off.",
      secret: true,
    }),
});

type Inputs = z.output<typeof inputs>;

const newEmail = "Peridio cannot edit an invitation, so it is revoked and sent anew";
const exempt = "it keeps the owner, the API key's user and the people that `ignore` matches";

export const organizationMembers: Resource<typeof inputs, typeof outputs, typeof ofOrganization> = {
  token: "peridio:index:OrganizationMembers",
  description:
    "The roster of one organization: all its members and invitations. It is authoritative: an update removes " +
    "members and revokes invitations that the program does not declare. It never removes the owner, the API " +
    "key's user or people that `ignore` matches. An update first invites and promotes, then demotes, then " +
    "removes. If seats are short, it first removes as many people as necessary, but never admins. Creation " +
    "adopts the existing people if the program declares each of them with the present role. Otherwise creation " +
    "fails: import the roster. Deletion removes the declared people, except the owner and the API key's user. If " +
    "the same run keeps the Organization, `minAdmins` and `maxRemovals` limit the deletion. To keep the people, " +
    "set the option `retainOnDelete`. Do not set the option `deletedWith` to an Organization: the destroy fails, " +
    "and the people stay in Peridio but not in the state.",
  example: `
resources:
  production:
    type: peridio:Organization
    properties: { name: acme-production }
    options: { protect: true }
  people:
    type: peridio:OrganizationMembers
    properties:
      organizationId: \${production.id}
      members:
        ada@acme.example: admin
        bob@acme.example: developer
        carl@acme.example: viewer
      maxRemovals: 10%
      ignore: ["*@partner.example"]
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  reference: {
    imports: ["acme-production", "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d"],
    errors: [
      {
        says: "already exists … people who are not declared (…)",
        remedy:
          "The roster would remove these people. Import the roster with the command in the message, declare the " +
          "people, or add them to `ignore`.",
      },
      {
        says: "already exists … people who have another role (…)",
        remedy:
          "The roster would change these people's roles. Import the roster with the command in the message, or declare " +
          "their present roles.",
      },
      {
        says: "is declared here as a whole, and in part by …",
        remedy:
          "A Membership declares a person in the same organization. Remove one of the two resources, or add the " +
          "address to `ignore`.",
      },
      {
        says: "must name at least one person, because an empty roster would remove everyone",
        remedy:
          "Declare at least one person. To stop managing the people and keep them, set the option `retainOnDelete`, " +
          "run `pulumi up`, and remove the resource from the program.",
      },
      {
        says: "is the same address as …: keep one of the two",
        remedy: "The case of an address does not matter. Declare each person in `members` once.",
      },
      {
        says: "… both declared and matched by `ignore`: decide for one",
        remedy: "Narrow the pattern of `ignore`, or remove the person from `members`.",
      },
      {
        says: "The change removes or demotes … people (…), but maxRemovals (…) allows …",
        remedy: "Check the names in the message. If the removals are right, raise `maxRemovals` for this change.",
      },
      {
        says: "The change takes the admin role from … and leaves …, but minAdmins requires …. Invitations do not count.",
        remedy: "Make another member an admin first, or lower `minAdmins`.",
      },
      {
        says: "Declare … instead of … for …, or remove the address from the roster.",
        remedy:
          "Peridio does not change the role of the owner or the API key's user. Declare the present role, or remove " +
          "the person from `members`.",
      },
      {
        says: "The organization has … for … more …: …",
        remedy:
          "The organization has no free seat. Ask Peridio to raise the limit, or declare fewer people. The provider " +
          "never removes admins to free a seat.",
      },
      {
        says: "The provider would revoke … and could not send …",
        remedy:
          "The organization has more people than seats, and a changed role requires a new invitation. Ask Peridio to " +
          "raise the limit, or remove people first.",
      },
      {
        says: "The address … belongs to a different user (…) than the one in state (…)",
        remedy:
          "The address belongs to another user. If you want that user, run `pulumi up --refresh`. Otherwise remove " +
          "that user in Peridio.",
      },
      {
        says: "the new resource for … failed, so the old one stays in the state",
        remedy: "No one was removed. Fix the failure that the other message describes, and run again.",
      },
      deletionBlocked,
    ],
  },
  inputs,
  outputs,
  query: ofOrganization,
  parent: { resource: organization, id: "organizationId" },
  key: ["organizationId"],
  keys({ organizationId, members, ignore }) {
    const people = isRecord(members) ? Object.entries(members) : [];
    const roster = { collection: "rosters", name: String(organizationId), path: ["organizationId"] };
    return {
      items: [roster, ...people.map(([email, role]) => getPersonKey(organizationId, email, role, ["members", email]))],
      // An unknown `ignore` may exclude anyone, so the roster is not exclusive yet.
      ...(!hasUnknowns(ignore) && {
        exclusive: {
          collection: getPeopleScope(organizationId),
          path: ["organizationId"],
          except: createMatcher(ignore),
          remedy: "the roster declares all people, so declare the person there, or let its `ignore` match the address",
        },
      }),
    };
  },

  resolveImportId: ({ api }, id) => locateOrganization(api, id),

  async findExisting(context, wanted) {
    const id = wanted.organizationId;
    const found = await readRosterState(context, id, wanted);
    const { remove, grant: give, demote } = planRoster(found);
    const undeclared = emailsOf(remove);
    const otherwise = emailsOf([...give, ...demote].filter((step) => isOtherwise(step, found)));
    if (undeclared.length === 0 && otherwise.length === 0) return rosterOf(id, wanted, found);
    const kinds = [
      ...(undeclared.length > 0 ? [`people who are not declared (${named(undeclared)})`] : []),
      ...(otherwise.length > 0 ? [`people who have another role (${named(otherwise)})`] : []),
    ];
    throw new AlreadyExists(id, `with ${kinds.join(" and ")}`);
  },

  async read(context, id, { inputs: declared, state }) {
    const { warn } = context;
    const found = await readRosterState(context, id, declaration(declared), standings(state));
    for (const [email, place] of findDeclared(found)) {
      if (key(place.email) === key(email)) continue;
      warn(explainNewAddress(email, place, strayAt(email, found) !== undefined));
    }
    return rosterOf(id, declared, found, state);
  },

  async update(context, wanted, observed) {
    const { id } = observed;
    const known = standings(observed);
    const change = await permitted(context, id, wanted, known);
    try {
      await applyRosterPlan(context, id, change);
    } catch (error) {
      const reached = await readRosterState(context, id, wanted, known)
        .catch(async (failure: unknown) => {
          if (!(failure instanceof Aborted)) throw failure;
          return readRosterState({ ...context, api: context.recoveryClient() }, id, wanted, known);
        })
        .catch(() => undefined);
      // PartialFailureError even if nobody can tell how far it came: else nothing would put that back, once the program is put back.
      if (reached === undefined) throw new PartialFailureError(observed, error);
      const roster = rosterOf(id, wanted, reached, observed);
      if (isEmptyPlan(planRoster(reached))) return roster;
      throw new PartialFailureError(roster, error);
    }
    return rosterOf(id, wanted, await readRosterState(context, id, wanted, known), observed);
  },

  async delete(context, { id }, { state, inputs: declared, parent, authorize }) {
    const { api, warn, ownership: fate } = context;
    const before = standings(state);
    const found = await readRosterState(context, id, declaration(declared), before);
    const going: Removal[] = [];
    const notes: string[] = [];
    // Settles who stays before the first person goes.
    const go = (email: string, place: RosterEntry, names = [email, place.email]): void => {
      if (isStillDeclared(fate, id, names)) {
        const left = explainLeftBehind(fate, email, place);
        if (left !== undefined) notes.push(left);
        return;
      }
      if (!isSame(place.email, email)) notes.push(explainRemoval(email, place));
      going.push({ kind: "remove", email, person: place });
    };
    for (const [email, place] of findDeclared(found)) {
      const known = before.get(key(email)) ?? {};
      const stranger = explainIdentityMismatch(email, known, getMemberStatus(place));
      if (stranger === undefined) go(email, place);
      else {
        notes.push(`${stranger} That user stays.`);
        const user = await findKnownUser(api, id, known.userId);
        // A declaration of the address means the other user.
        if (user !== undefined) go(email, user, [user.email]);
      }
    }
    for (const place of found.orphanedInvitations) go(place.email, place);
    const leaving = going.filter(({ person: place }) => place.kind === "invitation" || !found.isProtected(place));
    if (leaving.length > 0) await authorize();
    if (parent.kind === "stays") {
      checkGuardrails(planRemovals(leaving), found, {
        ...railsOf(declaration(declared)),
        findRoleElsewhere: (email) => findDeclaredRole(context.desiredOf, id, email),
        remedies: deletionRemedies,
      });
    }
    if (parent.kind === "ends" && !parent.force) refuseOthers(found, declaration(declared));
    notes.forEach(warn);
    try {
      // The owner leaves with the organization.
      await applyRosterPlan(context, id, planRemovals(parent.kind === "ends" ? leaving : going));
    } catch (error) {
      const gone = await removed(context.recoveryClient(), id, leaving).catch(() => []);
      if (gone.length === leaving.length) return;
      throw gone.length === 0 ? error : goneInPart(error, gone);
    }
  },

  async *list({ api }, { organizationId }) {
    for (const { id, name } of await visibleOrganizations(api, organizationId)) yield { id, name };
  },

  async plan(context, plan) {
    if (plan.phase === "partial") return undefined;
    await rejectHarm(context, plan);
    return plan.phase === "preview" ? previewChange(context, plan) : undefined;
  },

  assess(observed, { desired, prior }) {
    const people = standings(observed);
    const declared = Object.keys(isRecord(desired?.members) ? desired.members : {});
    const others = prior === undefined ? [] : strangers(standings(prior.state), people);
    return {
      drifted: declared
        .filter((email) => isBroken(people.get(key(email)) ?? {}))
        .map((email) => formatPath(["members", email])),
      ...(others.length > 0 && { identityMismatch: { message: others.join(" "), isForbidden: false } }),
      refreshBeforeUpdate: [...people.values()].some(({ status }) => status !== "active"),
    };
  },
};

/** @throws UserError for a change that is known to fail or to do harm */
async function rejectHarm(
  context: ResourceContext,
  { desired: wanted, observed }: CompletePlan<typeof inputs>,
): Promise<void> {
  await permitted(context, wanted.organizationId, wanted, standings(observed ?? {}));
}

/** Describes the effects of a change that the differences in a preview do not show. */
async function previewChange(
  context: ResourceContext,
  { desired: wanted, observed = {} }: CompletePlan<typeof inputs>,
): Promise<PlanResult | undefined> {
  const { api, planned: plan } = context;
  const id = wanted.organizationId;
  const { found, change } = await intended(context, id, wanted, standings(observed));
  const newcoming = listNewcomers(change).map(({ email }) => key(email));
  const planned = await countWithoutSeat(api, id, plan(`seats of ${id}`, ...newcoming));
  await fitting(api, id, change, planned - newcoming.length);
  const notes = [...unshown(change, found, observed), ...explained(change, found, observed)];
  return { unknown: ["people", "inviteUrls"], ...(notes.length > 0 && { warnings: [notes.join(" ")] }) };
}

/** Plans the change, and rejects one that exceeds a limit. */
async function permitted(
  context: Pick<ResourceContext, "api" | "forAnotherKey" | "desiredOf">,
  id: string,
  wanted: Inputs,
  known: PriorStatuses,
): Promise<RosterPlan> {
  return fitting(context.api, id, (await intended(context, id, wanted, known)).change);
}

/** Orders the change so that seats suffice. `elsewhere` counts the seats that the rest of the program needs. */
async function fitting(api: Peridio, id: string, change: RosterPlan, elsewhere = 0): Promise<RosterPlan> {
  return listInvitees(change).length === 0
    ? change
    : fitIntoSeats(change, { ...(await readSeats(api, id)), plannedElsewhere: elsewhere });
}

/** Plans the change, and rejects one that the declaration does not allow. */
async function intended(
  context: Pick<ResourceContext, "api" | "forAnotherKey" | "desiredOf">,
  id: string,
  wanted: Inputs,
  known: PriorStatuses,
): Promise<{ readonly found: RosterState; readonly change: RosterPlan }> {
  const { members } = wanted;
  const found = await readRosterState(context, id, wanted, known);
  const others = strangers(
    known,
    [...findDeclared(found)].map(([email, place]) => [key(email), getMemberStatus(place)]),
  );
  if (others.length > 0) throw new IdentityMismatchError(others.join(" "));
  const both = Object.keys(members).filter(found.isIgnored);
  if (both.length > 0) {
    const are = both.length === 1 ? "is" : "are";
    throw new UserError(`${named(both)} ${are} both declared and matched by \`ignore\`: decide for one`);
  }
  const change = planRoster(found);
  const open = listAffected(change).flatMap((place) => explainUnknown(place) ?? []);
  if (open.length > 0)
    throw new UserError(`${open.join(" ")} To leave a person alone, let \`ignore\` match the address.`);
  checkGuardrails(change, found, {
    ...railsOf(wanted),
    findRoleElsewhere: (email) => findDeclaredRole(context.desiredOf, id, email),
  });
  return { found, change };
}

/** The limits that a roster declares. */
function railsOf({
  minAdmins = defaultGuardrails.minAdmins,
  maxRemovals = defaultGuardrails.maxRemovals,
}: Limits): Pick<Guardrails, "minAdmins" | "maxRemovals"> {
  return { minAdmins, maxRemovals };
}

const keepThem =
  "To keep these people, set the option `retainOnDelete` on the roster, run `pulumi up`, and delete the roster again. " +
  `If the roster has left the program, put it back first. ${partialDestroyHint("PERIDIO", "organization")}`;

/** Remedies for a deletion that goes too far. */
const deletionRemedies = {
  maxRemovals: `To remove these people, set \`maxRemovals: "100%"\`, run \`pulumi up\`, and delete the roster again. ${keepThem}`,
  minAdmins:
    "To remove these people, make another member an admin or lower `minAdmins`, run `pulumi up`, and delete the roster again. " +
    keepThem,
};

/** Rejects the deletion if undeclared members block the one of the organization. */
function refuseOthers(found: RosterState, { ignore = [] }: z.output<typeof declares>): void {
  if (ignore.length > 0) return;
  const others = findUndeclared(found).filter(({ person: place }) => place.kind === "member");
  if (others.length === 0) return;
  throw new UserError(
    `this run deletes or leaves out its Organization, and the roster does not declare all members: ${named(others.map(({ email }) => email))}. ` +
      "Peridio cannot delete the organization while they are members. The roster removed nobody. " +
      "Remove them in Peridio, or set `forceDestroy: true` on the Organization, run `pulumi up`, and delete it again. " +
      partialDestroyHint("PERIDIO", "organization"),
  );
}

/** Says where another user than before is behind an address. */
function strangers(before: PriorStatuses, now: Iterable<readonly [string, Values]>): string[] {
  return [...now].flatMap(
    ([email, standing]) => explainIdentityMismatch(email, before.get(email) ?? {}, standing) ?? [],
  );
}

/** Returns true if adoption would change the role of a member or of a pending invitation, which another user may have set. */
function isOtherwise(step: Step, { isProtected: fixed }: RosterState): boolean {
  if (step.kind === "setRole") return !fixed(step.person);
  return step.kind === "inviteAgain" && step.person.status === "pending";
}

function emailsOf(steps: readonly Step[]): string[] {
  return steps.map(({ email }) => email);
}

/** Describes the effects of an update that the difference between the program and the state does not show. */
function unshown(
  { makeRoom, grant: give, demote, remove }: RosterPlan,
  found: RosterState,
  observed: Values,
): string[] {
  const before = rolesIn(observed.members);
  const wanted = rolesIn(found.desired);
  const leaving = [...makeRoom, ...remove].filter(({ person: place }) => place !== strayAt(place.email, found));
  const hidden = (steps: readonly Step[]) =>
    emailsOf(steps).filter((email) => before.get(key(email)) === wanted.get(key(email)));
  const kinds = [
    ["removes", hidden(leaving)],
    ["gives access to", hidden(give.filter(({ kind }) => kind !== "inviteAgain"))],
    ["takes access from", hidden(demote.filter(({ kind }) => kind !== "inviteAgain"))],
  ] as const;
  const texts = kinds.filter(([, who]) => who.length > 0).map(([verb, who]) => `${verb} ${named(who)}`);
  if (texts.length === 0) return [];
  return [`The organization changed since the last refresh, so this update also ${texts.join(" and ")}.`];
}

/** Explains differences that may surprise. */
function explained({ grant: give, demote }: RosterPlan, found: RosterState, observed: Values): string[] {
  const again = [...give, ...demote].filter((step) => step.kind === "inviteAgain");
  const expired = emailsOf(again.filter(({ person: place }) => place.status === "expired"));
  const edited = emailsOf(again.filter(({ person: place }) => place.status === "pending"));
  const before = rolesIn(observed.members);
  const staying = findSpared(found)
    .map(({ email }) => email)
    .filter((email) => before.has(key(email)));
  const strays = found.orphanedInvitations.map(({ email }) => email);
  return [
    ...(strays.length > 0
      ? [`This update revokes the invitation at ${named(strays)}: the declared user has a new address.`]
      : []),
    ...(expired.length > 0 ? [`A new e-mail goes out to ${named(expired)}: the invitation has expired.`] : []),
    ...(edited.length > 0 ? [`A new e-mail goes out to ${named(edited)}: ${newEmail}.`] : []),
    ...(staying.length > 0 ? [`The roster does not remove ${named(staying)}: ${exempt}.`] : []),
  ];
}

/** Returns the removals that are done: neither the entry nor a member who accepted in the meantime remains. */
async function removed(api: Peridio, id: string, leaving: readonly Removal[]): Promise<readonly Removal[]> {
  const there = new Set((await api.roster.list(id)).flatMap((place) => [entryId(place), key(place.email)]));
  return leaving.filter(({ person: place }) => !there.has(entryId(place)) && !there.has(key(place.email)));
}

/** A deletion that fails cannot change the state, so the user has to know what the state does not. */
function goneInPart(error: unknown, gone: readonly Removal[]): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(
    `${reason}${reason.endsWith(".") ? "" : "."} Already removed, although the state still contains them: ${named(emailsOf(gone))}. ` +
      "If the roster is to stay after all, run `pulumi up --refresh`",
  );
}

function rolesIn(members: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(isRecord(members) ? members : {}).map(([email, role]) => [key(email), role]));
}

/** Returns the roster for the state: the declared people, and the undeclared people that the roster manages. */
function rosterOf(id: string, declared: Values, found: RosterState, state: Values = {}): Observed<typeof outputs> {
  const importing = declared.members === undefined;
  const others = importing ? found.people : findUndeclared(found);
  const people = [...findDeclared(found), ...others.map(({ email, person: place }) => [email, place] as const)];
  people.sort(([a], [b]) => (a < b ? -1 : 1));
  const [before, links] = [standings(state), linksIn(state)];
  const inviteUrls = people.flatMap(([email, place]) => {
    const link = findInviteUrl(place, { ...before.get(key(email)), inviteUrl: links.get(key(email)) });
    return link === undefined ? [] : [[email, link] as const];
  });
  return {
    id,
    organizationId: id,
    members: Object.fromEntries(people.map(([email, { role }]) => [email, role])),
    people: Object.fromEntries(
      people.map(([email, place]) => {
        const stray = strayAt(email, found);
        return [email, { ...getMemberStatus(place), ...(stray && { invitationId: stray.id }) }];
      }),
    ),
    ...(inviteUrls.length > 0 && { inviteUrls: Object.fromEntries(inviteUrls) }),
  };
}

/** The invitation that waits at the former address of a declared user. */
function strayAt(email: string, { orphanedInvitations: strays }: RosterState): Invitation | undefined {
  return strays.find((stray) => isSame(stray.email, email));
}

/** Returns true if an update repairs a person although no input changed. */
function isBroken({ status, asOwner, invitationId }: Values): boolean {
  return status === "expired" || asOwner === true || (status === "active" && invitationId !== undefined);
}

/** The inputs as a refresh leaves them: empty if all people have left. */
const declares = z
  .object({ members: z.record(z.string(), oneOf(roles)), ignore, minAdmins: z.number(), maxRemovals: z.string() })
  .partial();

type Limits = Pick<z.output<typeof declares>, "minAdmins" | "maxRemovals">;

/** Returns the inputs about people in a state; empty for an import. */
function declaration(declared: Values): z.output<typeof declares> {
  return declares.parse(declared);
}

/** The links of invitations, by canonical address. */
function linksIn({ inviteUrls }: Values): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(isRecord(inviteUrls) ? inviteUrls : {}).map(([email, link]) => [key(email), link]));
}

/** Returns the status of each person, by canonical address. */
function standings({ people }: Values): ReadonlyMap<string, Values> {
  const known = Object.entries(isRecord(people) ? people : {});
  return new Map(known.flatMap(([email, one]) => (isRecord(one) ? [[key(email), one] as const] : [])));
}
