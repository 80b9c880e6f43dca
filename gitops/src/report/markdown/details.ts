import { roles } from "../../../../provider/src/api";
import type { Review, OrganizationReview, PersonReview } from "../../review/review";
import { counted, roleName } from "../../wording";
import { noRules, notesOn } from "../content";
import { byRisk } from "./changes";
import { code, prose } from "./escape";
import { enough, type Section, type Row } from "./fit";
import { type Names, by, several, besides, population, type Wording } from "./words";

/** What the review cannot tell. */
export function unknowns(review: Review): Section {
  return {
    title: "What cannot be told",
    open: enough,
    head: "",
    rows: review.unknowns.map((sentence) => ({ text: `- ${prose(sentence)}\n`, rank: "high", size: 1, classes: [] })),
    things: ["unknown", "unknowns"],
  };
}

/** What should be known of people besides: of those whose access changes first. */
export function notes(review: Review, names: Names): Section {
  const noted = byRisk(review.people, names).filter((person) => person.notes.length > 0);
  return folded(
    `Notes on ${counted(noted.length, "person", "people")}`,
    notesOn(noted).map(({ sentences, people }) => {
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

/** What Pulumi and the provider said, warnings first. */
export function remarks(review: Review): Section {
  const sorted = review.remarks.toSorted(
    by(
      ({ severity }) => (severity === "warning" ? "" : severity),
      ({ about }) => about,
      ({ text }) => text,
    ),
  );
  return folded(
    `What Pulumi says (${counted(sorted.length, "remark")})`,
    sorted.map(({ severity, about, text }) =>
      detail(
        `- ${severity === "warning" ? "**Warning** " : ""}${about === "" ? "" : `${code(about)} `}· ${prose(text)}`,
      ),
    ),
    ["remark", "remarks"],
  );
}

/** What the review was made of. */
export function sources({ stacks, others, rules }: Review): Section {
  const lines = [
    rules === null ? `${noRules}.` : `${counted(rules, "access rule")} ${rules === 1 ? "was" : "were"} checked.`,
    ...(others === 0
      ? []
      : [`Of other providers, ${counted(others, "resource")} ${others === 1 ? "changes" : "change"}.`]),
  ];
  return folded(
    `What was read (${counted(stacks.length, "stack")})`,
    [
      ...lines.map((line) => ({ ...detail(`- ${line}`), size: 0 })),
      ...stacks.toSorted().map((stack) => detail(`- ${code(stack)}`)),
    ],
    ["stack", "stacks"],
  );
}

/** How many people stand in a line. */
const abreast = 20;

/** Who has which role in each organization in the end. */
export function everybody(review: Review, { everybody: title }: Wording): Section {
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
    ["entry of everybody", "entries of everybody"],
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

/** A line of what is folded. */
function detail(line: string): Row {
  return { text: `${line}\n`, rank: "detail", size: 1, classes: [] };
}

/** A section of which only the title is to be seen at first. */
function folded(title: string, rows: readonly Row[], things: Section["things"]): Section {
  return { title, open: 0, head: "", rows, things };
}
