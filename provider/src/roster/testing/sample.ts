import type { Invitation, Member, RosterEntry, Role } from "../../api";
import { organizationId } from "../../api/testing/memoryClient";
import { createMatcher } from "../declaration";
import { type RosterState, toListedPerson } from "../state";
import type { RosterPlan, Step } from "../steps";

export function createMember(email: string, role: Role, isOwner = false): Member {
  return {
    kind: "member",
    organizationId,
    userId: `user of ${email}`,
    email,
    role,
    isOwner,
    username: null,
    name: null,
    twoFactorEnabled: true,
    lastActiveAt: null,
  };
}

export function createInvitation(email: string, role: Role, status: Invitation["status"] = "pending"): Invitation {
  const expiresAt = "2026-01-08T00:00:00Z";
  return { kind: "invitation", organizationId, id: `for ${email}`, email, role, status, invitedBy: null, expiresAt };
}

/** Returns the state of an organization that owner@x.io owns. */
export function createState(
  desired: Record<string, Role>,
  people: readonly RosterEntry[],
  ignore: readonly string[] = [],
): RosterState {
  return {
    desired,
    groups: new Map(),
    people: [createMember("owner@x.io", "admin", true), ...people].map(toListedPerson),
    orphanedInvitations: [],
    isProtected: ({ isOwner }) => isOwner,
    isOwnUser: () => false,
    isDeclaredOwner: (email) => desired[email] === "owner",
    ignoresExpired: false,
    isIgnored: createMatcher(ignore),
  };
}

/** Formats the steps of each phase that has any: `{ grant: ["invite a@x.io viewer"] }`. */
export function formatPlan(plan: RosterPlan): Record<string, string[]> {
  const phases = Object.entries(plan).map(
    ([name, steps]: [string, readonly Step[]]) => [name, steps.map(formatStep)] as const,
  );
  return Object.fromEntries(phases.filter(([, steps]) => steps.length > 0));
}

function formatStep(step: Step): string {
  return [step.kind, step.email, ...("role" in step ? [step.role] : [])].join(" ");
}
