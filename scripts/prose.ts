/**
 * Checks the language of documents, comments, messages, descriptions and names of tests with Vale.
 * Usage: prose.ts [--errors] PATH...; with --errors, warnings are only counted. Exits with 1 if there are errors.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { type Text, extractTexts } from "./prose/texts";

const root = join(__dirname, "..");
const vale = join(root, ".pulumi/bin/vale");
/** Generated files whose sources are checked, and files of others. */
const unchecked =
  /^(?:sdk\/|gitops\/test\/golden\/|provider\/src\/api\/\w+\/wire\.d\.ts|LICENSE|package-lock\.json|tools\/vale\/)|(?:^|\/)package(?:-lock)?\.json$/;

const Alerts = z.record(
  z.string(),
  z.array(
    z.object({ Check: z.string(), Line: z.number(), Message: z.string(), Match: z.string(), Severity: z.string() }),
  ),
);
const Examples = z.array(z.strictObject({ text: z.string(), rules: z.array(z.string()) }));
const Suppressions = z.array(
  z.strictObject({ file: z.string(), rule: z.string(), text: z.string(), reason: z.string().min(20) }),
);

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly text: string;
  readonly message: string;
  readonly isError: boolean;
}

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { errors: { type: "boolean" } } });
  const files = listFiles(positionals);
  const findings = [...checkExamples(), ...removeSuppressed(check(files), new Set(files))];
  const errors = findings.filter(({ isError }) => isError);
  for (const { file, line, rule, text, message, isError } of values.errors === true ? errors : findings) {
    const quoted = isError && !message.includes(text) ? ` ("${text}")` : "";
    console.log(`${file}:${line}: ${isError ? "error" : "warning"}: ${message}${quoted} [${rule}]`);
  }
  const warnings = findings.length - errors.length;
  const hint = values.errors === true && warnings > 0 ? ". To list the warnings: make prose" : "";
  console.log(`${files.length} files: ${errors.length} errors, ${warnings} warnings${hint}`);
  process.exitCode = errors.length > 0 ? 1 : 0;
}

function listFiles(paths: readonly string[]): string[] {
  const command = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z", "--", ...paths];
  const deleted = new Set(git("ls-files", "--deleted", "-z"));
  return git(...command).filter((path) => !unchecked.test(path) && !deleted.has(path));
}

function git(...command: string[]): string[] {
  return execFileSync("git", command, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}

/** Returns an error for each example for which Vale reports other rules than the listed ones. */
function checkExamples(): Finding[] {
  const file = "tools/vale/examples.yaml";
  const source = readFileSync(join(root, file), "utf8");
  const examples = Examples.parse(parse(source));
  const folder = mkdtempSync(join(tmpdir(), "prose-"));
  try {
    for (const [index, { text }] of examples.entries())
      writeFileSync(join(folder, `${index}.comments.md`), `${text}\n`);
    const found = runVale(folder);
    return examples.flatMap(({ text, rules }, index) => {
      const violated = found
        .filter(({ path }) => path === join(folder, `${index}.comments.md`))
        .map(({ rule }) => rule);
      if (violated.sort().join() === rules.join()) return [];
      const message = `Vale reports [${violated.join(", ")}], not [${rules.join(", ")}]. Correct the rule in tools/vale/styles, or this example.`;
      const line = source.slice(0, source.indexOf(text)).split("\n").length;
      return [{ file, line, rule: "example", text, message, isError: true }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the texts of all files as Markdown into a folder, and runs Vale on it. */
function check(files: readonly string[]): Finding[] {
  const folder = mkdtempSync(join(tmpdir(), "prose-"));
  const origins = new Map<string, { file: string; lines?: readonly number[] }>();
  const write = (name: string, content: string, file: string, lines?: readonly number[]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    origins.set(path, { file, ...(lines === undefined ? {} : { lines }) });
  };
  try {
    for (const file of files) {
      const source = /\.(?:png|pem|sum)$/.test(file) ? "" : readFileSync(join(root, file), "utf8");
      if (/\.(?:md|html)$/.test(file)) write(file, source, file);
      for (const kind of ["comments", "messages"] as const) {
        const texts = extractTexts(file, source).filter((text) => text.kind === kind);
        const { markdown, lines } = render(texts);
        if (texts.length > 0) write(`${file}.${kind}.md`, markdown, file, lines);
      }
    }
    return runVale(folder).map(({ path, ...finding }) => {
      const { file, lines } = origins.get(path) ?? { file: path };
      return { ...finding, file, line: lines?.[finding.line - 1] ?? finding.line };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns a paragraph for each text, and the line in the source of each line of Markdown. */
function render(texts: readonly Text[]): { markdown: string; lines: number[] } {
  const rows = texts.flatMap(({ line, lines, kind }) => [
    ...lines.flatMap((text, index) =>
      text.split("\n").map((part) => ({ part: part.trimStart(), line: kind === "comments" ? line + index : line })),
    ),
    { part: "", line },
  ]);
  return { markdown: rows.map(({ part }) => part).join("\n"), lines: rows.map(({ line }) => line) };
}

function runVale(folder: string): (Omit<Finding, "file"> & { path: string })[] {
  const command = ["--no-exit", "--no-global", "--output=JSON", `--config=${join(root, ".vale.ini")}`, folder];
  const printed = execFileSync(vale, command, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  return Object.entries(Alerts.parse(JSON.parse(printed))).flatMap(([path, alerts]) =>
    alerts.map(({ Check, Line, Message, Match, Severity }) => ({
      path,
      line: Line,
      rule: Check,
      text: Match,
      message: Message,
      isError: Severity === "error",
    })),
  );
}

/** Leaves out findings that tools/vale/suppressions.yaml permits. A suppression that matches no finding is an error. */
function removeSuppressed(findings: readonly Finding[], files: ReadonlySet<string>): Finding[] {
  const suppressions = Suppressions.parse(
    parse(readFileSync(join(root, "tools/vale/suppressions.yaml"), "utf8")) ?? [],
  );
  const permits = (finding: Finding) =>
    suppressions.find(
      ({ file, rule, text }) => file === finding.file && rule === finding.rule && text === finding.text,
    );
  const used = new Set(findings.map(permits));
  const unused = suppressions.filter((suppression) => files.has(suppression.file) && !used.has(suppression));
  return [
    ...findings.filter((finding) => permits(finding) === undefined),
    ...unused.map(({ file, rule, text }) => ({
      file,
      line: 1,
      rule,
      text,
      message: `The suppression of "${text}" in tools/vale/suppressions.yaml matches no finding. Remove the suppression.`,
      isError: true,
    })),
  ].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

main();
