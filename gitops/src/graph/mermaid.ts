import { formatCount, formatRoleCount } from "../wording";
import type { Graph, Node } from "./graph";

export const directions = ["LR", "RL", "TB", "BT"] as const;
export type Direction = (typeof directions)[number];

/** Mermaid's default limits, which GitHub uses. */
const limits = { characters: 50_000, edges: 500 };

/** Returns a flowchart of the graph. All names are plain text in it. */
export function formatMermaid({ nodes, edges }: Graph, direction: Direction): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // Counted people are lines of their organization, because their own boxes would need too much room.
  const countedIn = (organization: string) =>
    edges.flatMap(({ from, to }) => {
      const node = byId.get(to);
      return from === organization && isCounted(node) ? [formatRoleCount(node.count, node.role)] : [];
    });
  const lines = [
    ...nodes.filter((node) => !isCounted(node)).map((node) => drawNode(node, countedIn(node.id))),
    ...edges.flatMap(({ from, to }) => {
      const target = byId.get(to);
      if (target?.kind !== "people") return `${from} -.- ${to}`;
      return target.emails === undefined ? [] : `${from} -->|"${formatRoleCount(target.count, target.role)}"| ${to}`;
    }),
    "classDef organization stroke-width:2px",
    "classDef policies stroke-dasharray:4 4",
  ];
  return `flowchart ${direction}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Explains the rejection by Mermaid, with the remedy; undefined for a valid chart. */
export function explainSize(chart: string, { nodes, edges }: Graph): string | undefined {
  const { characters } = limits;
  if (chart.length <= characters && edges.length <= limits.edges) return undefined;
  const size = chart.length > characters ? formatCount(characters, "character") : formatCount(limits.edges, "edge");
  const others = nodes.some(isCounted) ? "" : ", or count people with --people count";
  return `The chart exceeds Mermaid's default limit of ${size}. Draw fewer organizations with --organization${others}.`;
}

type People = Extract<Node, { readonly kind: "people" }>;

function isCounted(node: Node | undefined): node is People {
  return node?.kind === "people" && node.emails === undefined;
}

function drawNode(node: Node, counts: readonly string[]): string {
  switch (node.kind) {
    case "policies":
      return `${node.id}(["${node.policies.map(escapeText).join("<br>")}"]):::policies`;
    case "organization": {
      const { id, name, displayName } = node;
      const label = displayName === undefined ? [name] : [displayName, name];
      const [title = "", ...rest] = label.map(escapeText);
      return `${id}["${[`<b>${title}</b>`, ...rest, ...counts].join("<br>")}"]:::organization`;
    }
    case "people": {
      const { id, emails = [], owner } = node;
      const label = emails.map((email) => escapeText(email) + (email === owner ? " (owner)" : ""));
      return `${id}["${label.join("<br>")}"]`;
    }
  }
}

/** Escapes a text, so that Mermaid shows every character. */
function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/[^\p{L}\p{M}\p{N} @.,:/+'-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
