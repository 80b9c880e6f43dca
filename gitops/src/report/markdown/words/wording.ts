import type { OrganizationReview, Review, Violation } from "../../../review/review";

/** What is said of a change in other words than of drift: the one is still to come, the other has happened. */
export interface Wording {
  readonly verdicts: Readonly<Record<Exclude<Review["verdict"], "pass">, string>>;
  readonly severities: Readonly<Record<Violation["severity"], string>>;
  /** What is said of a rule that is broken only since then. */
  readonly since: string;
  readonly nothing: string;
  /** What the summary's numbers are of. */
  readonly what: string;
  /** The heads of the columns. */
  readonly course: string;
  /** What becomes of an organization with so many people, as the rest of a sentence. */
  readonly becomes: Readonly<Record<OrganizationReview["change"], (people: string) => string>>;
  readonly everybody: string;
}

export const wordings: Readonly<Record<Review["kind"], Wording>> = {
  change: {
    verdicts: { refused: "Refused by access rules", "needs approval": "Needs approval" },
    severities: { refuse: "Refused", approve: "Needs approval", note: "Note" },
    since: "",
    nothing: "No access changes",
    what: "",
    course: "before → after",
    becomes: {
      created: (people) => ` is created, with ${people}`,
      adopted: (people) => ` is there already and is taken over as it is, with ${people} declared`,
      deleted: (people) => ` is deleted, with ${people} in it`,
      replaced: (people) => ` is deleted, with ${people} in it, and replaced by a new one`,
      released: () => " is released: Pulumi forgets it, and Peridio keeps it as it is",
      kept: () => "",
    },
    everybody: "Everybody's access after the change",
  },
  drift: {
    verdicts: { refused: "Access rules are broken", "needs approval": "Needs approval" },
    severities: { refuse: "Broken", approve: "Needs approval", note: "Note" },
    since: "since it was changed past Pulumi: `pulumi up --refresh` puts back what the program declares",
    nothing: "No access was changed past Pulumi",
    what: "Changed past Pulumi: ",
    course: "before → now",
    becomes: {
      created: (people) => ` was created, with ${people}`,
      adopted: (people) => ` was taken over as it was, with ${people} declared`,
      deleted: (people) => ` was deleted, with ${people} in it`,
      replaced: (people) => ` was deleted, with ${people} in it, and replaced by a new one`,
      released: () => " was released: Pulumi has forgotten it",
      kept: () => "",
    },
    everybody: "Everybody's access now",
  },
};
