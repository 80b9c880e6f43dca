import type { AsyncCommand } from "fast-check";
import { type Declaration, describeDeclaration, type OrganizationName } from "./declarations";
import { type Edit, edits, type Model } from "./model";
import { checkPreview, checkResult, refresh, report } from "./operations";
import { applyOutsideChange, type OutsideChange } from "./outsideChanges";
import { describeFault, type Fault } from "./proxy";
import type { Wire } from "../support/engine";
import type { RunOptions, Selection, Simulation } from "./simulation";

/** One event of a history. */
export type Command = AsyncCommand<Model, Simulation>;

function command(
  text: string,
  run: (model: Model, simulation: Simulation) => void | Promise<void>,
  check: Command["check"] = () => true,
): Command {
  return { check, run: async (model, simulation) => run(model, simulation), toString: () => text };
}

/** Replaces the declarations for one organization. */
export function declare(organization: OrganizationName, declaration: Declaration): Command {
  return command(`declare ${organization}: ${describeDeclaration(declaration)}`, (model) => {
    model.declare(organization, declaration);
  });
}

/** Edits the declarations for one organization. */
export function editDeclaration(organization: OrganizationName, edit: Edit): Command {
  const apply = ({ declarations }: Readonly<Model>) => edits[edit](declarations[organization]);
  return command(
    `${edit} in ${organization}`,
    (model) => {
      model.declare(organization, apply(model) ?? model.declarations[organization]);
    },
    (model) => apply(model) !== undefined,
  );
}

/** Changes an organization outside Pulumi. */
export function changeOutside(organization: OrganizationName, change: OutsideChange): Command {
  const text = `outside Pulumi: ${change.text} in ${organization}`;
  return command(text, async (model, { emulator }) => {
    if (await applyOutsideChange(emulator, organization, change)) model.record(text);
  });
}

/** Lets days pass, so that invitations expire. */
export function wait(days: number): Command {
  const text = `${days} days pass`;
  return command(text, (model, { emulator }) => {
    emulator.control.advance(days * 86_400);
    model.record(text);
  });
}

/** Replaces the state by one of a version that did not store the deletion options of organizations. */
export function downgradeState(): Command {
  const text = "the state comes from an older version";
  return command(text, (model, simulation) => {
    simulation.downgradeState();
    model.record(text);
  });
}

/** Replaces the markers of all parts in the state by one that is invalid. */
export function tamper(marker: Wire[string]): Command {
  const text = `the state has the markers ${JSON.stringify(marker)}`;
  return command(text, (model, simulation) => {
    simulation.tamper(marker);
    model.record(text);
  });
}

/** `pulumi state delete` for all Organizations. */
export function forgetOrganizations(): Command {
  const text = "pulumi state delete of all Organizations";
  return command(text, (model, simulation) => {
    simulation.forget(simulation.entries.filter(({ type }) => type === "Organization"));
    model.record(text);
  });
}

/** `pulumi state delete` and `pulumi import` of all parts of one type. */
export function reimport(type: Exclude<Selection, "parts">): Command {
  const text = `pulumi import of each ${type}`;
  return command(text, async (model, simulation) => {
    await simulation.reimport(type);
    model.record(text);
  });
}

/** `pulumi up`, without its preview. */
export function up(options: RunOptions = {}): Command {
  const text = describeOperation("up", options);
  return command(text, async (model, simulation) => {
    const result = await simulation.up(model.declarations, options);
    report(model, simulation, text, result);
    model.isInForce = "steps" in result && !simulation.proxy.hasOutsideChange;
    checkResult(model, simulation, result, options);
  });
}

/** `pulumi destroy`. */
export function destroy(options: RunOptions = {}): Command {
  const text = describeOperation("destroy", options);
  return command(text, async (model, simulation) => {
    const result = await simulation.destroy(options);
    report(model, simulation, text, result);
    checkResult(model, simulation, result, options);
  });
}

/** `pulumi preview`. */
export function preview(faults: readonly Fault[] = []): Command {
  const text = describeOperation("preview", { faults });
  return command(text, async (model, simulation) => {
    const { isInForce, declarations } = model;
    const result = await simulation.preview(declarations, faults);
    report(model, simulation, text, result);
    model.isInForce = isInForce;
    checkPreview(model, simulation, result, faults);
  });
}

/** `pulumi refresh`. */
export function refreshState(faults: readonly Fault[] = []): Command {
  const text = describeOperation("refresh", { faults });
  return command(text, async (model, simulation) => {
    await refresh(model, simulation, faults, text);
  });
}

/** Combines commands of which the later ones depend on the earlier ones. */
export function combine(...commands: readonly Command[]): Command {
  return command(commands.join(", "), async (model, simulation) => {
    for (const each of commands) await each.run(model, simulation);
  });
}

function describeOperation(operation: string, options: RunOptions): string {
  const { faults = [], replace = [], parallel, continueOnError, refresh: isRefreshing, only, secondProvider } = options;
  const details = [
    ...(replace.length > 0 ? [`replacing ${replace.join(", ")}`] : []),
    ...(isRefreshing ? ["with a refresh"] : []),
    ...(only === undefined ? [] : [`only ${only}`]),
    ...(secondProvider === undefined ? [] : [`two providers with a ${secondProvider}`]),
    ...(parallel ? ["in parallel"] : []),
    ...(continueOnError ? ["continuing on error"] : []),
    ...faults.map(describeFault),
  ];
  return details.length === 0 ? operation : `${operation} (${details.join("; ")})`;
}
