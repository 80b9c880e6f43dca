import type { Organization } from "../../access/access";
import { type Declarations } from "../../access/declared";
import { isHidden } from "../../access/hidden";
import { declaredIn } from "../../access/people";
import { called, type Resource, type State } from "../../preview/resource";
import { counted } from "../../wording/counted";
import type { SettingReview } from "../review";

/** Parts of an organization that Pulumi forgets and Peridio keeps, and that no stack declares afterwards. */
export function releases(is: Organization, { before, after }: Declarations): readonly SettingReview[] {
  return before.flatMap((resource) => {
    const left = resource.released && resource.before !== undefined ? leftIn(resource.before, resource, is, after) : "";
    if (left === "") return [];
    return {
      organization: is.key,
      section: "released",
      setting: called(resource),
      words: `${called(resource)}: released. Pulumi forgets it, and Peridio keeps ${left}, which no stack declares.`,
      risks: ["releases"],
    };
  });
}

/** Names the part that stays without a declaration; empty if none does. */
function leftIn(state: State, { kind }: Resource, { people }: Organization, after: readonly Resource[]): string {
  switch (kind) {
    case "SecurityPolicy":
    case "BillingSettings":
      return after.some((other) => other.kind === kind) ? "" : "its settings";
    case "Membership":
    case "OrganizationMembers": {
      if (isHidden(state.inputs.members) || isHidden(state.inputs.email)) return "the access of people who are hidden";
      const [one, ...others] = declaredIn(state)
        .map((address) => people.get(address))
        .filter((person) => person?.declaredBy.length === 0);
      if (one === undefined) return "";
      return `the access of ${others.length === 0 ? one.email : counted(others.length + 1, "person", "people")}`;
    }
    // The review reports both elsewhere: the organization as a whole, and the owner as a person without a declaration.
    case "Organization":
    case "OrganizationOwner":
      return "";
  }
}
