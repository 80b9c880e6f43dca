import { roles } from "../../../provider/src/api";
import type { LaidOut } from "../../../provider/src/layouts/layout";
import { key } from "../../../provider/src/resources/people/roster";
import type { Graph, Node } from "./graph";
import { policiesOf } from "./policies";

/** How people are drawn: by address, or as a number; `auto` counts where a picture with everybody would be too large. */
export type Drawing = "each" | "count" | "auto";

/** As many places fit into a picture that can be read. */
const readable = 100;

/** The graph of some organizations of a layout. Organizations with the same policies share one node for them. */
export function draw(organizations: readonly LaidOut[], drawing: Drawing): Graph {
  const places = organizations.reduce((sum, { members }) => sum + Object.keys(members).length, 0);
  const each = drawing === "each" || (drawing === "auto" && places <= readable);
  const nodes: Node[] = [];
  const edges: { from: string; to: string }[] = [];
  const policies = new Map<string, string>();
  const taken = new Set<string>();
  for (const laidOut of organizations) {
    const slug = unique(laidOut.name, taken);
    const organization = `organization_${slug}`;
    const rules = policiesOf(laidOut);
    if (rules.length > 0) {
      const same = JSON.stringify(rules);
      const id = policies.get(same) ?? `policies_${policies.size + 1}`;
      if (!policies.has(same)) nodes.push({ kind: "policies", id, policies: [...rules] });
      policies.set(same, id);
      edges.push({ from: id, to: organization });
    }
    const { name, displayName } = laidOut;
    nodes.push({ kind: "organization", id: organization, name, ...(displayName !== undefined && { displayName }) });
    for (const people of peopleOf(laidOut, slug, each)) {
      nodes.push(people);
      edges.push({ from: organization, to: people.id });
    }
  }
  return { nodes, edges };
}

function peopleOf({ members, owner }: LaidOut, slug: string, each: boolean): readonly Node[] {
  return roles.flatMap((role) => {
    const emails = Object.entries(members).flatMap(([email, held]) => (held === role ? [email] : []));
    if (emails.length === 0) return [];
    const owns = emails.find((email) => owner !== undefined && key(email) === key(owner));
    const drawn = each ? { emails, ...(owns !== undefined && { owner: owns }) } : {};
    return [{ kind: "people", id: `${role}_${slug}`, role, count: emails.length, ...drawn }];
  });
}

/** A name that Mermaid takes for an id and for nothing else, another one for each organization. */
function unique(name: string, taken: Set<string>): string {
  const slug = name.replace(/[^A-Za-z0-9]/g, "_").slice(0, 40);
  let free = slug;
  for (let count = 2; taken.has(free); count += 1) free = `${slug}_${count}`;
  taken.add(free);
  return free;
}
