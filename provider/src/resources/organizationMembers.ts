import * as z from "zod";
import {
  AlreadyExistsError,
  type CompletePlan,
  getRecoveryClient,
  hasUnknowns,
  isRecord,
  type Observed,
  PartialFailureError,
  type PlanResult,
  type Values,
} from "#framework";
import { formatPath, listBriefly } from "#framework/messages";
import { AbortedError, canonicalizeEmail, type Feature, type RosterEntry } from "../api";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { applyRosterPlan } from "../roster/apply";
import { findMismatches, fitPlan, planChange, planRoster, rejectContradictions } from "../roster/change";
import { type RosterContext, rosterModules } from "../roster/context";
import {
  createMatcher,
  getPeopleCollection,
  getPersonKey,
  ignore,
  lastDays,
  members,
  parseDeclaredRoster,
  rolesAfterwards,
} from "../roster/declaration";
import { explainPartialRemoval, findLeaving, findRemoved, planDeletion, verifyRemoved } from "../roster/deletion";
import { describeActivity, describeEffects, describeRevocations } from "../roster/effects";
import { explainKeptOwner, explainUndeclaredOwners, getHeldRole } from "../roster/owners";
import { explainNewAddress } from "../roster/address";
import { findInviteUrl, getMemberStatus, memberStatus, onExpired } from "../roster/person";
import { endFormerGroups, groups, observeGroups } from "../roster/groups";
import { releasePeople } from "../roster/release";
import { countPlannedSeats } from "../roster/seats";
import {
  findDeclared,
  findOrphanedInvitation,
  findUndeclared,
  findUndeclaredOwners,
  indexByAddress,
  readRosterState,
  type RosterState,
  readStatuses,
} from "../roster/state";
import { changesPeople, listEmails, isEmptyPlan, listNewcomers, planRemovals, type Step } from "../roster/steps";
import { organizationId } from "../types/organizationId";
import { observedRole } from "../types/role";
import { onePerOrganization } from "./onePerOrganization";

const limitForm = 'must be a number from 0 to 9999, such as 3, or a percentage from 0% to 100%, such as "25%"';
const limitText = z.string().regex(/^(\d{1,4}|(\d|[1-9]\d|100)%)$/, limitForm);

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the " +
      "roster.",
  }),
  members: members.meta({
    description:
      "The roles of all people, by e-mail address. At least one person is required. The case of an address does " +
      "not matter.",
    entryKey: canonicalizeEmail,
    alsoEquals: "currentRoles",
    publicValues: true,
  }),
  groups: groups.optional().meta({
    description:
      "The group that each invited person joins by accepting the invitation, by e-mail address: the `id` of a Group, " +
      "or its UUID. All addresses must be in `members`. A changed or removed entry sends a new " +
      "invitation to a person who has not accepted. After acceptance, an entry has no effect, and the members of the Group decide. Default: none. Only " +
      "Avocado Connect supports this property.",
    entryKey: canonicalizeEmail,
    requires: "groups" satisfies Feature,
  }),
  lastDays: lastDays.optional().meta({
    description:
      "The last day of each person's access, UTC, such as `2027-01-31`, or the moment at which it ends, such as " +
      "`2027-01-31T08:00Z`, by e-mail address. All addresses must be in " +
      "`members`. Reviews and access rules read these ends. The provider does not act on them. A " +
      "Layout sets them from `until`, and removes each person from `members` after the end. Default: none.",
    entryKey: canonicalizeEmail,
    publicValues: true,
    providerOnly: true,
  }),
  rolesAfterwards: rolesAfterwards.optional().meta({
    description:
      "The role of each person after the end in `lastDays`, by e-mail address, for people who stay. All addresses must be in " +
      "`lastDays`. Reviews and access rules read these roles. The provider does not act on them. A Layout sets them from " +
      "`afterwards`, and moves each role to `members` after the end. Default: none.",
    entryKey: canonicalizeEmail,
    publicValues: true,
    providerOnly: true,
  }),
  minAdmins: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(500, "must be at most 500")
    .optional()
    .meta({
      description:
        "The minimum number of active admins after a change that removes or demotes an admin: 1 to 500. " +
        "Invitations do not count. Default: 1. This also limits the deletion of the roster.",
      providerOnly: true,
    }),
  maxRemovals: z
    .union([limitText, z.int().min(0, limitForm).max(9999, limitForm)], limitForm)
    .transform(String)
    .pipe(limitText)
    .optional()
    .meta({
      description:
        "The maximum number of people that one change may remove or demote, including revoked pending invitations. " +
        "Either a number from 0 to 9999, such as `3`, or a percentage from `0%` to `100%`. A percentage refers to " +
        "the members and pending invitations that `ignore` does not match. It is rounded up, and permits at least " +
        "one person. Default: `25%`. This also limits the deletion of the roster.",
      providerOnly: true,
    }),
  onExpired: onExpired.optional().meta({
    description:
      "The reaction to expired invitations of declared people. `reinvite` revokes the invitation and sends a new one. " +
      "`ignore` changes nothing. Default: `reinvite`.",
    providerOnly: true,
  }),
  ignore: ignore.optional().meta({
    description:
      "Patterns of e-mail addresses that the roster ignores, with `*` for any characters, such as " +
      "`*@partner.example`. At most 100. Case does not matter. If the program also declares Memberships in this " +
      "organization, these patterns must match their addresses.",
    providerOnly: true,
  }),
});

const outputs = inputs.extend({
  members: z.record(z.string(), observedRole).meta({
    description:
      "Roles by e-mail address: the declared people and, after a refresh, undeclared people that the roster would remove.",
  }),
  currentRoles: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description:
        "The present roles that differ from `members`, by e-mail address: `owner`, if no program has declared this owner with " +
        "the role `owner`. The provider does not lower such owners, and keeps such invitations. If the program then declares the " +
        "role `owner`, Pulumi shows no change. Present only with Avocado Connect.",
      secretWith: "members",
    }),
  maxRemovals: z.string().optional().meta({
    description: "The maximum number of people that one change may remove or demote: a number or a percentage.",
  }),
  people: z
    .record(
      z.string(),
      z.object(memberStatus).meta({
        id: "Person",
        description: "A person's membership in an organization or, until the person accepts, the invitation.",
      }),
    )
    .meta({ description: "The membership or invitation of each person, by e-mail address.", secretWith: "members" }),
  inviteUrls: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description:
        "The links to accept invitations, by e-mail address. Anyone who has a link can accept. Present only for " +
        "invitations that the provider sent with Avocado Connect while e-mail delivery was off.",
      secret: true,
    }),
});

export const organizationMembers = defineResource({
  token: "peridio:index:OrganizationMembers",
  description:
    "The roster of one organization: all its members and invitations. It is authoritative: an update removes " +
    "members and revokes invitations that the program does not declare. It never removes an owner, the API " +
    "key's user or people that `ignore` matches. An update first invites and promotes, then demotes, then " +
    "removes. If too few seats are free for the invitations, it first removes as many undeclared people as " +
    "necessary, but never admins. Creation adopts people who are members or invited with the declared role. It " +
    "fails if it would remove people or change their roles. In that case, import the roster. Deletion removes " +
    "the declared people, except owners and the API key's user. `minAdmins` and `maxRemovals` limit the " +
    "deletion. To keep the people, set the option `retainOnDelete` and run `pulumi up` before the deletion. If the " +
    "same run may delete the Organization, the provider removes nobody. The deletion of the Organization then " +
    "removes its members, which requires `forceDestroy`.",
  example: `${withOrganization("acme-production")}
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
  inputs,
  outputs,
  ...onePerOrganization,
  uses: rosterModules,
  parent: {
    ...onePerOrganization.parent,
    async release(context, { id }, prior) {
      const { removals } = await findLeaving(context, id, prior);
      await releasePeople(context, removals);
    },
  },
  ownership: {
    otherKeys({ organizationId, members, ignore }) {
      const people = isRecord(members) ? Object.entries(members) : [];
      return {
        items: people.map(([email, role]) => getPersonKey(organizationId, email, role, ["members", email])),
        // An unknown `ignore` may exclude anyone, so the roster is not exclusive yet.
        ...(!hasUnknowns(ignore) && {
          exclusive: {
            collection: getPeopleCollection(organizationId),
            path: ["organizationId"],
            except: createMatcher(ignore),
            remedy:
              "the roster declares all people of the organization, so declare the person only in the roster, or add the address to the roster's `ignore`",
          },
        }),
      };
    },
  },

  async findExisting(context, desired) {
    rejectContradictions(desired);
    const id = desired.organizationId;
    const found = await readRosterState(context, id, desired);
    const { remove, grant, demote } = planRoster(found);
    const differences = [
      ...[...grant, ...demote].flatMap((step) => explainOtherRole(step, found) ?? []),
      ...[...findDeclared(found)].flatMap(([email, person]) => explainInvitedOwner(email, person, found) ?? []),
      ...(remove.length > 0 ? [`the program does not declare ${listBriefly(listEmails(remove))}`] : []),
    ];
    if (differences.length === 0) {
      explainOwners(found).forEach(context.warn);
      return observe(id, desired, found);
    }
    throw new AlreadyExistsError(id, `with other people or roles: ${listBriefly(differences, "; ")}`);
  },

  async read(context, id, { inputs: declared, priorInputs, state }) {
    const { warn } = context;
    const found = await readRosterState(context, id, parseDeclaredRoster(declared), readStatuses(state, priorInputs));
    for (const [email, person] of findDeclared(found)) {
      if (canonicalizeEmail(person.email) === canonicalizeEmail(email)) continue;
      warn(explainNewAddress(email, person, findOrphanedInvitation(email, found) !== undefined));
    }
    // The read of an import does not know the program, and cannot tell what it does not declare.
    if (declared.members !== undefined) explainOwners(found).forEach(warn);
    return observe(id, declared, found, state);
  },

  async update(context, desired, observed) {
    const { id } = observed;
    const prior = readStatuses(observed);
    const target = { ...desired, groups: endFormerGroups(desired.groups, observed.groups) };
    const planned = await planChange(context, id, target, prior);
    const change = await fitPlan(context.api, id, planned.change);
    try {
      await applyRosterPlan(context, id, change);
    } catch (error) {
      context.api.roster.forget(id);
      const reached = await readRosterState(context, id, target, prior)
        .catch(async (failure: unknown) => {
          if (!(failure instanceof AbortedError)) throw failure;
          return readRosterState({ ...context, api: getRecoveryClient(context.api) }, id, target, prior);
        })
        .catch(() => undefined);
      // Records the attempted inputs even if the read failed. If the program then returns to the prior inputs, an update undoes the change.
      if (reached === undefined) throw new PartialFailureError(observed, error);
      const roster = observe(id, desired, reached, observed);
      if (isEmptyPlan(planRoster(reached))) return roster;
      throw new PartialFailureError(roster, error);
    }
    if (changesPeople(change)) context.api.roster.forget(id);
    return observe(id, desired, await readRosterState(context, id, desired, prior), observed);
  },

  async delete(context, { id }, deletion) {
    const { removals, leaving, notes } = await planDeletion(context, id, deletion);
    notes.forEach(context.warn);
    try {
      await applyRosterPlan(context, id, planRemovals(removals));
      if (leaving.length > 0) await verifyRemoved(context.api, id, leaving);
    } catch (error) {
      const gone = await findRemoved(getRecoveryClient(context.api), id, leaving).catch(() => undefined);
      if (gone?.length === leaving.length) return;
      throw gone?.length === 0 ? error : explainPartialRemoval(error, gone, leaving);
    }
  },

  async plan(context, plan) {
    rejectContradictions(plan.desired);
    // An update plans the roster itself before its first write.
    return plan.phase === "preview" ? previewChange(context, plan) : undefined;
  },

  assess(observed, { desired, prior }) {
    const people = readStatuses(observed);
    const members = isRecord(desired?.members) ? desired.members : {};
    const declared = Object.keys(members);
    const formerRoles = indexByAddress(prior?.inputs.members);
    // The state does not show that the program declared the role `owner` after the last read.
    const currentRoles = indexByAddress(observed.currentRoles);
    const isLowered = (email: string) =>
      members[email] === "admin" &&
      [formerRoles, currentRoles].every((roles) => roles.get(canonicalizeEmail(email)) === "owner");
    const others = prior === undefined ? [] : findMismatches(readStatuses(prior.state), people);
    return {
      drifted: declared
        .filter((email) => isBroken(people.get(canonicalizeEmail(email)) ?? {}, desired?.onExpired) || isLowered(email))
        .map((email) => formatPath(["members", email])),
      ...(others.length > 0 && { identityMismatch: { message: others.join(" "), isForbidden: false } }),
      refreshBeforeUpdate: [...people.values()].some(({ status }) => status !== "active"),
    };
  },
});

/**
 * Describes the effects of a change that the differences in a preview do not show.
 * @throws UserError for a change that is known to fail or to do harm
 */
async function previewChange(
  context: RosterContext,
  { desired, observed = {}, priorInputs }: CompletePlan<typeof inputs>,
): Promise<PlanResult | undefined> {
  const id = desired.organizationId;
  const groups = endFormerGroups(desired.groups, observed.groups);
  const { found, change } = await planChange(context, id, { ...desired, groups }, readStatuses(observed, priorInputs));
  const newcomers = listNewcomers(change).map(({ email }) => email);
  const needed = await countPlannedSeats(context, id, newcomers);
  await fitPlan(context.api, id, change, needed - newcomers.length);
  const leaving = [...change.makeRoom, ...change.remove].map(({ person }) => person);
  const notes = [...describeEffects(change, found, observed), ...(await describeRevocations(context.api, id, leaving))];
  const owners = explainOwners(found);
  const warnings = [...(notes.length > 0 ? [notes.join(" ")] : []), ...owners];
  const information = describeActivity(leaving);
  return {
    unknown: ["people", "currentRoles", "inviteUrls"],
    ...(warnings.length > 0 && { warnings }),
    ...(information.length > 0 && { information }),
  };
}

/** Explains which owners stay owners although the program does not declare them with this role. */
function explainOwners(found: RosterState): readonly string[] {
  const kept = [...findDeclared(found)].flatMap(
    ([email, person]) => explainKeptOwner(person, found.isDeclaredOwner(email), email) ?? [],
  );
  const undeclared = findUndeclaredOwners(found);
  return [...kept, ...(undeclared.length > 0 ? [explainUndeclaredOwners(undeclared)] : [])];
}

/** Explains that adoption would change the role of a member or of a pending invitation. Another user may have set that role. */
function explainOtherRole(step: Step, { isProtected }: RosterState): string | undefined {
  if (step.kind === "invite" || step.kind === "remove") return undefined;
  const isForeign = step.kind === "setRole" ? !isProtected(step.person) : step.person.status === "pending";
  return isForeign
    ? `${step.email} has the role ${step.person.role}, but the program declares ${step.role}`
    : undefined;
}

/** Explains that adoption would keep an invitation to become an owner, which the program does not declare. */
function explainInvitedOwner(email: string, person: RosterEntry, { desired }: RosterState): string | undefined {
  const isForeign = person.kind === "invitation" && person.status === "pending" && person.role === "owner";
  return isForeign && desired[email] === "admin"
    ? `${email} has the role owner, but the program declares admin`
    : undefined;
}

/** Returns the roster for the state: the declared people, and the undeclared people that the roster manages. */
function observe(id: string, declared: Values, found: RosterState, state: Values = {}): Observed<typeof outputs> {
  const isImport = declared.members === undefined;
  const others = isImport ? found.people : findUndeclared(found);
  const people = [...findDeclared(found), ...others.map(({ email, person }) => [email, person] as const)];
  people.sort(([a], [b]) => (a < b ? -1 : 1));
  const [before, links] = [readStatuses(state), indexByAddress(state.inviteUrls)];
  const inviteUrls = people.flatMap(([email, person]) => {
    const link = findInviteUrl(person, {
      ...before.get(canonicalizeEmail(email)),
      inviteUrl: links.get(canonicalizeEmail(email)),
    });
    return link === undefined ? [] : [[email, link] as const];
  });
  const held = people.map(([email, person]) => [email, getHeldRole(person, found.isDeclaredOwner(email))] as const);
  const currentRoles = held.flatMap(([email, { currentRole }]) =>
    currentRole === undefined ? [] : [[email, currentRole] as const],
  );
  // An import contains no groups, because a program that never declared any keeps those of the invitations.
  const groups = observeGroups(declared.groups, state.groups, new Map(people));
  return {
    id,
    organizationId: id,
    members: Object.fromEntries(held.map(([email, { role }]) => [email, role])),
    ...(currentRoles.length > 0 && { currentRoles: Object.fromEntries(currentRoles) }),
    ...(groups !== undefined && { groups }),
    people: Object.fromEntries(
      people.map(([email, person]) => {
        const orphaned = findOrphanedInvitation(email, found);
        return [email, { ...getMemberStatus(person), ...(orphaned && { invitationId: orphaned.id }) }];
      }),
    ),
    ...(inviteUrls.length > 0 && { inviteUrls: Object.fromEntries(inviteUrls) }),
  };
}

/** Returns true if an update repairs a person although no input changed. */
function isBroken({ status, invitationId }: Values, reaction: unknown): boolean {
  return (status === "expired" && reaction !== "ignore") || (status === "active" && invitationId !== undefined);
}
