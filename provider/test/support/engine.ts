import * as testing from "#framework/testing";
import { provider } from "../../src/provider";

export {
  type Calls,
  type Course,
  type Declared,
  type Kept,
  type Launch,
  type Program,
  type RunningProvider as Running,
  secret,
  type Step,
  unknown,
  type Wire,
} from "#framework/testing";

/** Pulumi's engine in small, for the provider of Peridio. */
export class Engine extends testing.Engine {
  constructor(environment: Readonly<Record<string, string>>, settings?: testing.Wire, launch?: testing.Launch) {
    super({ provider, parent: { type: "Organization", input: "organizationId" } }, environment, settings, launch);
  }
}
