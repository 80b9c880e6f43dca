import {
  type Declaration,
  type Declarations,
  keepsExpired,
  listDeclared,
  type OrganizationName,
  organizations,
  toProgram,
} from "./declarations";
import { listUndeclared } from "./expectations";
import { findPerson, isExpired, type Observed } from "./observed";
import { checkEmpty, expectRejection, explain, refresh, report } from "./operations";
import { applyRemedy } from "./remedies";
import type { Simulation } from "./simulation";
import type { Ending } from "../harness/randomHistories";
import type { Result } from "../harness/stage";
import { identifyPeople } from "./state";

/** The highest number of `pulumi up` runs at the end of a history, with remedies between them. */
const maxRuns = 24;

/** Runs `up`, with the remedies that rejections name, until the program is in force or no remedy applies. */
export async function converge(simulation: Simulation): Promise<Ending> {
  if ("failure" in (await refresh(simulation))) await forgetDeleted(simulation);
  /** Programs that remedies replaced for a while. */
  const postponed: Declarations[] = [];
  for (let run = 1; run <= maxRuns; run++) {
    const { engine } = simulation;
    const program = toProgram(simulation.declarations);
    // A preview does not see into an organization that is still to be created.
    const isPreviewed = organizations.every((name) => !(name in program) || engine.state.has(name));
    const hasPendingDeletions = engine.doomed.length > 0;
    const preview = await simulation.preview();
    report(simulation, "preview", preview);
    const mayPass = mayResolve(simulation, preview);
    const result = await simulation.up();
    report(simulation, "up", result);
    if ("steps" in result) {
      if (!mayPass) checkForecast(simulation, preview, hasPendingDeletions ? undefined : result);
      const next = postponed.pop();
      if (next === undefined) return checkInForce(simulation);
      simulation.declare(next, "declare the earlier program again");
      continue;
    }
    const { rejection, subject } = expectRejection(simulation, result.failure);
    const isHidden = rejection.isHiddenFromPreview === true || result.failure.includes(" could not be deleted: ");
    if (isPreviewed && "steps" in preview && !isHidden)
      throw simulation.violation("a preview does not show a rejection");
    const applied = await applyRemedy(simulation, rejection.remedy, subject, result.failure);
    if (applied === undefined) return rejection.name;
    report(simulation, applied.what, applied.result);
    if (applied.postponed !== undefined) postponed.push(applied.postponed);
    if (applied.result && "failure" in applied.result)
      throw simulation.violation(`the remedy fails: ${applied.result.failure}`);
  }
  throw simulation.violation(`the program is not in force after ${maxRuns} runs`);
}

/** Runs `pulumi state delete` for all entries of deleted organizations. */
async function forgetDeleted(simulation: Simulation): Promise<void> {
  const deleted = simulation.listDeletedEntries();
  simulation.forget(deleted);
  simulation.record(`pulumi state delete ${deleted.map(({ name }) => name).join(", ")}`);
  await refresh(simulation);
}

/** Reports whether another resource may remove the reason for the rejection by a preview. */
function mayResolve(simulation: Simulation, preview: Result): boolean {
  if ("steps" in preview) return false;
  const explanation = explain(simulation, preview.failure);
  return typeof explanation !== "string" && (explanation.rejection.mayResolve?.(explanation.subject) ?? false);
}

/** Throws unless a preview showed the steps of `up`. */
function checkForecast(simulation: Simulation, preview: Result, up: Result | undefined): void {
  if ("failure" in preview) throw simulation.violation("a preview rejects a successful `up`");
  if (up === undefined || "failure" in up) return;
  // Another resource may already have deleted the object to replace.
  const list = ({ steps }: typeof preview) =>
    steps
      .map(({ op, name }) => `${op === "replace" ? "create" : op} ${name}`)
      .sort()
      .join(", ");
  const [shown, actual] = [list(preview), list(up)];
  if (shown !== actual) throw simulation.violation(`a preview shows ${shown}, and \`up\` does ${actual}`);
}

/** Throws unless Peridio equals the program. */
async function checkInForce(simulation: Simulation): Promise<Ending> {
  const preview = await simulation.preview();
  report(simulation, "preview", preview);
  checkEmpty(simulation, preview);
  for (const organization of organizations) {
    const declaration = simulation.declarations[organization];
    if (declaration.absent === true) continue;
    const problems = listDifferences(simulation, organization, declaration);
    if (problems.length > 0)
      throw simulation.violation(`${organization} differs from the program: ${problems.join(", ")}`);
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
  return [...listDeclared(declaration)].flatMap(([name, role]) => {
    const person = findPerson(observed, name);
    if (person?.role !== role) return [`${name} is not a ${role}`];
    return isExpired(person) && !keepsExpired(declaration, name) ? [`${name} is not invited`] : [];
  });
}
