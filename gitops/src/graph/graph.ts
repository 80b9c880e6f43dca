import * as z from "zod";
import { roles, canonicalizeEmail } from "#provider";
import type { LayoutOrganization } from "#layout";
import { formatCount } from "../wording";
import { countGroupGrants, drawObjects, objectNodes } from "./objects";

// The people, policies, groups and projects of organizations, as nodes and edges. This is the schema of `graph --json`.
// `gitops/graph.schema.json` is generated from it.

const id = z.string().meta({ description: "The id, which edges refer to: letters, digits and `_`." });

const organization = z
  .strictObject({
    kind: z.literal("organization").meta({ description: "An organization." }),
    id,
    name: z.string().meta({ description: "The unique name." }),
    displayName: z.string().optional().meta({ description: "The display name, if the layout declares one." }),
  })
  .meta({ id: "OrganizationNode", description: "An organization." });

const people = z
  .strictObject({
    kind: z.literal("people").meta({ description: "People with the same role in an organization." }),
    id,
    role: z.enum(roles).meta({ description: "The role of these people." }),
    count: z.int().min(1).meta({ description: "The number of people." }),
    emails: z.array(z.string()).optional().meta({
      description: "The e-mail addresses of these people, sorted; absent if the graph only counts people.",
    }),
    owner: z.string().optional().meta({
      description: "The address of the declared owner, if `emails` contains it.",
    }),
    lastDays: z.record(z.string(), z.string()).optional().meta({
      description:
        "The last day (UTC) of the people in `emails` whose role ends, such as `2027-01-31`, by address. Absent if there are none.",
    }),
  })
  .meta({ id: "PeopleNode", description: "The people with one role in one organization." });

const policies = z
  .strictObject({
    kind: z.literal("policies").meta({ description: "Policies of organizations." }),
    id,
    policies: z.array(z.string()).min(1).meta({ description: "The policies, in words." }),
  })
  .meta({
    id: "PoliciesNode",
    description: "The policies of one organization, or of several organizations that share them.",
  });

const edge = z
  .strictObject({
    from: z.string().meta({
      description: "The `id` of the node where the edge begins: policies, an organization, a group or projects.",
    }),
    to: z.string().meta({
      description: "The `id` of the node where the edge ends: an organization, people, a group, projects or cohorts.",
    }),
  })
  .meta({
    id: "Edge",
    description:
      "A connection from policies to an organization, from an organization to its parts, or from projects to their cohorts. From a group to projects or cohorts: a grant.",
  });

export const graph = z
  .strictObject({
    nodes: z
      .array(z.discriminatedUnion("kind", [policies, organization, people, ...objectNodes]))
      .meta({ description: "The nodes." }),
    edges: z.array(edge).meta({ description: "The edges." }),
  })
  .meta({
    title: "A graph of a layout",
    description: "Organizations, people by role, policies, groups, projects and cohorts.",
  });

export type Graph = z.output<typeof graph>;
export type Node = Graph["nodes"][number];

/** The policies that a layout declares for an organization. */
type LayoutPolicies = ReturnType<typeof pickPolicies>;

function pickPolicies({ security = {}, roster }: LayoutOrganization) {
  const { requireTwoFactor, sessionTimeout, ipAllowlist, apiKeyRotation } = security;
  const { minAdmins, ignore } = roster;
  return { requireTwoFactor, sessionTimeout, apiKeyRotation, ipAllowlist, minAdmins, ignore };
}

/** Returns policies in words. The words leave out the blocks of a long allowlist, and the grace period of keys. */
function describePolicies(policies: LayoutPolicies): readonly string[] {
  const { requireTwoFactor, sessionTimeout, apiKeyRotation, ipAllowlist, minAdmins, ignore } = policies;
  const words: string[] = [];
  if (requireTwoFactor !== undefined)
    words.push(requireTwoFactor ? "second factor required" : "no second factor required");
  if (sessionTimeout !== undefined) words.push(`sessions end after ${sessionTimeout}`);
  if (apiKeyRotation !== undefined)
    words.push(`API keys expire after ${formatCount(apiKeyRotation.maxAgeDays, "day")}`);
  if (ipAllowlist !== undefined) words.push(describeAllowlist(ipAllowlist.map(({ cidr }) => cidr)));
  if (minAdmins !== undefined) words.push(`at least ${formatCount(minAdmins, "admin")}`);
  if (ignore !== undefined && ignore.length > 0) words.push(`ignores ${ignore.join(", ")}`);
  return words;
}

function describeAllowlist(blocks: readonly string[]): string {
  if (blocks.length === 0) return "access from any address";
  return blocks.length <= 3 ? `access only from ${blocks.join(", ")}` : `access only from ${blocks.length} CIDR blocks`;
}

/** The display of people: by address or as a number. `auto` counts people if the picture would be too large. */
export type Drawing = "each" | "count" | "auto";

/** The number of people, and of grants to groups, in a readable picture. */
const readable = 100;

/** Returns the graph of organizations. Organizations with equal policies share a node. */
export function draw(organizations: readonly LayoutOrganization[], drawing: Drawing): Graph {
  const peopleCount = organizations.reduce((sum, { members }) => sum + Object.keys(members).length, 0);
  const grantCount = organizations.reduce((sum, one) => sum + countGroupGrants(one), 0);
  const isDetailed = drawing === "each" || (drawing === "auto" && Math.max(peopleCount, grantCount) <= readable);
  const nodes: Node[] = [];
  const edges: { from: string; to: string }[] = [];
  /** The ids of the nodes, by the keys of their policies. */
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const declared of organizations) {
    const slug = chooseId(declared.name, taken);
    const organization = `organization_${slug}`;
    const own = pickPolicies(declared);
    const words = describePolicies(own);
    if (words.length > 0) {
      const key = createPoliciesKey(own);
      const id = ids.get(key) ?? `policies_${ids.size + 1}`;
      if (!ids.has(key)) nodes.push({ kind: "policies", id, policies: [...words] });
      ids.set(key, id);
      edges.push({ from: id, to: organization });
    }
    const { name, displayName } = declared;
    nodes.push({ kind: "organization", id: organization, name, ...(displayName !== undefined && { displayName }) });
    for (const people of createPeopleNodes(declared, slug, isDetailed)) {
      nodes.push(people);
      edges.push({ from: organization, to: people.id });
    }
    const objects = drawObjects(declared, { organization, slug, isDetailed });
    nodes.push(...objects.nodes);
    edges.push(...objects.edges);
  }
  return { nodes, edges };
}

/** Returns the same text for equal policies. The descriptions of blocks are no policy, and an empty list ignores nobody. */
function createPoliciesKey({ ipAllowlist, ignore = [], ...others }: LayoutPolicies): string {
  return JSON.stringify({ ...others, blocks: ipAllowlist?.map(({ cidr }) => cidr), ignore });
}

function createPeopleNodes(
  { members, owner, lastDays = {} }: LayoutOrganization,
  slug: string,
  isDetailed: boolean,
): readonly Node[] {
  return roles.flatMap((role) => {
    const emails = Object.entries(members).flatMap(([email, memberRole]) => (memberRole === role ? [email] : []));
    if (emails.length === 0) return [];
    const ownerEmail = emails.find(
      (email) => owner !== undefined && canonicalizeEmail(email) === canonicalizeEmail(owner),
    );
    const ending = Object.entries(lastDays).filter(([email]) => emails.includes(email));
    const drawn = isDetailed
      ? {
          emails,
          ...(ownerEmail !== undefined && { owner: ownerEmail }),
          ...(ending.length > 0 && { lastDays: Object.fromEntries(ending) }),
        }
      : {};
    return [{ kind: "people", id: `${role}_${slug}`, role, count: emails.length, ...drawn }];
  });
}

/** Returns a unique name that Mermaid accepts as an id. */
function chooseId(name: string, taken: Set<string>): string {
  const slug = name.replace(/[^A-Za-z0-9]/g, "_").slice(0, 40);
  let free = slug;
  for (let count = 2; taken.has(free); count += 1) free = `${slug}_${count}`;
  taken.add(free);
  return free;
}
