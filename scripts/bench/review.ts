import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCount, formatFigure, computeMedian, type Section, renderTable } from "./section";

const root = join(__dirname, "../..");
const [organizations, people] = [25, 80];

/** Measures `peridio-gitops review` for a preview that changes the role of 2,000 people. */
export function measureReview(runs: number, say: (text: string) => void): Section {
  const preview = makePreview();
  const rules = join(root, "examples/access-rules/access-rules.yaml");
  const layout = join(root, "examples/ci/layout.yaml");
  // The change breaks a rule.
  const all = Array.from({ length: runs }, () => timeReview(preview, ["--rules", rules, "--layout", layout], 4));
  const seconds = computeMedian(all);
  say(`${formatFigure(seconds, 2)} s`);
  return {
    title: "Review",
    body: renderTable(
      ["people", "organizations", "preview, MB", `review, seconds (median of ${runs})`],
      [
        [
          formatCount(organizations * people),
          formatCount(organizations),
          formatFigure(preview.length / 1e6, 1),
          formatFigure(seconds, 2),
        ],
      ],
    ),
    verdicts: [{ what: "review of 2,000 people", value: seconds, most: 1, unit: "seconds" }],
  };
}

/** Returns the seconds that the process takes, with all three reports. Throws if it ends with another exit code. */
export function timeReview(preview: string, options: readonly string[], expectedStatus: number): number {
  const folder = mkdtempSync(join(tmpdir(), "peridio-bench-"));
  try {
    writeFileSync(join(folder, "preview.json"), preview);
    const files = ["--markdown-file", "a.md", "--json-file", "a.json", "--html-file", "a.html"];
    const started = performance.now();
    const { status, stderr } = spawnSync(
      join(root, "bin/peridio-gitops"),
      ["review", "preview.json", ...options, ...files],
      { cwd: folder, encoding: "utf8", maxBuffer: 1e9 },
    );
    if (status !== expectedStatus)
      throw new Error(`the review ended with exit code ${String(status)}, not ${expectedStatus}: ${stderr}`);
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the output of a preview that changes every role, with the stack traces that Pulumi adds to each state. */
function makePreview(): string {
  const trace = Array.from({ length: 12 }, (_, line) => ({ sourcePosition: `project:///index.ts#${line},1` }));
  const step = (op: string, type: string, name: string, before: object, after: object) => ({
    op,
    urn: `urn:pulumi:bench::acme::peridio:index:${type}::${name}`,
    oldState: { ...before, stackTrace: trace },
    newState: { ...after, stackTrace: trace },
  });
  const steps = Array.from({ length: organizations }, (_, index) => {
    const [id, name] = [`prn:1:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`, `acme-${index}`];
    const outputs = { name, displayName: name, owner: { email: "ada@acme.example" } };
    const members = Array.from({ length: people }, (_, who) => {
      const email = `person-${who}@acme.example`;
      const inputs = (role: string) => ({ organizationId: id, email, role });
      return step(
        "update",
        "Membership",
        `${name}/${email}`,
        { id: `${id}/${email}`, inputs: inputs("viewer"), outputs: { ...inputs("viewer"), status: "active" } },
        { inputs: inputs("developer") },
      );
    });
    return [step("same", "Organization", name, { id, inputs: { name }, outputs }, { inputs: { name } }), ...members];
  });
  return JSON.stringify({ steps: steps.flat(), duration: 1, changeSummary: { same: organizations } });
}
