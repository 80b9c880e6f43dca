import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { AccessPack } from "../../src/policyPack/pack";
import { apiUser, isHidden, isPartner, type Side, stackName, type World } from "./model";
import { declaredBy } from "./peopleOracle";

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

/** Returns the rules that a declaration breaks. */
function brokenBy({ state }: Side): string[] {
  switch (state.type) {
    case "Membership":
      return state.role === "admin" && state.email !== apiUser ? ["role"] : [];
    case "OrganizationMembers": {
      if (isHidden(state.members)) return [];
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
      ({ after, twinOf, secretOrganization }) =>
        twinOf === undefined && secretOrganization === undefined && after?.hides === undefined && !hidesValue(after),
    )
  );
}

function hidesValue(side: Side | undefined): boolean {
  return side !== undefined && /"(secret|unknown)"/.test(JSON.stringify(side.state));
}

const values = z.record(z.string(), z.unknown());
const document = z.object({
  config: z.record(z.string(), z.string()).default({}),
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      oldState: z.object({ inputs: values.default({}), outputs: values.default({}) }).optional(),
      newState: z
        .object({
          inputs: values.default({}),
          protect: z.boolean().default(false),
          ignoreChanges: z.array(z.string()).default([]),
          propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
        })
        .optional(),
    }),
  ),
});
const reviewed = z.object({ violations: z.array(z.object({ rule: z.string() })) });

/** Returns the differences between the pack in each stack and the review. */
export function judgePack(world: World, previews: readonly string[], review: string): string[] {
  const shown = new Set(reviewed.parse(JSON.parse(review)).violations.map(({ rule }) => rule));
  return previews.flatMap((text, stack) => {
    const stops = new Set(runPack(text));
    const declared = world.slots.filter((slot) => slot.stack === stack).flatMap(({ after }) => after ?? []);
    const certain = declared.flatMap(brokenBy);
    return [
      ...[...stops].flatMap((rule) => (shown.has(rule) ? [] : [`the pack stops ${stackName(stack)}: ${rule}`])),
      ...certain.flatMap((rule) => (stops.has(rule) ? [] : [`the pack does not stop ${stackName(stack)}: ${rule}`])),
    ];
  });
}

/** Returns the rules for which the pack stops Pulumi after this preview. */
function runPack(text: string): string[] {
  const { config, steps } = document.parse(JSON.parse(text));
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    writeFileSync(join(folder, "access-rules.yaml"), packRules);
    const pack = new AccessPack({ folder, environment: {}, now: new Date("2027-01-31T08:00:00Z") });
    pack.configureStack({ isPreview: true, configuration: config });
    const resources = steps.flatMap(({ op, urn, oldState, newState }) => {
      if (newState === undefined || op === "refresh" || !urn.includes("::peridio:index:")) return [];
      const { inputs, protect: isProtected, ignoreChanges: ignoredChanges, propertyDependencies } = newState;
      // A preview keeps the outputs that are no inputs.
      const { inputs: former = {}, outputs = {} } = oldState ?? {};
      const kept = Object.fromEntries(Object.entries(outputs).filter(([name]) => op === "same" || !(name in former)));
      const common = { urn, isProtected, ignoredChanges, provider: undefined };
      return [
        {
          declared: { ...common, values: inputs },
          present: { ...common, values: { ...kept, ...inputs }, dependencies: propertyDependencies },
        },
      ];
    });
    const found = [
      ...resources.flatMap(({ declared }) => pack.analyze(declared)),
      ...pack.analyzeStack(resources.map(({ present }) => present)),
    ];
    return found.flatMap(({ effect, policy }) => (effect === "mandatory" ? [policy] : []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
