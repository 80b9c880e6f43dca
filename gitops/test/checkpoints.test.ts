import { pages } from "#provider/testing";

/**
 * PULUMI_SKIP_CHECKPOINTS makes large previews faster. With a command that writes the state, a kill would lose every step of the run. The
 * rule is for previews whose output a program reads. Short guides show `pulumi preview` for a few resources.
 */

const scripts: readonly (readonly [at: string, script: string])[] = [
  ...pages().flatMap(({ blocks }) =>
    blocks.filter(({ language }) => ["sh", "bash"].includes(language)).map(({ at, code }) => [at, code] as const),
  ),
];

/** Every command that runs a program or changes a state, and every use of the variable. */
const commands = scripts.flatMap(([at, script]) =>
  script
    .replaceAll("\\\n", "")
    .split(/\n|&&/)
    .filter((line) => /\bpulumi (preview|refresh|up|destroy|import)\b|PULUMI_SKIP_CHECKPOINTS/.test(line))
    .map((line) => ({ at, line: line.trim() })),
);

const isPreview = (line: string) => /\bpulumi preview\b|--preview-only\b/.test(line);
const skipsCheckpoints = (line: string) => line.startsWith("PULUMI_SKIP_CHECKPOINTS=true pulumi ");

test("the previews of reviews set PULUMI_SKIP_CHECKPOINTS", () => {
  const read = commands.filter(({ line }) => isPreview(line) && line.includes("--json"));
  expect(read).not.toEqual([]);
  expect(read.filter(({ line }) => !skipsCheckpoints(line))).toEqual([]);
});

test("only previews set PULUMI_SKIP_CHECKPOINTS", () => {
  expect(commands.filter(({ line }) => line.includes("PULUMI_SKIP_CHECKPOINTS") && !isPreview(line))).toEqual([]);
});
