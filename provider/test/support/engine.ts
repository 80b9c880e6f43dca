import * as testing from "#framework/testing";
import { provider } from "../../src/provider";

export {
  type Calls,
  type Course,
  type Kept,
  type Launch,
  type RunningProvider as Running,
  secret,
  type Step,
  unknown,
  type Wire,
} from "#framework/testing";

/** A resource of a program, by its type. */
export interface Declared extends testing.Declared {
  readonly type:
    "Organization" | "Membership" | "OrganizationMembers" | "OrganizationOwner" | "SecurityPolicy" | "BillingSettings";
}

/** A program: resources by name, those that others depend on first. */
export type Program = Readonly<Record<string, Declared>>;

/** Pulumi's engine in small, for the provider of Peridio. */
export class Engine extends testing.Engine {
  constructor(environment: Readonly<Record<string, string>>, settings?: testing.Wire, launch?: testing.Launch) {
    super({ provider, parent: { type: "Organization", input: "organizationId" } }, environment, settings, launch);
  }
}
