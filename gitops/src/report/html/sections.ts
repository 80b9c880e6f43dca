import type { Review, Violation, OrganizationReview } from "../../review/review";
import { explainOnce, severityWords, describeSince, sortByRisk, unknownTitles } from "../content";
import { type Markup, markup } from "./markup";
import { createIcon, breakLines, createProse, type Section, getLevelClass, createRiskList } from "./parts";

const severities = {
  refuse: { level: "high", symbol: "refused" },
  approve: { level: "medium", symbol: "approval" },
  note: { level: "low", symbol: "note" },
} as const satisfies Readonly<Record<Violation["severity"], unknown>>;

/** The broken access rules. */
export function createRulesSection({ kind, violations }: Review): Section | undefined {
  if (violations.length === 0) return undefined;
  const body = markup`<ul class="items rules">${explainOnce(violations).map((violation) => createViolationItem(violation, kind))}</ul>`;
  return { id: "rules", title: "Broken access rules", count: violations.length, body };
}

function createViolationItem(violation: Violation, kind: Review["kind"]): Markup {
  const { rule, severity, message, explanation } = violation;
  const since = describeSince(violation, kind);
  const { level, symbol } = severities[severity];
  return markup`<li class="item ${level}">
${createIcon(symbol)}<div class="text"><p class="rule"><b>${rule}</b> <span class="risk ${level}">${severityWords[kind][severity]}</span></p>
<p>${createProse(message)}</p>${explanation === undefined ? undefined : markup`<p class="quiet">${breakLines(explanation)}</p>`}${
    since === undefined ? undefined : markup`<p class="quiet">${createProse(since)}</p>`
  }</div></li>
`;
}

/** The objects that several stacks declare differently. */
export function createConflictsSection({ conflicts = [], organizations }: Review): Section | undefined {
  if (conflicts.length === 0) return undefined;
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const items = conflicts.map(
    ({ organization, message }) => markup`<li class="item high">
${createIcon("refused")}<div class="text"><p class="rule"><b><bdi>${names.get(organization) ?? organization}</bdi></b> <span class="risk high">${severityWords.change.refuse}</span></p>
<p>${createProse(message)}</p></div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "conflicts", title: "Conflicts between stacks", count: conflicts.length, body };
}

const changeWords = {
  created: "is created.",
  adopted: "exists in Peridio, and is adopted without changes.",
  deleted: "is deleted with everything in it.",
  replaced: "is replaced. Pulumi deletes this organization with everything in it, and creates a new organization.",
  released: "is released. Pulumi removes it from the state, and Peridio keeps it.",
} as const satisfies Readonly<Record<Exclude<OrganizationReview["change"], "kept">, string>>;

/** The organizations that are created, deleted or at risk in another way. */
export function createOrganizationsSection({ organizations }: Review): Section | undefined {
  const changed = organizations.flatMap((organization) => createOrganizationItem(organization) ?? []);
  if (changed.length === 0) return undefined;
  const body = markup`<ul class="items organizations">${changed}</ul>`;
  return { id: "organizations", title: "Organization changes", count: changed.length, body };
}

function createOrganizationItem({ name, change, risks }: OrganizationReview): Markup | undefined {
  if (change === "kept" && risks.length === 0) return undefined;
  const outcome =
    change === "kept" ? "has people that the preview does not name. Their access may change." : changeWords[change];
  return markup`<li class="item ${getLevelClass(risks)}">
${createIcon(change)}<p class="text"><b><bdi>${name}</bdi></b> ${outcome}</p>
${createRiskList(risks)}</li>
`;
}

/** The facts that the previews do not contain. */
export function createUnknownsSection({ kind, unknowns }: Review): Section | undefined {
  if (unknowns.length === 0) return undefined;
  const items = unknowns.map(
    (
      sentence,
    ) => markup`<li class="item medium">${createIcon("changed")}<p class="text">${createProse(sentence)}</p></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "unknowns", title: unknownTitles[kind], count: unknowns.length, body };
}

/** The messages of Pulumi and the provider in the previews. */
export function createMessagesSection({ remarks }: Review): Section | undefined {
  if (remarks.length === 0) return undefined;
  const items = remarks.map(
    ({ severity, about, text }) => markup`<li class="item ${severity === "warning" ? "medium" : "none"}">
${createIcon(severity === "warning" ? "approval" : "note")}<div class="text"><p><b>${severity === "warning" ? "Warning" : "Note"}</b>${
      about === "" ? undefined : markup` about <code>${about}</code>`
    }</p><p>${breakLines(text)}</p></div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "remarks", title: "Messages from Pulumi", count: remarks.length, body };
}

/** The changes of providers, options and other parts of programs. */
export function createProgramSection({ programChanges }: Review): Section | undefined {
  if (programChanges.length === 0) return undefined;
  const items = sortByRisk(programChanges).map(
    ({ stack, words, risks }) => markup`<li class="item ${getLevelClass(risks)}">
${createIcon("changed")}<div class="text">${stack === null ? undefined : markup`<p class="quiet"><bdi>${stack}</bdi></p>`}<p>${createProse(words)}</p></div>
${createRiskList(risks)}</li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "program", title: "Program changes", count: programChanges.length, body };
}
