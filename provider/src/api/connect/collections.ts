import { apiTokens } from "./apiTokens";
import { claimTokens } from "./claimTokens";
import { cohorts } from "./cohorts";
import type { Collection } from "./collection";
import { groups } from "./groups";
import { projects } from "./projects";
import { tunnelPolicies } from "./tunnelPolicies";
import { webhooks } from "./webhooks";

export type * from "./accessControlled";
export type * from "./apiTokens";
export type * from "./claimTokens";
export type * from "./groups";
export type * from "./projects";
export type * from "./tunnelPolicies";
export type * from "./webhooks";

/** Every kind of objects that only Avocado Connect serves. To add one, add a file to this folder and a line to both lists. */
export const collections = { apiTokens, claimTokens, cohorts, groups, projects, tunnelPolicies, webhooks };

/** The operations of all collections. */
export type Collections = {
  readonly [Name in keyof typeof collections]: ReturnType<(typeof collections)[Name]["open"]>;
};

export type CollectionFeature = (typeof collections)[keyof typeof collections]["feature"];

/** Opens every collection. */
export function openCollections(open: <Operations>(collection: Collection<Operations>) => Operations): Collections {
  return {
    apiTokens: open(apiTokens),
    claimTokens: open(claimTokens),
    cohorts: open(cohorts),
    groups: open(groups),
    projects: open(projects),
    tunnelPolicies: open(tunnelPolicies),
    webhooks: open(webhooks),
  };
}
