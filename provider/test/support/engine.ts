import * as testing from "#framework/testing";
import { FakeClock } from "#framework/testing";
import { providerIn } from "../../src/provider";

export {
  type Course,
  type Declared,
  executable,
  type Kept,
  type Launch,
  type Program,
  type RunningProvider as Running,
  secret,
  type Step,
  unknown,
  type Wire,
} from "#framework/testing";

/**
 * A small version of Pulumi's engine for the provider of Peridio, whose waits take no time. `make test-all` names the executable that it
 * runs, which waits.
 */
export class Engine extends testing.Engine {
  constructor(environment: Readonly<Record<string, string>>, settings?: testing.Wire, launch?: testing.Launch) {
    const tested = process.env.TESTED_EXECUTABLE;
    super(
      {
        provider: providerIn({ clock: new FakeClock(Date.now()) }),
        parent: { type: "Organization", input: "organizationId" },
      },
      environment,
      settings,
      launch ?? (tested === undefined ? undefined : testing.executable(tested)),
    );
  }
}
