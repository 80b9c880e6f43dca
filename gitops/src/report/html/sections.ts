import type { Review, Violation, SettingReview, OrganizationReview } from "../../review/review";
import { explainedOnce } from "../content";
import { type Markup, markup } from "./markup";
import { icon, lines, prose, type Section, levelClass, riskList } from "./parts";

const severities = {
  refuse: { level: "high", word: "refuses", sign: "refused" },
  approve: { level: "medium", word: "asks for approval", sign: "approval" },
  note: { level: "low", word: "notes", sign: "note" },
} as const satisfies Readonly<Record<Violation["severity"], unknown>>;

/** The rules that are broken. */
export function brokenRules({ kind, violations }: Review): Section | undefined {
  if (violations.length === 0) return undefined;
  const body = markup`<ul class="items rules">${explainedOnce(violations).map((violation) => violationItem(violation, kind))}</ul>`;
  return { id: "rules", title: "Rules that are broken", count: violations.length, body };
}

/** What is said of a rule that was broken before as well, and of one that is so only since. */
const times: Readonly<Record<Review["kind"], { readonly before: string; readonly since: string | undefined }>> = {
  change: { before: "It was so before this change already.", since: undefined },
  drift: {
    before: "It was so already when Pulumi looked last.",
    since: "It is so since it was changed past Pulumi: `pulumi up --refresh` puts back what the program declares.",
  },
};

function violationItem({ rule, severity, message, explanation, before }: Violation, kind: Review["kind"]): Markup {
  const time = before ? times[kind].before : times[kind].since;
  const { level, word, sign } = severities[severity];
  return markup`<li class="item ${level}">
${icon(sign)}<div class="text"><p>${prose(message)}</p>
${explanation === undefined ? undefined : markup`<p class="quiet">${lines(explanation)}</p>`}${
    time === undefined ? undefined : markup`<p class="quiet">${prose(time)}</p>`
  }</div>
<p class="rule"><code>${rule}</code> <span class="risk ${level}"><b>${word}</b></span></p></li>
`;
}

/** The things that several stacks declare differently. */
export function conflictsBetween({ conflicts = [], organizations }: Review): Section | undefined {
  if (conflicts.length === 0) return undefined;
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const items = conflicts.map(
    ({ organization, message }) => markup`<li class="item high">
${icon("refused")}<p class="text">${prose(message)} <span class="where"><span class="quiet">In</span> <bdi>${names.get(organization) ?? organization}</bdi></span></p></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "conflicts", title: "Stacks that contradict each other", count: conflicts.length, body };
}

/** Settings that change, by organization. */
export function changedSettings({ settings, organizations }: Review): Section | undefined {
  if (settings.length === 0) return undefined;
  const groups = organizations.flatMap(({ key, name }) => {
    const own = settings.filter(({ organization }) => organization === key);
    return own.length === 0
      ? []
      : markup`<h3><bdi>${name}</bdi></h3>
<ul class="items settings">${own.map(settingItem)}</ul>
`;
  });
  return { id: "settings", title: "Settings that change", count: settings.length, body: groups };
}

function settingItem({ section, words, risks }: SettingReview): Markup {
  return markup`<li class="item ${levelClass(risks)}">
${icon(section)}<p class="text"><span class="quiet section">${section}</span> ${words}</p>
${riskList(risks)}</li>
`;
}

const changeWords = {
  created: "is created.",
  adopted: "is taken over: it is there already, and stays as it is.",
  deleted: "is deleted, with everything in it.",
  replaced: "is replaced: it is deleted with everything in it, and created anew.",
  released: "is released: it stays as it is, and Pulumi forgets it.",
} as const satisfies Readonly<Record<Exclude<OrganizationReview["change"], "kept">, string>>;

/** Which organizations come and go, or are at risk in another way. */
export function changedOrganizations({ organizations }: Review): Section | undefined {
  const changed = organizations.flatMap((organization) => organizationItem(organization) ?? []);
  if (changed.length === 0) return undefined;
  const body = markup`<ul class="items organizations">${changed}</ul>`;
  return { id: "organizations", title: "Organizations that change", count: changed.length, body };
}

function organizationItem({ name, change, risks }: OrganizationReview): Markup | undefined {
  if (change === "kept" && risks.length === 0) return undefined;
  const what = change === "kept" ? "is kept." : changeWords[change];
  return markup`<li class="item ${levelClass(risks)}">
${icon(change)}<p class="text"><b><bdi>${name}</bdi></b> ${what}</p>
${riskList(risks)}</li>
`;
}

/** What the review cannot tell. */
export function unknowns({ unknowns: sentences }: Review): Section | undefined {
  if (sentences.length === 0) return undefined;
  const items = sentences.map(
    (sentence) => markup`<li class="item medium">${icon("changed")}<p class="text">${prose(sentence)}</p></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "unknowns", title: "What cannot be told", count: sentences.length, body };
}

/** What Pulumi said on the side. */
export function remarks({ remarks: all }: Review): Section | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    ({ severity, about, text }) => markup`<li class="item ${severity === "warning" ? "medium" : "none"}">
${icon(severity === "warning" ? "approval" : "note")}<div class="text"><p><b>${severity === "warning" ? "Warning" : "Note"}</b>${
      about === "" ? undefined : markup` of <code>${about}</code>`
    }</p><p>${lines(text)}</p></div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "remarks", title: "What Pulumi says", count: all.length, body };
}
