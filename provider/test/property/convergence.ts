import { asyncModelRun } from "fast-check";
import type { Command } from "./commands";
import {
  type Declaration,
  type Declarations,
  listDeclared,
  type OrganizationName,
  organizations,
  toProgram,
} from "./declarations";
import { listUndeclared } from "./expectations";
import { Model } from "./model";
import { findPerson, type Observed } from "./observed";
import { checkEmpty, expectRejection, explain, refresh, report } from "./operations";
import { type Backend, toName } from "./people";
import { applyRemedy } from "./remedies";
import { Simulation } from "./simulation";
import type { Result } from "./stage";
import { identifyPeople } from "./state";

/** The end of a history: `in force`, or the name of a correct rejection without a remedy. */
export type Ending = string;

/** The highest number of `pulumi up` runs at the end of a history, with remedies between them. */
const maxRuns = 24;

/** Runs a history in a new simulation, and then applies its program. Throws a `RuleViolation` if a rule is violated. */
export async function runHistory(commands: Iterable<Command>, backend: Backend): Promise<Ending> {
  const model = new Model();
  const real = await Simulation.start(backend);
  try {
    await asyncModelRun(() => ({ model, real }), commands);
    return await converge(model, real);
  } finally {
    real.end();
  }
}

/** Runs `up`, with the remedies that rejections name, until the program is in force or no remedy applies. */
async function converge(model: Model, simulation: Simulation): Promise<Ending> {
  if ("failure" in (await refresh(model, simulation))) await forgetDeleted(model, simulation);
  /** Programs that remedies replaced for a while. */
  const postponed: Declarations[] = [];
  for (let run = 1; run <= maxRuns; run++) {
    const { engine } = simulation;
    const program = toProgram(model.declarations);
    // A preview does not see into an organization that is still to be created.
    const isPreviewed = organizations.every((name) => !(name in program) || engine.state.has(name));
    const hasPendingDeletions = engine.doomed.length > 0;
    const preview = await simulation.preview(model.declarations);
    report(model, simulation, "preview", preview);
    const mayPass = mayResolve(simulation, preview);
    const result = await simulation.up(model.declarations);
    report(model, simulation, "up", result);
    if ("steps" in result) {
      if (!mayPass) checkForecast(model, preview, hasPendingDeletions ? undefined : result);
      const next = postponed.pop();
      if (next === undefined) return checkInForce(model, simulation);
      model.declarations = next;
      model.record("declare the earlier program again");
      continue;
    }
    const { rejection, subject } = expectRejection(model, simulation, result.failure);
    const isHidden = rejection.isHiddenFromPreview === true || result.failure.includes(" could not be deleted: ");
    if (isPreviewed && "steps" in preview && !isHidden) throw model.violation("a preview does not show a rejection");
    const applied = await applyRemedy(model, simulation, rejection.remedy, subject, result.failure);
    if (applied === undefined) return rejection.name;
    report(model, simulation, applied.what, applied.result);
    if (applied.postponed !== undefined) postponed.push(applied.postponed);
    if (applied.result && "failure" in applied.result)
      throw model.violation(`the remedy fails: ${applied.result.failure}`);
  }
  throw model.violation(`the program is not in force after ${maxRuns} runs`);
}

/** Runs `pulumi state delete` for all entries of deleted organizations. */
async function forgetDeleted(model: Model, simulation: Simulation): Promise<void> {
  const deleted = simulation.listDeletedEntries();
  simulation.forget(deleted);
  model.record(`pulumi state delete ${deleted.map(({ name }) => name).join(", ")}`);
  await refresh(model, simulation);
}

/** Reports whether another resource may remove the reason for the rejection by a preview. */
function mayResolve(simulation: Simulation, preview: Result): boolean {
  if ("steps" in preview) return false;
  const explanation = explain(simulation, preview.failure);
  return typeof explanation !== "string" && (explanation.rejection.mayResolve?.(explanation.subject) ?? false);
}

/** Throws unless a preview showed the steps of `up`. */
function checkForecast(model: Model, preview: Result, up: Result | undefined): void {
  if ("failure" in preview) throw model.violation("a preview rejects a successful `up`");
  if (up === undefined || "failure" in up) return;
  // Another resource may already have deleted the object to replace.
  const list = ({ steps }: typeof preview) =>
    steps
      .map(({ op, name }) => `${op === "replace" ? "create" : op} ${name}`)
      .sort()
      .join(", ");
  const [shown, actual] = [list(preview), list(up)];
  if (shown !== actual) throw model.violation(`a preview shows ${shown}, and \`up\` does ${actual}`);
}

/** Throws unless Peridio equals the program. */
async function checkInForce(model: Model, simulation: Simulation): Promise<Ending> {
  const preview = await simulation.preview(model.declarations);
  report(model, simulation, "preview", preview);
  checkEmpty(model, preview);
  for (const organization of organizations) {
    const declaration = model.declarations[organization];
    if (declaration.absent === true) continue;
    const problems = listDifferences(simulation, organization, declaration);
    if (problems.length > 0) throw model.violation(`${organization} differs from the program: ${problems.join(", ")}`);
  }
  return "in force";
}

function listDifferences(simulation: Simulation, organization: OrganizationName, declaration: Declaration): string[] {
  const live = simulation.snapshot.get(organization);
  if (live === undefined) return ["it does not exist"];
  const observed = identifyPeople(live, simulation.entries, declaration);
  const { roster, policy } = declaration;
  const undeclared = roster === undefined ? [] : listUndeclared(observed, roster);
  const { two_factor_required } = observed.security;
  const isOther = (policy?.requireTwoFactor ?? two_factor_required) !== two_factor_required;
  return [
    ...listMissing(observed, declaration),
    ...undeclared.map(({ name }) => `${name} is still there`),
    ...(isOther ? ["requireTwoFactor differs"] : []),
  ];
}

function listMissing(observed: Observed, declaration: Declaration): string[] {
  const ignoring = Object.values(declaration.memberships).filter(({ ignoreExpired }) => ignoreExpired);
  return [...listDeclared(declaration)].flatMap(([name, role]) => {
    const person = findPerson(observed, name);
    if (person?.role !== role) return [`${name} is not a ${role}`];
    const isExpired = person.kind === "invitation" && person.status === "expired";
    return isExpired && !ignoring.some((one) => toName(one.name) === name) ? [`${name} is not invited`] : [];
  });
}
