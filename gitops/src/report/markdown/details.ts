import { roles } from "#provider";
import type { Review, OrganizationReview, PersonReview } from "../../review/review";
import { counted, numbered, roleName } from "../../wording";
import { groupByPerson, noRules, groupNotes, unknownTitles } from "../content";
import { sortPeople } from "./changes";
import { code, prose } from "./escape";
import { enough, type Section, type Row } from "./fit";
import { type Names, by, several, besides, population, type Wording } from "./words";

/** The facts that the previews do not contain. */
export function unknowns(review: Review): Section {
  return {
    title: unknownTitles[review.kind],
    open: enough,
    head: "",
    rows: review.unknowns.map((sentence) => ({ text: `- ${prose(sentence)}\n`, rank: "high", size: 1, classes: [] })),
    things: ["unknown", "unknowns"],
  };
}

/** The notes on people, those on the highest risks first. */
export function notes(review: Review, names: Names): Section {
  const people = groupByPerson(sortPeople(review.people, names)).flat();
  const noted = people.filter((person) => person.notes.length > 0);
  return folded(
    `Notes on ${counted(noted.length, "person", "people")}`,
    groupNotes(noted).map(({ sentences, people }) => {
      const places = [...people].map(
        ([organization, some]) =>
          `${several(
            some.map(({ email }) => email),
            "person",
            "people",
          )} in ${code(names(organization))}`,
      );
      return detail(`- ${places.join("; ")}: ${sentences.map((sentence) => prose(sentence)).join(" ")}`);
    }),
    ["note", "notes"],
  );
}

/** The messages of Pulumi and the provider, warnings first. */
export function remarks(review: Review): Section {
  const sorted = review.remarks.toSorted(
    by(
      ({ severity }) => (severity === "warning" ? "" : severity),
      ({ about }) => about,
      ({ text }) => text,
    ),
  );
  return folded(
    `Messages from Pulumi (${numbered(sorted.length)})`,
    sorted.map(({ severity, about, text }) =>
      detail(
        `- ${severity === "warning" ? "**Warning** " : ""}${about === "" ? "" : `${code(about)} `}· ${prose(text)}`,
      ),
    ),
    ["message", "messages"],
  );
}

/** The stacks and rules of the review. */
export function sources({ stacks, others, rules }: Review): Section {
  const lines = [
    rules === null ? `${noRules}.` : `${counted(rules, "access rule")} ${rules === 1 ? "was" : "were"} checked.`,
    ...(others === 0
      ? []
      : [`${counted(others, "resource")} of other providers ${others === 1 ? "changes" : "change"}.`]),
  ];
  return folded(
    `Sources (${counted(stacks.length, "stack")})`,
    [
      ...lines.map((line) => ({ ...detail(`- ${line}`), size: 0 })),
      ...stacks.toSorted().map((stack) => detail(`- ${code(stack)}`)),
    ],
    ["stack", "stacks"],
  );
}

/** The people in a line. */
const abreast = 20;

/** The role of every person in each organization. */
export function allAccess(review: Review, { allAccess: title }: Wording): Section {
  const there = review.organizations
    .filter(({ change }) => change !== "deleted" && change !== "replaced")
    .toSorted(
      by(
        ({ name }) => name,
        ({ key }) => key,
      ),
    );
  return folded(
    title,
    there.flatMap((organization) =>
      inside(
        organization,
        review.people.filter(({ organization: key, after }) => key === organization.key && after !== null),
      ),
    ),
    ["role", "roles"],
  );
}

function inside(organization: OrganizationReview, people: readonly PersonReview[]): readonly Row[] {
  const others = organization.complete ? [] : ["perhaps others that no stack declares"];
  const told = [...population(people.length, organization), ...others].join(", and ");
  return [
    { ...detail(`- ${code(organization.name)}: ${told}`), size: 0 },
    ...[...roles, "unknown", "secret"].flatMap((role) =>
      lines(
        role,
        people.filter(({ after }) => after?.role === role),
      ),
    ),
  ];
}

function lines(role: string, people: readonly PersonReview[]): readonly Row[] {
  const sorted = people.toSorted(
    by(
      ({ email }) => email.toLowerCase(),
      ({ email }) => email,
    ),
  );
  return Array.from({ length: Math.ceil(sorted.length / abreast) }, (_, line) => {
    const part = sorted.slice(line * abreast, (line + 1) * abreast);
    const named = part.map(({ email, after }) => `${code(email)}${after === null ? "" : besides(after)}`);
    return { ...detail(`  - ${roleName(role)}: ${named.join(", ")}`), size: part.length };
  });
}

/** A line of a folded section. */
function detail(line: string): Row {
  return { text: `${line}\n`, rank: "detail", size: 1, classes: [] };
}

/** A section that shows only its title at first. */
function folded(title: string, rows: readonly Row[], things: Section["things"]): Section {
  return { title, open: 0, head: "", rows, things };
}
