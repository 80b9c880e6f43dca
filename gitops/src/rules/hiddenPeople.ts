import type { Finding } from "./finding";
import { type Concerned, findingIn } from "./scope";
import { counted } from "../wording/counted";

/** People that a rule cannot check, since their addresses are hidden. */
export function hiddenPeople(concerned: Concerned): readonly Finding[] {
  const { hiddenPeople: hidden, hasHiddenRoster } = concerned.organization;
  const readable = "Declare them so that they can be read.";
  const cannot = `in ${concerned.name} cannot be checked against the rule:`;
  return [
    ...(hidden === 0
      ? []
      : [
          findingIn(
            concerned,
            `${counted(hidden, "person", "people")} ${cannot} the addresses are hidden. ${readable}`,
            { about: "hidden", extent: hidden },
          ),
        ]),
    ...(hasHiddenRoster
      ? [findingIn(concerned, `The people ${cannot} their roster is hidden. ${readable}`, { about: "hidden roster" })]
      : []),
  ];
}
