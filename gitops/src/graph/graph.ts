import { isSameEmail, roles } from "#provider";
import type { LayoutOrganization } from "#layout";
import { formatCount } from "../wording";
import { countGroupGrants, createObjects } from "./objects";
import type { Edge, Graph, Node } from "./schema";

/** The display of people: by address or as a number. `auto` counts people if the picture would be too large. */
export type Drawing = "each" | "count" | "auto";

/** The maximum number of people, and of grants to groups, in a readable picture. */
const readableCount = 100;

/** Returns the graph of organizations. Organizations with equal policies share a node. */
export function draw(organizations: readonly LayoutOrganization[], drawing: Drawing): Graph {
  const peopleCount = organizations.reduce((sum, { members }) => sum + Object.keys(members).length, 0);
  const grantCount = organizations.reduce((sum, one) => sum + countGroupGrants(one), 0);
  const isDetailed = drawing === "each" || (drawing === "auto" && Math.max(peopleCount, grantCount) <= readableCount);
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  /** The ids of the nodes of policies, by `createPoliciesKey`. */
  const policiesIds = new Map<string, string>();
  const taken = new Set<string>();
  for (const declared of organizations) {
    const slug = chooseId(declared.name, taken);
    const organization = `organization_${slug}`;
    const own = pickPolicies(declared);
    const words = describePolicies(own);
    if (words.length > 0) {
      const key = createPoliciesKey(own);
      const id = policiesIds.get(key) ?? `policies_${policiesIds.size + 1}`;
      if (!policiesIds.has(key)) nodes.push({ kind: "policies", id, policies: [...words] });
      policiesIds.set(key, id);
      edges.push({ from: id, to: organization });
    }
    const { name, displayName } = declared;
    nodes.push({ kind: "organization", id: organization, name, ...(displayName !== undefined && { displayName }) });
    for (const people of createPeopleNodes(declared, slug, isDetailed)) {
      nodes.push(people);
      edges.push({ from: organization, to: people.id });
    }
    const objects = createObjects(declared, { organization, slug, isDetailed });
    nodes.push(...objects.nodes);
    edges.push(...objects.edges);
  }
  return { nodes, edges };
}

function createPeopleNodes(
  { members, owner, lastDays = {}, rolesAfterwards = {} }: LayoutOrganization,
  slug: string,
  isDetailed: boolean,
): readonly Node[] {
  return roles.flatMap((role) => {
    const emails = Object.entries(members).flatMap(([email, memberRole]) => (memberRole === role ? [email] : []));
    if (emails.length === 0) return [];
    const ownerEmail = emails.find((email) => owner !== undefined && isSameEmail(email, owner));
    const ending = Object.entries(lastDays).filter(([email]) => emails.includes(email));
    const lowered = Object.entries(rolesAfterwards).filter(([email]) => emails.includes(email));
    const drawn = isDetailed
      ? {
          emails,
          ...(ownerEmail !== undefined && { owner: ownerEmail }),
          ...(ending.length > 0 && { lastDays: Object.fromEntries(ending) }),
          ...(lowered.length > 0 && { rolesAfterwards: Object.fromEntries(lowered) }),
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

function pickPolicies({ security = {}, roster }: LayoutOrganization) {
  const { requireTwoFactor, sessionTimeout, ipAllowlist, apiKeyRotation } = security;
  const { minAdmins, ignore } = roster;
  return { requireTwoFactor, sessionTimeout, apiKeyRotation, ipAllowlist, minAdmins, ignore };
}

/** The policies that a layout declares for an organization. */
type LayoutPolicies = ReturnType<typeof pickPolicies>;

/** Returns the same text for equal policies. The descriptions of blocks are no policy, and an empty list of people to ignore is the default. */
function createPoliciesKey({ ipAllowlist, ignore = [], ...others }: LayoutPolicies): string {
  return JSON.stringify({
    ...others,
    blocks: ipAllowlist?.map(({ cidr }) => cidr).toSorted(),
    ignore: ignore.toSorted(),
  });
}

/** Returns policies in words. They leave out the blocks of a long allowlist and the grace period of keys, so two nodes can have equal words. */
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
