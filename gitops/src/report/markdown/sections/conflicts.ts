import type { Review } from "../../../review/review";
import type { Names } from "../names";
import { by } from "../order";
import { enough, type Section } from "../section";
import { code, prose } from "../words/escape";

/** The things that several stacks declare differently. */
export function conflicts({ conflicts: all = [] }: Review, names: Names): Section {
  const sorted = all.toSorted(
    by(
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ message }) => message,
    ),
  );
  return {
    title: "Stacks that contradict each other",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, message }) => ({
      text: `- **Refused** · ${code(names(organization))}<br>${prose(message)}\n`,
      rank: "refused",
      size: 1,
      classes: [],
    })),
    things: ["conflict", "conflicts"],
  };
}
