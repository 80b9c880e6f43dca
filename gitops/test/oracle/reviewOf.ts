import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { AccessPack } from "../../src/policyPack/pack";
import { run } from "../../src/program";
import { fakeTerminal } from "../support/terminal";

/** Runs `peridio-gitops review --json`. Rejects if the review fails. */
export function reviewOf(previews: readonly string[], rules = ""): Promise<string> {
  return runWith({ ...withFiles(previews), "access-rules.yaml": rules }, (folder) => [
    "review",
    ...previews.map((_, index) => join(folder, `${index}.json`)),
    ...(rules === "" ? [] : ["--rules", join(folder, "access-rules.yaml")]),
  ]);
}

/** Runs `peridio-gitops who --json` about a project or cohort after the change. Rejects if the command fails. */
export function whoOf(preview: string, organization: string, path: string): Promise<string> {
  return runWith(withFiles([preview]), (folder) => [
    "who",
    ...["--preview", join(folder, "0.json")],
    ...["--organization", organization, "--project", path],
  ]);
}

const values = z.record(z.string(), z.unknown());
const document = z.object({
  config: z.record(z.string(), z.string()).default({}),
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      oldState: z.object({ inputs: values.default({}), outputs: values.default({}) }).optional(),
      newState: z
        .object({
          inputs: values.default({}),
          protect: z.boolean().default(false),
          ignoreChanges: z.array(z.string()).default([]),
          propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
        })
        .optional(),
    }),
  ),
});

/** Returns the rules for which the pack stops Pulumi after this preview of a stack. It gets a review only if the review passes. */
export function stoppingRulesOf(preview: string, stack: string, rules: string, review: string): string[] {
  const { config, steps } = document.parse(JSON.parse(preview));
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    writeFileSync(join(folder, "access-rules.yaml"), rules);
    writeFileSync(join(folder, "review.json"), review);
    const environment = /"verdict": *"pass"/.test(review) ? { PERIDIO_REVIEW: "review.json" } : {};
    const pack = new AccessPack({ folder, environment, now: new Date("2027-01-31T08:00:00Z") });
    pack.configureStack({ stack, isPreview: true, configuration: config });
    const resources = steps.flatMap(({ op, urn, oldState, newState }) => {
      if (newState === undefined || op === "refresh" || !urn.includes("::peridio:index:")) return [];
      const { inputs, protect: isProtected, ignoreChanges: ignoredChanges, propertyDependencies } = newState;
      const { inputs: former = {}, outputs = {} } = oldState ?? {};
      const planned = Object.fromEntries(Object.entries(outputs).filter(([name]) => !(name in former)));
      // A preview keeps the outputs of an unchanged resource, and of others those that are no inputs.
      const shown = op === "same" ? { ...inputs, ...outputs } : { ...planned, ...inputs };
      const common = { urn, isProtected, ignoredChanges, provider: undefined };
      return [
        {
          declared: { ...common, values: inputs },
          present: { ...common, values: shown, dependencies: propertyDependencies },
        },
      ];
    });
    const found = [
      ...resources.flatMap(({ declared }) => pack.analyze(declared)),
      ...pack.analyzeStack(resources.map(({ present }) => present)),
    ];
    return found.flatMap(({ effect, policy }) => (effect === "mandatory" ? [policy] : []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withFiles(previews: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(previews.map((text, index) => [`${index}.json`, text]));
}

async function runWith(
  files: Readonly<Record<string, string>>,
  toArguments: (folder: string) => string[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const terminal = fakeTerminal();
    await run([...toArguments(folder), "--json"], terminal);
    if (terminal.printed() === "") throw new Error(terminal.said());
    return terminal.printed();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
