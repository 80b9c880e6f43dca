import { z } from "zod";
import { apiUser, isHidden, isPartner, type Side, stackName, type World } from "./model";
import { declaredBy } from "./peopleOracle";
import { stoppingRulesOf } from "./reviewOf";

/**
 * Compares the policy pack with a review of all stacks. The first rules refuse what one resource shows for certain. The others need
 * all resources of an organization, so that one stack can show too little.
 */

export const packRules = `rules:
  role: { people: { except: ${apiUser} }, role: { atMost: member } }
  groups: { people: "*@partner.example", groups: none }
  closed: { everyoneEnabled: false }
  grants: { access: { users: none } }
  hosts: { webhookHosts: "*.acme.example" }
  roster: { roster: required }
  admins: { admins: { atLeast: 2 } }
`;

/** Returns the rules that a declaration certainly breaks. */
function brokenBy({ state, options }: Side): string[] {
  switch (state.type) {
    case "Membership":
      return state.role === "admin" && state.email !== apiUser ? ["role"] : [];
    case "OrganizationMembers": {
      // The engine does not show people who joined outside Pulumi and stay in a changed roster by `ignoreChanges`.
      if (isHidden(state.members) || options.ignoreChanges !== undefined) return [];
      return Object.entries(state.members).some(([email, role]) => role === "admin" && email !== apiUser)
        ? ["role"]
        : [];
    }
    case "Group":
      return state.members !== undefined && !isHidden(state.members) && state.members.some(isPartner) ? ["groups"] : [];
    case "Project":
    case "Cohort": {
      const hasUsers = state.access !== undefined && !isHidden(state.access) && state.access.users.length > 0;
      return [...(state.everyoneEnabled ? ["closed"] : []), ...(hasUsers ? ["grants"] : [])];
    }
    case "Webhook":
      return isHidden(state.url) || new URL(state.url).hostname.endsWith(".acme.example") ? [] : ["hosts"];
    default:
      return [];
  }
}

/** True if the engine and the reviews see the same values, and no stack declares what another one removes. */
export function isComparable({ slots, api, stacks }: World): boolean {
  const people = slots.flatMap((slot) => {
    const emails = new Set([...declaredBy(slot.before), ...declaredBy(slot.after)]);
    return [...emails].map((email) => `${slot.organization} ${email}`);
  });
  return (
    api === "connect" &&
    (stacks === 1 || new Set(people).size === people.length) &&
    slots.every(
      ({ before, after, twinOf, secretOrganization }) =>
        twinOf === undefined &&
        secretOrganization === undefined &&
        after?.hides === undefined &&
        !hidesValue(after) &&
        // The engine does not show a pack which resources it forgets.
        (after !== undefined || (before?.options.retainOnDelete ?? before?.options.deletedWith) === undefined),
    )
  );
}

function hidesValue(side: Side | undefined): boolean {
  return side !== undefined && /"(secret|unknown)"/.test(JSON.stringify(side.state));
}

const reviewed = z.object({ verdict: z.string(), violations: z.array(z.object({ rule: z.string() })) });

/** Returns the differences between the pack in each stack and the review. */
export function judgePack(world: World, previews: readonly string[], review: string): string[] {
  const { verdict, violations } = reviewed.parse(JSON.parse(review));
  const shown = new Set(violations.map(({ rule }) => rule));
  return previews.flatMap((text, stack) => {
    const stops = new Set(stoppingRulesOf(text, stackName(stack), packRules, review));
    const declared = world.slots.filter((slot) => slot.stack === stack).flatMap(({ after }) => after ?? []);
    const certain = declared.flatMap(brokenBy);
    return [
      // Without a passing review, the pack stops a stack for what another one declares.
      ...[...stops].flatMap((rule) =>
        shown.has(rule) || verdict !== "pass" ? [] : [`the pack stops ${stackName(stack)}: ${rule}`],
      ),
      ...certain.flatMap((rule) => (stops.has(rule) ? [] : [`the pack does not stop ${stackName(stack)}: ${rule}`])),
    ];
  });
}
