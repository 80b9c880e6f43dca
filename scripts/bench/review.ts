import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProjectsPreview, createRolesPreview, people } from "./previews";
import { formatCount, formatFigure, computeMedian, type Section, renderTable } from "./section";

const root = join(__dirname, "../..");

/** The target for the review of access to projects: its time divided by the time of the other review. */
const mostForProjects = 1.3;

/** Measures `peridio-gitops review` for previews that change the access of 2,000 people. */
export function measureReviews(runs: number, say: (text: string) => void): Section {
  const rules = join(root, "examples/access-rules/access-rules.yaml");
  const [roles, projects] = [createRolesPreview(), createProjectsPreview()];
  const times: { readonly roles: number; readonly projects: number }[] = [];
  for (let run = 1; run <= runs; run += 1) {
    // The change of the roles breaks a rule.
    const one = timeReview(roles, ["--rules", rules], 4);
    times.push({ roles: one, projects: timeReview(projects, [], 0) });
  }
  const ofRoles = computeMedian(times.map((one) => one.roles));
  const ofProjects = computeMedian(times.map((one) => one.projects));
  say(`${formatFigure(ofRoles, 2)} s, with projects ${formatFigure(ofProjects, 2)} s`);
  const count = formatCount(people);
  return {
    title: "Review",
    body: renderTable(
      ["change", "preview, MB", `review, seconds (median of ${runs})`],
      [
        [`the roles of ${count} people`, formatFigure(roles.length / 1e6, 1), formatFigure(ofRoles, 2)],
        [
          `access of ${count} people to 50 projects`,
          formatFigure(projects.length / 1e6, 1),
          formatFigure(ofProjects, 2),
        ],
      ],
    ),
    verdicts: [
      { what: `review of ${count} people`, value: ofRoles, most: 1, unit: "seconds" },
      {
        what: `review of ${count} people and 50 projects, against the review of ${count} people`,
        value: ofProjects / ofRoles,
        most: mostForProjects,
        unit: "ratio",
      },
    ],
  };
}

/** Returns the seconds that the process takes, with all three reports. Throws if it ends with another exit code. */
function timeReview(preview: string, options: readonly string[], expectedStatus: number): number {
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
