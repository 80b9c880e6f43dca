import { key, matching } from "../../../../provider/src/resources/people/roster";
import type { Facts } from "../facts";
import { type Finding, found } from "../finding";
import { asRole, isRole } from "../../wording/role";
import type { Terms } from "../terms";

/** Organizations and people that the layout does not declare, but those whom its rosters ignore. */
export function outside({ name, members = [], pending = [] }: Facts, { layout }: Terms): readonly Finding[] {
  if (layout === undefined) return [];
  const declared = layout.get(name);
  if (declared === undefined) return [found("organizationOutsideLayout", name, "is not in the layout")];
  const known = new Set(Object.keys(declared.members).map(key));
  const ignored = matching(declared.roster.ignore);
  const places = [
    ...members.map(({ email, role, isOwner }) => ({
      email,
      role,
      is: isOwner ? "owns the organization" : isRole(role),
    })),
    ...pending.map(({ email, role }) => ({ email, role, is: `is invited ${asRole(role)}` })),
  ];
  return places
    .filter(({ email }) => !known.has(key(email)) && !ignored(email))
    .map(({ email: person, role, is }) =>
      found("outsideLayout", name, `${is}, and is not in the layout`, { person, worse: role === "admin" }),
    );
}
