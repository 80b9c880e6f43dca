import { groupBy } from "../grouping";
import { formatRoleCount } from "../roles";
import { describeLastDay, formatCount, formatNumber } from "../wording";
import type { CohortsNode, Graph, GroupNode, Node, ProjectsNode } from "./schema";

export const directions = ["LR", "RL", "TB", "BT"] as const;
export type Direction = (typeof directions)[number];

/** Mermaid's default limits, which GitHub uses. */
const limits = { characters: 50_000, edges: 500 };

/** Returns a flowchart of the graph. All names are plain text in it. */
export function formatMermaid({ nodes, edges }: Graph, direction: Direction): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const into = groupBy(edges, ({ to }) => to);
  // Counted people and groups are lines of their organization, because their own boxes would need too much room.
  const counted = new Set<Node>(isDetailed(nodes) ? [] : nodes.filter(isLine));
  const listCounts = (organization: string) =>
    edges.flatMap(({ from, to }) => {
      const node = byId.get(to);
      return from === organization && node !== undefined && isLine(node) && counted.has(node)
        ? [describeLine(node)]
        : [];
    });
  const listGroups = (id: string) =>
    (into.get(id) ?? []).flatMap(({ from }) => {
      const node = byId.get(from);
      return node?.kind === "group" ? [node] : [];
    });
  const lines = [
    ...nodes.filter((node) => !counted.has(node)).map((node) => drawNode(node, listCounts(node.id), counted.size > 0)),
    ...edges.flatMap(({ from, to }) => {
      const [source, target] = [byId.get(from), byId.get(to)];
      if (source === undefined || target === undefined) return [];
      if (counted.has(source) || counted.has(target)) return [];
      if (source.kind === "policies") return `${from} -.- ${to}`;
      const label = describeEdge(source, target, { groups: listGroups(to), isCounted: counted.size > 0 });
      return label === undefined ? [] : [label === "" ? `${from} --> ${to}` : `${from} -->|"${label}"| ${to}`];
    }),
    "classDef organization stroke-width:2px",
    "classDef policies stroke-dasharray:4 4",
  ];
  return `flowchart ${direction}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Explains the rejection by Mermaid, with the remedy; undefined for a valid chart. */
export function explainSize(chart: string, { nodes }: Graph): string | undefined {
  const { characters } = limits;
  const edgeCount = chart.match(/^ {2}\w+ (?:-->|-\.-)/gm)?.length ?? 0;
  if (chart.length <= characters && edgeCount <= limits.edges) return undefined;
  const size = chart.length > characters ? formatCount(characters, "character") : formatCount(limits.edges, "edge");
  const others = !isDetailed(nodes) ? "" : ", or count people with --people count";
  return `The chart exceeds Mermaid's default limit of ${size}. Draw fewer organizations with --organization${others}.`;
}

type Line = Extract<Node, { readonly kind: "people" | "group" }>;

/** Reports if the graph names people. Each organization has at least one admin. */
function isDetailed(nodes: readonly Node[]): boolean {
  return nodes.some((node) => node.kind === "people" && node.emails !== undefined);
}

/** Reports if a node can be a line of its organization. */
function isLine(node: Node): node is Line {
  return node.kind === "people" || node.kind === "group";
}

function describeLine(node: Line): string {
  if (node.kind === "people") return formatRoleCount(node.count, node.role);
  return `group ${escapeText(node.name)}, ${node.count === undefined ? undeclaredMembers : formatPeopleCount(node.count)}`;
}

const undeclaredMembers = "members not declared";

function formatPeopleCount(count: number): string {
  return formatCount(count, "person", "people");
}

/** The names in a label or a box that only counts people. */
const mostNames = 5;

/** Returns the words of an edge, empty for an edge without words; undefined for an edge that another one stands for. */
function describeEdge(
  source: Node,
  target: Node,
  { groups, isCounted }: { readonly groups: readonly GroupNode[]; readonly isCounted: boolean },
): string | undefined {
  if (target.kind === "people") return formatRoleCount(target.count, target.role);
  if (target.kind === "group") return target.count === undefined ? undeclaredMembers : formatPeopleCount(target.count);
  if (source.kind === "group" || (target.kind !== "projects" && target.kind !== "cohorts")) return "";
  const words = describeGrants(target, isCounted ? groups : []);
  if (words.length > 0) return words.join("<br>");
  // The edges from groups say who has access to a project. A cohort stays connected to its project.
  if (groups.length > 0) return target.kind === "projects" ? undefined : "";
  return "only admins";
}

/** Describes the access to projects or cohorts without the access of admins. No edges stand for `groups`. */
function describeGrants(
  { kind, everyone, count, emails }: ProjectsNode | CohortsNode,
  groups: readonly GroupNode[],
): readonly string[] {
  if (everyone) return [kind === "projects" ? "everyone" : "everyone with access to the project"];
  const names = groups.map(({ name }) => escapeText(name));
  return [
    ...(names.length > mostNames ? [formatCount(names.length, "group")] : names.map((name) => `group ${name}`)),
    ...(emails?.map(escapeText) ?? (count === undefined || count === 0 ? [] : [formatPeopleCount(count)])),
    ...(count === undefined ? ["grants not declared"] : []),
  ];
}

function drawNode(node: Node, counts: readonly string[], isCounted: boolean): string {
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
      const { id, emails = [], owner, lastDays = {}, rolesAfterwards = {} } = node;
      const label = emails.map((email) => {
        const end = describeLastDay(lastDays[email], rolesAfterwards[email]);
        const details = [...(email === owner ? ["owner"] : []), ...(end === undefined ? [] : [end])];
        return escapeText(email) + (details.length === 0 ? "" : ` (${escapeText(details.join(", "))})`);
      });
      return `${id}["${label.join("<br>")}"]`;
    }
    case "group":
      return `${node.id}("${formatBox(`group ${escapeText(node.name)}`, (node.emails ?? []).map(escapeText))}")`;
    case "projects": {
      const lines = node.projects.map(({ name, openCohorts }) => [name, describeOpenCohorts(openCohorts, isCounted)]);
      return drawObjects(node.id, "project", lines, isCounted);
    }
    case "cohorts": {
      const lines = node.cohorts.map((path) => [path]);
      return drawObjects(node.id, "cohort", lines, isCounted);
    }
  }
}

/** Draws objects of one kind, each with its name and further words. */
function drawObjects(id: string, noun: string, objects: readonly (readonly string[])[], isCounted: boolean): string {
  const [[name = "", ...rest] = [], ...others] = objects.map((parts) => parts.filter(Boolean).map(escapeText));
  if (others.length === 0) return `${id}["${formatBox(`${noun} ${name}`, rest)}"]`;
  const most = isCounted ? mostNames : objects.length;
  const lines = objects.slice(0, most).map((parts) => parts.filter(Boolean).map(escapeText).join(", "));
  const more = objects.length > most ? [`${formatNumber(objects.length - most)} more`] : [];
  return `${id}["${formatBox(formatCount(objects.length, noun), [...lines, ...more])}"]`;
}

function describeOpenCohorts(names: readonly string[], isCounted: boolean): string {
  if (names.length === 0) return "";
  if (isCounted) return formatCount(names.length, "open cohort");
  return `open ${names.length === 1 ? "cohort" : "cohorts"} ${names.join(", ")}`;
}

function formatBox(title: string, lines: readonly string[]): string {
  return [`<b>${title}</b>`, ...lines].join("<br>");
}

/** Escapes a text, so that Mermaid shows every character. */
function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/[^\p{L}\p{M}\p{N} @.,:/+'-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
