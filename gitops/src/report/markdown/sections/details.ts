import type { Review } from "../../../review/review";
import { noRules } from "../../noRules";
import { notesOn } from "../../notes";
import { counted } from "../../../wording/counted";
import { code, prose } from "../words/escape";
import type { Names } from "../names";
import { by } from "../order";
import { several } from "../words/several";
import { byRisk } from "./people";
import { enough, type Section } from "../section";
import { detail, folded } from "./folded";

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
