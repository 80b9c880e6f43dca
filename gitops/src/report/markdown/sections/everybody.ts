import { roles } from "../../../../../provider/src/api";
import type { OrganizationReview, PersonReview, Review } from "../../../review/review";
import { roleName } from "../../../wording/role";
import { besides } from "../words/place";
import { detail, folded } from "./folded";
import { code } from "../words/escape";
import { population } from "../words/population";
import { by } from "../order";
import type { Row, Section } from "../section";
import type { Wording } from "../words/wording";

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
