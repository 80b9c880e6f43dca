import { isDeepStrictEqual } from "node:util";
import { listBriefly } from "#framework/messages";
import { canonicalizeEmail } from "#provider";
import { groupBy, sortBy, countBy } from "../grouping";
import { countPending, selectRows } from "../review/pending";
import { isConcerned, programSections, type Review, type SettingReview, type Violation } from "../review/review";
import { getLevel, type Level, levels } from "../risks";
import { getRoleName } from "../roles";
import { describeLastDay, formatCount, formatCourse, formatNumber, joinOr, lowerWords, quoteName } from "../wording";
import {
  groupPeople,
  type ReportedOrganization,
  type ReportedPerson,
  type PersonInOrganization,
  type PersonGroup,
  readAccess,
} from "./access";
import { undoing } from "./changeKind";
import { type OrganizationReach, readReach } from "./reachInWords";
import { createSummary, describePendingRows, noRules, type Outcome, type Summary } from "./summary";
import {
  type DescribedRisks,
  describeRisks,
  getRiskKey,
  joinTexts,
  listNames,
  type Text,
  type Wording,
  wordings,
} from "./words";

/** A review in words and in order. Renderers add headings, lists and colours. */
export interface Report {
  /** The subject: a change, or drift. */
  readonly heading: string;
  readonly summary: Summary;
  /** The sections that contain something. */
  readonly sections: readonly Section[];
  /** The changes that the base causes too; undefined if there are none. */
  readonly pending: PendingChanges | undefined;
  readonly access: {
    /** The title of the access after the change. */
    readonly title: string;
    /** The people that no preview shows, in sentences; empty for none. */
    readonly note: string;
    /** By name. */
    readonly organizations: readonly ReportedOrganization[];
    /** The groups, projects and cohorts of each organization that has any, by `ReportedOrganization.key`. */
    readonly reach: ReadonlyMap<string, OrganizationReach>;
  };
  readonly sources: {
    readonly rules: string;
    readonly stacks: readonly string[];
  };
}

/** Changes that a reader of this change does not judge. */
export interface PendingChanges {
  /** The number of changes and broken rules, with the reason why they stand apart. */
  readonly title: string;
  readonly count: number;
  /** The sections that contain something. */
  readonly sections: readonly Section[];
}

/** Things of one kind under a title. */
export interface Section {
  readonly id:
    | ("conflicts" | "rules" | "program" | "organizations" | "people" | "warnings" | "settings" | "withdrawn")
    | ("endsSoon" | "unknowns" | "notes" | "messages");
  readonly title: string;
  /** The number of items of each kind, in words. */
  readonly breakdown?: string;
  /** The word for one item. */
  readonly noun: string;
  /** By default, the noun with an `s`. */
  readonly plural?: string;
  /** The order of the accesses of people, such as `before → after`. */
  readonly course?: string;
  /** Tells who the outsiders are, in the first part that has any. */
  readonly outsiders?: string | undefined;
  /** True for details, which a reader needs last. */
  readonly isDetail?: boolean;
  /** True for a section of pending changes. */
  readonly isPending?: boolean;
  /** The highest level in the section; absent for a section that is not ordered by level together with others. */
  readonly level?: Level | "none";
  /** The number of the section among those with changes of the same kind; absent for the first. */
  readonly part?: number;
  /** The most important first: by risk, and people also outsiders first, then by role and by address. */
  readonly items: readonly Item[];
}

/** A change, a broken rule or another thing. */
export interface Item extends DescribedRisks {
  /** The kind, for a symbol. */
  readonly kind: Exclude<Outcome, "pass"> | "changed" | ReportedOrganization["change"] | SettingReview["section"];
  /** The organization or the stack of the thing. */
  readonly place?: string;
  /** The thing itself. */
  readonly heading?: Text;
  /** The effect on the verdict. */
  readonly effect?: string;
  /** Tells that the change undoes one outside Pulumi; absent otherwise. */
  readonly cause?: string;
  /** The kind of setting. */
  readonly label?: string;
  /** The most important first. */
  readonly texts: readonly Text[];
  /** The single things of which the item consists, such as the violations of a rule. The most important first. */
  readonly details?: readonly Detail[];
  /** The only change that a note is about, if the section of people contains it. */
  readonly about?: PersonInOrganization | undefined;
  /** The people whose access changes, in place of texts. */
  readonly group?: PersonGroup;
}

interface Detail {
  readonly text: Text;
  /** True for a line that introduces the following details. */
  readonly isIntroduction: boolean;
}

/** Words a review, in the order of reports. */
export function createReport(review: Review): Report {
  const { rules, stacks } = review;
  const wording = wordings[review.kind];
  const access = readAccess(review);
  const { organizations } = access;
  const isMarked = countPending(review) > 0;
  const caused = isMarked
    ? listSections(...selectAccess(review, access, false), wording)
    : listSections(review, access, wording);
  const sections: readonly Section[] = [
    ...caused.ofChanges,
    createUnknownsSection(review, wording),
    createEndsSection(review),
    caused.notes,
    createMessagesSection(review),
  ];
  return {
    heading: wording.heading,
    summary: createSummary(review, wording),
    sections: sections.filter(({ items }) => items.length > 0),
    pending: isMarked ? createPending(review, access, wording) : undefined,
    access: {
      title: wording.allAccess,
      note: describeUndeclaredOwners(review),
      organizations,
      reach: readReach(review),
    },
    sources: {
      rules:
        rules === null
          ? `${noRules}.`
          : `${formatCount(rules, "access rule")} ${rules === 1 ? "was" : "were"} checked.`,
      stacks: stacks.toSorted(),
    },
  };
}

type Access = ReturnType<typeof readAccess>;

/** Returns the sections of changes and broken rules, also empty ones, and the notes on people. */
function listSections(review: Review, { organizations, persons }: Access, wording: Wording) {
  const groups = groupPeople(persons);
  const names = new Map(review.organizations.map(({ key, name }) => [key, name]));
  const getName = (key: string) => names.get(key) ?? key;
  const parts = [
    createProgramSection(review),
    createOrganizationsSection(organizations, review),
    createPeopleSection(groups, review, wording),
    createSettingsSection(review, getName),
    createWithdrawnSection(review, getName),
    createWarningsSection(review, getName),
  ];
  return {
    ofChanges: [
      createConflictsSection(review, getName),
      createRulesSection(review, wording),
      ...orderByLevel(parts),
    ] satisfies readonly Section[],
    notes: createNotesSection(persons, groups),
  };
}

/** Selects the rows of a review that are pending, or the others. Organizations keep the numbers of all their people. */
function selectAccess(review: Review, { organizations }: Access, isPending: boolean): readonly [Review, Access] {
  const selected = selectRows(review, isPending);
  const keys = new Set(selected.organizations.map(({ key }) => key));
  const { persons } = readAccess(selected);
  return [selected, { organizations: organizations.filter(({ key }) => keys.has(key)), persons }];
}

function createPending(review: Review, access: Access, wording: Wording): PendingChanges {
  const count = countPending(review);
  // People without a change, and withdrawn changes, stand with the changes that this change causes.
  const ofBase = { ...review, base: undefined, people: review.people.filter(isConcerned) };
  const { ofChanges, notes } = listSections(...selectAccess(ofBase, access, true), wording);
  return {
    title: describePendingRows(review),
    count,
    sections: [...ofChanges, notes]
      .filter(({ items }) => items.length > 0)
      .map((section) => ({ ...section, isPending: true, items: section.items.map(({ about, ...item }) => item) })),
  };
}

/**
 * Orders changes by level across sections, so that a reader sees every high risk before any lower one. A section therefore has several
 * parts, unless its changes follow each other.
 */
function orderByLevel(sections: readonly Section[]): readonly Section[] {
  const parts: Section[] = [];
  for (const level of [...levels, "none"] as const) {
    for (const section of sections) {
      const items = section.items.filter((item) => (item.level ?? "none") === level);
      const last = parts.at(-1);
      if (items.length === 0) continue;
      if (last?.id === section.id) parts.splice(-1, 1, { ...last, items: [...last.items, ...items] });
      else parts.push(numberPart({ ...section, level, items }, parts.filter(({ id }) => id === section.id).length + 1));
    }
  }
  const explained = parts.find(({ items }) => items.some(({ group }) => group?.isOutsider === true));
  return parts.map((part) => (part === explained ? part : { ...part, outsiders: undefined }));
}

function numberPart(section: Section, part: number): Section {
  if (part === 1) return section;
  // Each title is unique, because screen readers list the titles.
  const number = part === 2 ? "" : ` (${part - 1})`;
  return { ...section, part, title: `More ${lowerWords(section.title)}${number}` };
}

/** Returns an identifier of a section that no other one of the report has. */
export function getAnchor({ id, part, isPending = false }: Section): string {
  return [...(isPending ? ["pending"] : []), id, ...(part === undefined ? [] : [part])].join("-");
}

/** Describes owners that no preview shows. This fact applies to every review with Avocado Connect, so it is no news. */
function describeUndeclaredOwners({ organizations }: Review): string {
  const names = organizations.filter(({ undeclaredOwners }) => undeclaredOwners).map(({ name }) => name);
  if (names.length === 0) return "";
  return `Previews with Avocado Connect do not show undeclared owners of ${listBriefly(names.map(quoteName).sort())}. Owners have the rights of admins. An undeclared owner is unknown, also to access rules.`;
}

/** Counts the items or people of a section. */
export function countThings({ items }: Section): number {
  return items.reduce((sum, { group }) => sum + (group?.people.length ?? 1), 0);
}

/** Returns the access before and after a change, and the cause of the change, if it has one. */
export function describeCourse({ words, cause }: PersonInOrganization): string {
  return [formatCourse(words), cause].filter(Boolean).join(", ");
}

/** The objects that several stacks declare differently. */
function createConflictsSection({ conflicts = [] }: Review, getName: (key: string) => string): Section {
  return {
    id: "conflicts",
    title: "Conflicts between stacks",
    noun: "conflict",
    items: sortBy(conflicts, ({ organization, message }) => [getName(organization), organization, message]).map(
      ({ organization, message }) => ({
        ...severities.refuse,
        heading: [{ name: getName(organization) }],
        effect: wordings.change.effects.refuse,
        texts: [[message]],
      }),
    ),
  };
}

/** The severities in order. Each looks like the verdict that it causes. */
const severities = {
  refuse: { kind: "refused", level: "high", risks: [] },
  approve: { kind: "approval", level: "medium", risks: [] },
  note: { kind: "note", level: "low", risks: [] },
} as const satisfies Readonly<Record<Violation["severity"], unknown>>;

/** The broken rules: those that refuse the change first, then those that this change breaks. */
function createRulesSection({ violations, evidence }: Review, wording: Wording): Section {
  const order = Object.keys(severities);
  const sorted = sortBy(violations, ({ severity, before, rule, organizations, people, message, explanation = "" }) => [
    ...[String(order.indexOf(severity)), String(before), rule],
    ...[organizations.join("\n"), people.join("\n"), message, explanation],
  ]);
  const groups = groupBy(sorted, ({ rule, severity, explanation }) => JSON.stringify([rule, severity, explanation]));
  const items = [...groups.values()].map((group) => createRuleItem(group, wording, evidence.beneficiaries));
  const counts = countBy(items, ({ effect }) => effect);
  return {
    id: "rules",
    title: "Broken access rules",
    breakdown: [...counts].map(([effect, count]) => `${formatNumber(count)} ${lowerWords(effect)}`).join(", "),
    noun: "violation",
    items,
  };
}

/** Returns a rule with its violations, the new ones first. */
function createRuleItem(
  violations: readonly [Violation, ...Violation[]],
  { effects, recent, earlier }: Wording,
  beneficiaries: readonly string[] = [],
) {
  const [{ rule, severity, explanation, approvers }, ...others] = violations;
  const [fresh, old] = [violations.filter(({ before }) => !before), violations.filter(({ before }) => before)];
  const remedy = others.length === 0 ? "" : findCommonEnd(violations.map(({ message }) => message));
  const listMessages = (some: readonly Violation[]) =>
    some.map(({ message, difference }): Detail => {
      const words = message.slice(0, message.length - remedy.length).trimEnd();
      const text = [difference === undefined ? words : `${words} Counts as new: ${difference}.`];
      return { text, isIntroduction: false };
    });
  const why: Text[] = explanation === undefined ? [] : [[{ emphasis: "Why:" }, " ", { lines: explanation }]];
  const since = [
    ...(fresh.length > 0 && recent !== undefined ? [recent] : []),
    ...(fresh.length === 0 ? [`${earlier}.`] : []),
  ];
  const approval: Text[] =
    approvers === undefined
      ? []
      : [
          [
            `Only ${joinOr(approvers)} can approve the change. An approval by an author of the change does not count.`,
            beneficiaries.length === 0 ? "" : ` Nor does one by ${joinOr(beneficiaries)}, because of what they gain.`,
          ],
        ];
  const about = [...why, ...approval, ...since.map((sentence): Text => [sentence])];
  const messages = [
    ...listMessages(fresh),
    ...(fresh.length > 0 && old.length > 0 ? [{ text: [{ emphasis: `${earlier}:` }], isIntroduction: true }] : []),
    ...listMessages(old),
  ];
  return {
    ...severities[severity],
    heading: [{ name: rule }],
    effect: effects[severity],
    ...(others.length === 0
      ? { texts: [...messages.map(({ text }) => text), ...about] }
      : { texts: [...(remedy === "" ? [] : [[remedy]]), ...about], details: messages }),
  };
}

/** Returns the last sentences that all messages share, such as a remedy. Each message keeps its first sentence. */
function findCommonEnd([first = "", ...others]: readonly string[]): string {
  const sentences = first.split(/(?<=\.) /);
  const ends = sentences.slice(1).map((_, index) => sentences.slice(index + 1).join(" "));
  return ends.find((end) => others.every((message) => message.endsWith(`. ${end}`))) ?? "";
}

/** The changes of providers, options and other parts of programs, the highest risks first. */
function createProgramSection({ programChanges }: Review): Section {
  const sorted = sortBy(programChanges, ({ risks, section, stack, subject, words }) => [
    ...[getRiskKey({ level: getLevel(risks) }), String(programSections.indexOf(section))],
    ...[stack ?? "", subject, words],
  ]);
  return {
    id: "program",
    title: "Program changes",
    noun: "program change",
    items: sorted.map(({ stack, words, risks }) => ({
      kind: "changed",
      ...(stack !== null && { place: stack }),
      texts: [[words]],
      ...describeRisks(risks),
    })),
  };
}

/** The organizations that are created, deleted or at risk in another way, the highest risks first. */
function createOrganizationsSection(organizations: readonly ReportedOrganization[], { kind }: Review): Section {
  const concerned = organizations.filter((organization) => organization.isConcerned);
  return {
    id: "organizations",
    title: "Organization changes",
    noun: "organization change",
    items: sortBy(concerned, (organization) => [getRiskKey(organization)]).map((organization) => {
      const { name, change, predicate, level, risks } = organization;
      const texts = kind === "change" ? explainRename(organization, organizations) : [];
      return { kind: change, heading: [{ name }, predicate], texts, level, risks };
    }),
  };
}

/** Explains the probable rename of a deleted organization: a created one has the same people. */
function explainRename(deleted: ReportedOrganization, organizations: readonly ReportedOrganization[]): readonly Text[] {
  const people = listEmails(deleted, "before");
  if (deleted.change !== "deleted" || people.length === 0) return [];
  const twin = organizations.find(
    (one) => one.change === "created" && isDeepStrictEqual(listEmails(one, "after"), people),
  );
  if (twin === undefined) return [];
  return [
    [
      { name: twin.name },
      " is created with the same people. The name of an organization cannot be changed. To keep ",
      { name: deleted.name },
      ", restore its name, and set `displayName`.",
    ],
  ];
}

/** Returns the canonical addresses of the people with access, in the order of `ReportedOrganization.access`. */
function listEmails({ access }: ReportedOrganization, side: "before" | "after"): readonly string[] {
  return access.filter((one) => one[side] !== undefined).map(({ email }) => canonicalizeEmail(email));
}

/** The access that changes or is at risk, the highest risks first. */
function createPeopleSection(groups: readonly PersonGroup[], { insiders = [] }: Review, { course }: Wording): Section {
  const hasOutsiders = groups.some(({ isOutsider }) => isOutsider);
  return {
    id: "people",
    title: "Access changes",
    noun: "person",
    plural: "people",
    course,
    outsiders: hasOutsiders ? `Outsiders are people other than ${joinOr(insiders)}.` : undefined,
    items: groups.map((group) => ({ kind: "changed", level: group.level, risks: group.risks, texts: [], group })),
  };
}

/** The settings that change: the highest risks first, and among them the access of outsiders. */
function createSettingsSection({ settings }: Review, getName: (key: string) => string): Section {
  const sorted = sortBy(settings, ({ risks, organization, outsiders = false, section, setting, words }) => [
    ...[getRiskKey({ level: getLevel(risks) }), String(!outsiders), getName(organization), organization],
    ...[section, setting, words],
  ]);
  return {
    id: "settings",
    title: "Setting changes",
    noun: "setting change",
    items: sorted.map(({ organization, section, words, undoesDrift = false, risks }) => ({
      kind: section,
      place: getName(organization),
      ...(undoesDrift && { cause: undoing }),
      label: section,
      texts: [[words]],
      ...describeRisks(risks),
    })),
  };
}

/** The changes that only the base plans. */
function createWithdrawnSection({ base }: Review, getName: (key: string) => string): Section {
  return {
    id: "withdrawn",
    title: "Withdrawn changes",
    noun: "withdrawn change",
    items: (base?.withdrawn ?? []).map(({ organization, words, risks }) => ({
      kind: "changed",
      ...(organization !== null && { place: getName(organization) }),
      texts: [[words]],
      ...describeRisks(risks),
    })),
  };
}

/** The warnings of the provider about people. */
function createWarningsSection({ remarks }: Review, getName: (key: string) => string): Section {
  const warnings = remarks.filter(({ risks = [] }) => risks.length > 0);
  const sorted = sortBy(warnings, ({ organization = "", about, text }) => [getName(organization), about, text]);
  return {
    id: "warnings",
    title: "Warnings about people",
    noun: "warning",
    items: sorted.map(({ organization, about, text, risks = [] }) => ({
      kind: "approval",
      ...(organization !== undefined && { place: getName(organization) }),
      heading: [{ code: about }],
      texts: [[{ lines: text }]],
      ...describeRisks(risks),
    })),
  };
}

/** The facts that the previews do not contain. */
function createUnknownsSection({ unknowns }: Review, wording: Wording): Section {
  return {
    id: "unknowns",
    title: wording.unknowns,
    noun: "unknown",
    items: unknowns.map((sentence) => ({ kind: "changed", level: "high", risks: [], texts: [[sentence]] })),
  };
}

/** The access that ends soon, the next end first. */
function createEndsSection({ endsSoon = [], organizations }: Review): Section {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  return {
    id: "endsSoon",
    title: "Access that ends soon",
    noun: "end",
    isDetail: true,
    items: sortBy(endsSoon, ({ lastDay }) => [lastDay]).map(({ organization, email, role, lastDay, afterwards }) => ({
      kind: "note",
      level: undefined,
      risks: [],
      place: names.get(organization) ?? organization,
      heading: [{ email }],
      texts: [[`${getRoleName(role)} ${describeLastDay(lastDay, afterwards) ?? ""}`]],
    })),
  };
}

/** The notes on people, those on the highest risks first. Equal notes are one item. */
function createNotesSection(persons: readonly ReportedPerson[], groups: readonly PersonGroup[]): Section {
  const noted = persons.flatMap(({ access }) => access.filter(({ notes }) => notes.length > 0));
  const shown = new Map(
    groups.flatMap(({ people, changes }) =>
      people.flatMap(({ access }) =>
        access.filter(({ isConcerned }) => isConcerned).map((one, index) => [one, changes[index]] as const),
      ),
    ),
  );
  const equal = groupBy(noted, ({ notes }) => JSON.stringify(notes));
  return {
    id: "notes",
    title: "Notes on people",
    noun: "note",
    isDetail: true,
    items: [...equal.values()].map((group) => {
      const [about, ...others] = new Set(group.map((one) => shown.get(one)));
      return {
        kind: "note",
        level: undefined,
        risks: [],
        heading: listPeople(group),
        texts: group.slice(0, 1).map(({ notes }) => notes.flatMap((note, index) => (index === 0 ? note : [" ", note]))),
        about: others.length === 0 ? about : undefined,
      };
    }),
  };
}

/** The people that a note names in one organization. */
const mostNames = 10;

/** Names people by organization. */
function listPeople(group: readonly PersonInOrganization[]): Text {
  const places = groupBy(group, ({ organization }) => organization);
  const lists = [...places].map(([name, people]) => {
    const emails = people.map(({ email }) => ({ email }));
    return [...listNames(emails, mostNames, "more person", "more people"), " in ", { name }];
  });
  return joinTexts(lists, "; ");
}

/** The messages of Pulumi and the provider, warnings first, without those that another section contains. */
function createMessagesSection({ people, remarks }: Review): Section {
  const notes = new Set(people.flatMap((person) => person.notes));
  const others = remarks.filter(
    ({ severity, text, people: warned }) => warned === undefined && (severity === "warning" || !notes.has(text)),
  );
  const sorted = sortBy(others, ({ severity, about, text }) => [severity === "warning" ? "" : severity, about, text]);
  return {
    id: "messages",
    title: "Messages from Pulumi",
    noun: "message",
    isDetail: true,
    items: sorted.map(({ severity, about, text }) => {
      const isWarning = severity === "warning";
      const heading = [...(isWarning ? [[{ strong: "Warning" }]] : []), ...(about === "" ? [] : [[{ code: about }]])];
      return {
        kind: isWarning ? "approval" : "note",
        level: isWarning ? "medium" : undefined,
        risks: [],
        ...(heading.length > 0 && { heading: joinTexts(heading, " ") }),
        texts: [[{ lines: text }]],
      };
    }),
  };
}

/** The commit that a report is about, and the time of the review. */
export interface Reviewed {
  readonly commit: string;
  readonly at: Date;
}

/** The first characters of a commit, as forges show them. */
export function shortenCommit({ commit }: Reviewed): string {
  return commit.slice(0, 10);
}

/** The time of a review to the minute, such as `2027-01-15 09:30 UTC`. */
export function formatTime({ at }: Reviewed): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
