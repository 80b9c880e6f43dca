import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLayout, createProjectsPreview, createRolesPreview, people } from "./previews";
import { formatCount, formatFigure, computeMedian, type Section, renderTable } from "./section";

const root = join(__dirname, "../..");

/** The target for the review of access to projects: its time divided by the time of the other review. */
const mostForProjects = 1.3;

/** Measures `peridio-gitops review` for previews that change the access of 2,000 people. */
export function measureReviews(runs: number, say: (text: string) => void): Section {
  const rules = join(root, "examples/access-rules/access-rules.yaml");
  const [roles, projects] = [createRolesPreview(), createProjectsPreview()];
  const [base, layout] = [createLayout("viewer"), createLayout("developer")];
  const times: { readonly roles: number; readonly projects: number; readonly plan: number }[] = [];
  for (let run = 1; run <= runs; run += 1) {
    // Both changes break a rule.
    const review = (preview: string) =>
      timeReport({ "preview.json": preview }, ["review", "preview.json", "--rules", rules], 4);
    const plan = ["plan", "layout.yaml", "--base", "base.yaml"];
    times.push({
      roles: review(roles),
      projects: review(projects),
      plan: timeReport({ "base.yaml": base, "layout.yaml": layout }, plan, 0),
    });
  }
  const ofRoles = computeMedian(times.map((one) => one.roles));
  const ofProjects = computeMedian(times.map((one) => one.projects));
  const ofPlan = computeMedian(times.map((one) => one.plan));
  say(
    `${formatFigure(ofRoles, 2)} s, with projects ${formatFigure(ofProjects, 2)} s, a plan ${formatFigure(ofPlan, 2)} s`,
  );
  const count = formatCount(people);
  return {
    title: "Review",
    body: renderTable(
      ["change", "preview or layout, MB", `seconds (median of ${runs})`],
      [
        [`the roles of ${count} people`, formatFigure(roles.length / 1e6, 1), formatFigure(ofRoles, 2)],
        [
          `access of ${count} people to 50 projects`,
          formatFigure(projects.length / 1e6, 1),
          formatFigure(ofProjects, 2),
        ],
        [
          `a plan of ${count} people in 50 organizations`,
          formatFigure(layout.length / 1e6, 1),
          formatFigure(ofPlan, 2),
        ],
      ],
    ),
    verdicts: [
      { what: `review of ${count} people`, value: ofRoles, most: 1, unit: "seconds" },
      { what: `plan of ${count} people in 50 organizations`, value: ofPlan, most: 1, unit: "seconds" },
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
function timeReport(texts: Readonly<Record<string, string>>, args: readonly string[], expectedStatus: number): number {
  const folder = mkdtempSync(join(tmpdir(), "peridio-bench-"));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const files = ["--markdown-file", "a.md", "--json-file", "a.json", "--html-file", "a.html"];
    const started = performance.now();
    const { status, stderr } = spawnSync(join(root, "bin/peridio-gitops"), [...args, ...files], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1e9,
    });
    if (status !== expectedStatus)
      throw new Error(`${args.join(" ")} ended with exit code ${String(status)}, not ${expectedStatus}: ${stderr}`);
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
