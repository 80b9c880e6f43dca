import { groupBy } from "../grouping";
import { programSections, type Review, type SettingReview, type Violation } from "../review/review";
import { getLevel } from "../risks";
import { formatCount, formatNumber } from "../wording";
import { type Organization, type Person, type PersonalAccess, readAccess } from "./access";
import { createSummary, noRules, type Outcome, type Summary } from "./summary";
import {
  type AtRisk,
  describeRisks,
  getRiskKey,
  joinTexts,
  listNames,
  sortBy,
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
  readonly access: {
    /** The title of the access after the change. */
    readonly title: string;
    /** By name. */
    readonly organizations: readonly Organization[];
  };
  readonly sources: {
    readonly rules: string;
    readonly stacks: readonly string[];
  };
}

export type Section = ItemSection | PeopleSection;

export interface ItemSection {
  readonly id: "conflicts" | "rules" | "program" | "organizations" | "settings" | "unknowns" | "notes" | "messages";
  readonly title: string;
  /** The number of items of each kind, in words. */
  readonly breakdown?: string;
  /** The word for one item. */
  readonly noun: string;
  /** True for details, which a reader needs last. */
  readonly isDetail?: boolean;
  /** The most important first. */
  readonly items: readonly Item[];
}

/** The access of people that changes or is at risk. */
export interface PeopleSection {
  readonly id: "people";
  readonly title: string;
  readonly noun: string;
  /** The order of the accesses, such as `before → after`. */
  readonly course: string;
  /** By risk and then by address. */
  readonly persons: readonly Person[];
}

/** A change, a broken rule or another thing. */
export interface Item extends AtRisk {
  /** The kind, for a symbol. */
  readonly kind: Exclude<Outcome, "pass"> | "changed" | Organization["change"] | SettingReview["section"];
  /** The organization or the stack of the thing. */
  readonly place?: string;
  /** The thing itself. */
  readonly heading?: Text;
  /** The effect on the verdict. */
  readonly effect?: string;
  /** The kind of setting. */
  readonly label?: string;
  /** The most important first. */
  readonly texts: readonly Text[];
  /** The only access that a note is about, if the section of people contains it. */
  readonly about?: PersonalAccess | undefined;
}

export function createReport(review: Review): Report {
  const { rules, stacks } = review;
  const wording = wordings[review.kind];
  const { organizations, persons } = readAccess(review);
  const names = new Map(review.organizations.map(({ key, name }) => [key, name]));
  const getName = (key: string) => names.get(key) ?? key;
  const sections: readonly Section[] = [
    createConflictsSection(review, getName),
    createRulesSection(review, wording),
    createProgramSection(review),
    createOrganizationsSection(organizations),
    createPeopleSection(persons, wording),
    createSettingsSection(review, getName),
    createUnknownsSection(review, wording),
    createNotesSection(persons),
    createMessagesSection(review),
  ];
  return {
    heading: wording.heading,
    summary: createSummary(review, wording),
    sections: sections.filter((section) => countThings(section) > 0),
    access: { title: wording.allAccess, organizations },
    sources: {
      rules:
        rules === null
          ? `${noRules}.`
          : `${formatCount(rules, "access rule")} ${rules === 1 ? "was" : "were"} checked.`,
      stacks: stacks.toSorted(),
    },
  };
}

/** Counts the items or changes of a section. */
export function countThings(section: Section): number {
  return section.id === "people" ? section.persons.flatMap(({ access }) => access).length : section.items.length;
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

/** The broken rules: those that block first, then those that this change breaks. */
function createRulesSection({ violations }: Review, wording: Wording): Section {
  const order = Object.keys(severities);
  const sorted = sortBy(violations, ({ severity, before, rule, organizations, people, message, explanation = "" }) => [
    ...[String(order.indexOf(severity)), String(before), rule],
    ...[organizations.join("\n"), people.join("\n"), message, explanation],
  ]);
  const explained = new Set<string>();
  const items = sorted.map((violation) => {
    const isExplained = explained.has(violation.rule);
    explained.add(violation.rule);
    return createRuleItem(violation, wording, isExplained ? undefined : violation.explanation);
  });
  const counts = new Map<string, number>();
  for (const { effect } of items) counts.set(effect, (counts.get(effect) ?? 0) + 1);
  return {
    id: "rules",
    title: "Broken access rules",
    breakdown: [...counts].map(([effect, count]) => `${formatNumber(count)} ${effect.toLowerCase()}`).join(", "),
    noun: "broken rule",
    items,
  };
}

function createRuleItem(
  { rule, severity, organizations, people, message, before }: Violation,
  { effects, describeSince }: Wording,
  explanation: string | undefined,
) {
  const since = describeSince(before);
  const concerned = [
    listNames(
      organizations.toSorted().map((name) => ({ name })),
      "organization",
    ),
    listNames(
      people.toSorted().map((email) => ({ email })),
      "person",
      "people",
    ),
  ].filter((names) => names.length > 0);
  return {
    ...severities[severity],
    heading: [{ name: rule }],
    effect: effects[severity],
    texts: [
      [message],
      ...(explanation === undefined ? [] : [[{ emphasis: "Why:" }, " ", { lines: explanation }]]),
      ...(since === undefined ? [] : [[since]]),
      ...(concerned.length === 0 ? [] : [joinTexts(concerned, " · ")]),
    ],
  };
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
function createOrganizationsSection(organizations: readonly Organization[]): Section {
  const concerned = organizations.filter((organization) => organization.isConcerned);
  return {
    id: "organizations",
    title: "Organization changes",
    noun: "organization change",
    items: sortBy(concerned, (organization) => [getRiskKey(organization)]).map(
      ({ name, change, predicate, level, risks }) => ({
        kind: change,
        heading: [{ name }, predicate],
        texts: [],
        level,
        risks,
      }),
    ),
  };
}

/** The access that changes or is at risk, the highest risks first. */
function createPeopleSection(persons: readonly Person[], { course }: Wording): Section {
  return {
    id: "people",
    title: "Access changes",
    noun: "access change",
    course,
    persons: persons
      .map(({ email, access }) => ({ email, access: access.filter((one) => one.isConcerned) }))
      .filter(({ access }) => access.length > 0),
  };
}

/** The settings that change, the highest risks first. */
function createSettingsSection({ settings }: Review, getName: (key: string) => string): Section {
  const sorted = sortBy(settings, ({ risks, organization, section, setting, words }) => [
    ...[getRiskKey({ level: getLevel(risks) }), getName(organization), organization],
    ...[section, setting, words],
  ]);
  return {
    id: "settings",
    title: "Setting changes",
    noun: "setting change",
    items: sorted.map(({ organization, section, words, risks }) => ({
      kind: section,
      place: getName(organization),
      label: section,
      texts: [[words]],
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

/** The notes on people, those on the highest risks first. Equal notes are one item. */
function createNotesSection(persons: readonly Person[]): Section {
  const noted = persons.flatMap(({ access }) => access.filter(({ notes }) => notes.length > 0));
  const groups = groupBy(noted, ({ notes }) => JSON.stringify(notes));
  return {
    id: "notes",
    title: "Notes on people",
    noun: "note",
    isDetail: true,
    items: [...groups.values()].map((group) => ({
      kind: "note",
      level: undefined,
      risks: [],
      heading: listPeople(group),
      texts: group.slice(0, 1).map(({ notes }) => notes.flatMap((note, index) => (index === 0 ? note : [" ", note]))),
      about: group.length === 1 ? group.find((one) => one.isConcerned) : undefined,
    })),
  };
}

/** Names people by organization. */
function listPeople(group: readonly PersonalAccess[]): Text {
  const places = groupBy(group, ({ organization }) => organization);
  const lists = [...places].map(([name, people]) => {
    const emails = people.map(({ email }) => ({ email }));
    return [...listNames(emails, "person", "people"), " in ", { name }];
  });
  return joinTexts(lists, "; ");
}

/** The messages of Pulumi and the provider, warnings first. */
function createMessagesSection({ remarks }: Review): Section {
  const sorted = sortBy(remarks, ({ severity, about, text }) => [severity === "warning" ? "" : severity, about, text]);
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
