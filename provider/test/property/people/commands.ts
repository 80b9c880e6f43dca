import {
  changeOutside as applyOutside,
  type Command as AnyCommand,
  command,
  declare as change,
  operate,
} from "../harness/commands";
import type { Fault } from "../harness/proxy";
import { describeDeclared } from "../harness/resource";
import { type Declaration, type Declarations, type OrganizationName } from "./declarations";
import { type Edit, edits, withDeclaration } from "./edits";
import { checkPreview, checkResult, refresh, report } from "./operations";
import { inOrganization, type PeopleChange } from "./outsideChanges";
import type { RunOptions, Simulation } from "./simulation";

export type Command = AnyCommand<Simulation>;

/** Replaces the declarations for one organization. */
export function declare(organization: OrganizationName, declaration: Declaration): Command {
  const text = `declare ${organization}: ${describeDeclared(declaration)}`;
  return change<Declarations>(text, (all) => withDeclaration(all, organization, declaration));
}

/** Edits the declarations for one organization. */
export function editDeclaration(organization: OrganizationName, edit: Edit): Command {
  return change<Declarations>(
    `${edit} in ${organization}`,
    (all) => {
      const edited = edits[edit](all[organization]);
      return edited && withDeclaration(all, organization, edited);
    },
    (all) => `${edit} in ${organization}: ${describeDeclared(all[organization])}`,
  );
}

/** Changes an organization outside Pulumi. */
export function changeOutside(organization: OrganizationName, one: PeopleChange): Command {
  return applyOutside(inOrganization(organization, one));
}

/** Changes the state outside an operation. */
export function changeState(text: string, run: (simulation: Simulation) => unknown): Command {
  return command(text, async (simulation) => {
    await run(simulation);
    simulation.record(text);
  });
}

/** `pulumi state delete` for all Organizations. */
export const forgetOrganizations = changeState("pulumi state delete of all Organizations", (simulation) => {
  simulation.forget(simulation.entries.filter(({ type }) => type === "Organization"));
});

/** `pulumi up`, without its preview. */
export function up(options: RunOptions = {}): Command {
  return run("up", options, async (simulation, text) => {
    const result = await simulation.up(options);
    report(simulation, text, result);
    simulation.isInForce = "steps" in result && !simulation.proxy.hasOutsideChange;
    checkResult(simulation, result, options);
  });
}

/** `pulumi destroy`. */
export function destroy(options: RunOptions = {}): Command {
  return run("destroy", options, async (simulation, text) => {
    const result = await simulation.destroy(options);
    report(simulation, text, result);
    checkResult(simulation, result, options);
  });
}

/** `pulumi preview`. */
export function preview(faults: readonly Fault[] = []): Command {
  return run("preview", { faults }, async (simulation, text) => {
    const { isInForce } = simulation;
    const result = await simulation.preview(faults);
    report(simulation, text, result);
    simulation.isInForce = isInForce;
    checkPreview(simulation, result, faults);
  });
}

/** `pulumi refresh`. */
export function refreshState(faults: readonly Fault[] = []): Command {
  return run("refresh", { faults }, (simulation, text) => refresh(simulation, faults, text));
}

function run(
  operation: string,
  { faults = [], replace = [], parallel, continueOnError, refresh: isRefreshing, only, secondProvider }: RunOptions,
  perform: (simulation: Simulation, text: string) => unknown,
): Command {
  return operate(operation, faults, perform, [
    ...(replace.length > 0 ? [`replacing ${replace.join(", ")}`] : []),
    ...(isRefreshing ? ["with a refresh"] : []),
    ...(only === undefined ? [] : [`only ${only}`]),
    ...(secondProvider === undefined ? [] : [`two providers with a ${secondProvider}`]),
    ...(parallel ? ["in parallel"] : []),
    ...(continueOnError ? ["continuing on error"] : []),
  ]);
}
