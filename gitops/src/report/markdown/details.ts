import { roles } from "#provider";
import type { Review, OrganizationReview, PersonReview } from "../../review/review";
import { formatCount, formatNumber, getRoleName } from "../../wording";
import { groupByPerson, noRules, groupNotes, unknownTitles } from "../content";
import { sortPeople } from "./changes";
import { formatCode, formatProse } from "./escape";
import { readableRows, type Section, type Row } from "./fit";
import { type Names, compareBy, listNames, describeStatus, countPeople, type Wording } from "./words";

/** The facts that the previews do not contain. */
export function createUnknownsSection(review: Review): Section {
  return {
    title: unknownTitles[review.kind],
    open: readableRows,
    head: "",
    rows: review.unknowns.map((sentence) => ({
      text: `- ${formatProse(sentence)}\n`,
      rank: "high",
      size: 1,
      classes: [],
    })),
    nouns: ["unknown", "unknowns"],
  };
}

/** The notes on people, those on the highest risks first. */
export function createNotesSection(review: Review, names: Names): Section {
  const people = groupByPerson(sortPeople(review.people, names)).flat();
  const withNotes = people.filter((person) => person.notes.length > 0);
  return createFoldedSection(
    `Notes on ${formatCount(withNotes.length, "person", "people")}`,
    groupNotes(withNotes).map(({ sentences, people }) => {
      const groups = [...people].map(
        ([organization, people]) =>
          `${listNames(
            people.map(({ email }) => email),
            "person",
            "people",
          )} in ${formatCode(names(organization))}`,
      );
      return createDetail(`- ${groups.join("; ")}: ${sentences.map((sentence) => formatProse(sentence)).join(" ")}`);
    }),
    ["note", "notes"],
  );
}

/** The messages of Pulumi and the provider, warnings first. */
export function createMessagesSection(review: Review): Section {
  const sorted = review.remarks.toSorted(
    compareBy(
      ({ severity }) => (severity === "warning" ? "" : severity),
      ({ about }) => about,
      ({ text }) => text,
    ),
  );
  return createFoldedSection(
    `Messages from Pulumi (${formatNumber(sorted.length)})`,
    sorted.map(({ severity, about, text }) =>
      createDetail(
        `- ${severity === "warning" ? "**Warning** " : ""}${about === "" ? "" : `${formatCode(about)} `}· ${formatProse(text)}`,
      ),
    ),
    ["message", "messages"],
  );
}

/** The stacks and rules of the review. */
export function createSourcesSection({ stacks, rules }: Review): Section {
  const facts = [
    rules === null ? `${noRules}.` : `${formatCount(rules, "access rule")} ${rules === 1 ? "was" : "were"} checked.`,
  ];
  return createFoldedSection(
    `Sources (${formatCount(stacks.length, "stack")})`,
    [
      ...facts.map((line) => ({ ...createDetail(`- ${line}`), size: 0 })),
      ...stacks.toSorted().map((stack) => createDetail(`- ${formatCode(stack)}`)),
    ],
    ["stack", "stacks"],
  );
}

/** The maximum number of people in a line. */
const peoplePerLine = 20;

/** The role of every person in each organization. */
export function createAccessSection(review: Review, { allAccess }: Wording): Section {
  const remaining = review.organizations
    .filter(({ change }) => change !== "deleted" && change !== "replaced")
    .toSorted(
      compareBy(
        ({ name }) => name,
        ({ key }) => key,
      ),
    );
  return createFoldedSection(
    allAccess,
    remaining.flatMap((organization) =>
      listPeople(
        organization,
        review.people.filter((person) => person.organization === organization.key && person.after !== null),
      ),
    ),
    ["role", "roles"],
  );
}

function listPeople(organization: OrganizationReview, people: readonly PersonReview[]): readonly Row[] {
  const others = organization.complete ? [] : ["perhaps others that no stack declares"];
  const counts = [...countPeople(people.length, organization), ...others].join(", and ");
  return [
    { ...createDetail(`- ${formatCode(organization.name)}: ${counts}`), size: 0 },
    ...[...roles, "unknown", "secret"].flatMap((role) =>
      createRoleRows(
        role,
        people.filter(({ after }) => after?.role === role),
      ),
    ),
  ];
}

function createRoleRows(role: string, people: readonly PersonReview[]): readonly Row[] {
  const sorted = people.toSorted(
    compareBy(
      ({ email }) => email.toLowerCase(),
      ({ email }) => email,
    ),
  );
  return Array.from({ length: Math.ceil(sorted.length / peoplePerLine) }, (_, line) => {
    const part = sorted.slice(line * peoplePerLine, (line + 1) * peoplePerLine);
    const named = part.map(({ email, after }) => `${formatCode(email)}${after === null ? "" : describeStatus(after)}`);
    return { ...createDetail(`  - ${getRoleName(role)}: ${named.join(", ")}`), size: part.length };
  });
}

/** A line of a folded section. */
function createDetail(line: string): Row {
  return { text: `${line}\n`, rank: "detail", size: 1, classes: [] };
}

/** A section that shows only its title at first. */
function createFoldedSection(title: string, rows: readonly Row[], nouns: Section["nouns"]): Section {
  return { title, open: 0, head: "", rows, nouns };
}
