import type { OrganizationReview, Review } from "../../../review/review";
import { levelOf } from "../../../review/risk";
import { all } from "../../../wording/joined";
import { code } from "../words/escape";
import { population } from "../words/population";
import { riskTold, riskWords, severity } from "../words/marks";
import { by } from "../order";
import { enough, type Section } from "../section";
import type { Wording } from "../words/wording";

/** The organizations that come, go or are at risk as a whole, the worst first. */
export function organizations(review: Review, { becomes }: Wording): Section {
  const concerned = review.organizations
    .filter(({ change, risks }) => change !== "kept" || risks.length > 0)
    .toSorted(
      by(
        ({ risks }) => severity(risks),
        ({ name }) => name,
        ({ key }) => key,
      ),
    );
  return {
    title: "Organizations",
    open: enough,
    head: "",
    rows: concerned.map((organization) => ({
      text: `- ${[told(review, organization, becomes), riskTold(organization.risks)].filter(Boolean).join(" · ")}\n`,
      rank: levelOf(organization.risks) ?? "low",
      size: 1,
      classes: riskWords(organization.risks),
    })),
    things: ["organization", "organizations"],
  };
}

/** What becomes of it, and how many people are in it, which is what a deletion is about. */
function told({ people }: Review, organization: OrganizationReview, becomes: Wording["becomes"]): string {
  const { key, name, change } = organization;
  const mine = people.filter(({ organization }) => organization === key);
  const side = change === "created" || change === "adopted" ? "after" : "before";
  const inside = population(mine.filter((one) => one[side] !== null).length, organization);
  return `${code(name)}${becomes[change](all(inside))}`;
}
