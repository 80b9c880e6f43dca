import { getTypeName } from "#framework";
import { resources } from "#provider";
import { kinds } from "./resource";

/**
 * All resources of the provider. A review shows the effect of a `reviewed` one. It only lists the changes of a `listed`
 * one, and requires approval for them.
 */
const coverage: Readonly<Record<string, "reviewed" | "listed">> = {
  Organization: "reviewed",
  Membership: "reviewed",
  OrganizationMembers: "reviewed",
  OrganizationOwner: "reviewed",
  SecurityPolicy: "reviewed",
  BillingSettings: "reviewed",
  Group: "reviewed",
  Project: "reviewed",
  Cohort: "reviewed",
  OrganizationApiToken: "reviewed",
  Webhook: "reviewed",
  ClaimToken: "reviewed",
};

test("each resource of the provider is reviewed or listed", () => {
  expect(Object.keys(coverage).sort()).toEqual(resources.map(getTypeName).sort());
  expect(Object.keys(coverage).filter((name) => coverage[name] === "reviewed")).toEqual(kinds);
});
