import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyViolation } from "#framework/analyzer";
import { AccessPack } from "../../src/policyPack/pack";
import { run } from "../../src/program";
import { review as schema, type Review } from "../../src/review/review";
import { type Change, type Connection, connections, listAnalyzed, printPreview } from "./company";
import { fakeTerminal } from "./terminal";

/** The answer of a review or a plan about a change. */
export interface Judged {
  /** The verdict, or `note` if it is `pass` and a rule with the severity `note` is broken. */
  readonly verdict: string;
  /** The names of the broken rules and failed tests, sorted. */
  readonly broken: readonly string[];
}

/** Reviews the previews of both stacks. Writes files into `folder`. `options` contain the rules. */
export function review(folder: string, change: Change, ...options: readonly string[]): Promise<Judged> {
  const previews = connections.map((connection) => {
    const file = join(folder, `${connection}.json`);
    writeFileSync(file, printPreview(connection, change));
    return file;
  });
  return judge("review", [...previews, ...options], change);
}

/** Compares the layouts before and after the change. Writes files into `folder`. `options` contain the rules. */
export function plan(folder: string, change: Change, ...options: readonly string[]): Promise<Judged> {
  const [base, layout] = [join(folder, "base.yaml"), join(folder, "layout.yaml")];
  writeFileSync(base, JSON.stringify(change.before.layout));
  writeFileSync(layout, JSON.stringify(change.after.layout));
  return judge("plan", [layout, "--base", base, ...options], change);
}

async function judge(command: string, args: readonly string[], { today }: Change): Promise<Judged> {
  const terminal = fakeTerminal({ now: new Date(`${today}T08:00:00Z`) });
  await run([command, ...args, "--json"], terminal);
  if (terminal.printed() === "") throw new Error(terminal.said());
  const { verdict, violations }: Review = schema.parse(JSON.parse(terminal.printed()));
  const hasNote = violations.some(({ severity }) => severity === "note");
  return {
    verdict: verdict === "pass" && hasNote ? "note" : verdict,
    broken: [...new Set(violations.map(({ rule }) => rule))].sort(),
  };
}

/** Returns what the policy pack says about one stack in a preview of the change. */
export function judgeInEngine(
  folder: string,
  connection: Connection,
  change: Change,
  environment: Readonly<Record<string, string>>,
): readonly PolicyViolation[] {
  const pack = new AccessPack({ folder, environment, now: new Date(`${change.today}T08:00:00Z`) });
  const resources = listAnalyzed(connection, change);
  const configuration = change.configuration?.[connection] ?? {};
  pack.configureStack({ stack: `acme/${connection}`, isPreview: true, configuration });
  const each = resources.flatMap(({ declared }) => pack.analyze(declared));
  return [...each, ...pack.analyzeStack(resources.map(({ present }) => present))];
}
