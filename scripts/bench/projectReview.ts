import { timeReview } from "./review";
import { computeMedian, formatCount, formatFigure, renderTable, type Section } from "./section";

const [people, groups, projects] = [2_000, 40, 50];
/** The groups with access to each project. */
const groupsOfProject = 12;

/** Measures `peridio-gitops review` for a preview that gives groups access to projects, so that most people get access to most projects. */
export function measureProjectReview(runs: number, say: (text: string) => void): Section {
  const preview = makePreview();
  const seconds = computeMedian(Array.from({ length: runs }, () => timeReview(preview, [], 0)));
  say(`${formatFigure(seconds, 2)} s`);
  return {
    title: "Review of access to projects",
    body: renderTable(
      ["people", "projects", "groups", "preview, MB", `review, seconds (median of ${runs})`],
      [
        [
          formatCount(people),
          formatCount(projects),
          formatCount(groups),
          formatFigure(preview.length / 1e6, 1),
          formatFigure(seconds, 2),
        ],
      ],
    ),
    verdicts: [{ what: "review of 2,000 people and 50 projects", value: seconds, most: 1, unit: "seconds" }],
  };
}

/** Returns the output of a preview that gives different groups access to each project. */
function makePreview(): string {
  const organizationId = "prn:1:00000000-0000-4000-8000-000000000000";
  const emails = Array.from({ length: people }, (_, index) => `person-${index}@acme.example`);
  const step = (type: string, name: string, id: string, before: object, after = before) => ({
    op: before === after ? "same" : "update",
    urn: `urn:pulumi:bench::acme::peridio:index:${type}::${name}`,
    oldState: { id, inputs: before, outputs: before },
    newState: { inputs: after },
  });
  const toId = (kind: number, index: number) =>
    `${organizationId}/00000000-0000-4000-800${kind}-${String(index).padStart(12, "0")}`;
  const members = Object.fromEntries(emails.map((email) => [email, "member"]));
  const roster = step("OrganizationMembers", "people", organizationId, { organizationId, members });
  const groupSteps = Array.from({ length: groups }, (_, index) => {
    // Each group has a third of the people, and hardly two people are in the same groups.
    const inGroup = emails.filter((_, person) => Math.floor(person / 3 ** (index % 7)) % 3 === index % 3);
    const name = `group-${index}`;
    return step("Group", name, toId(1, index), { organizationId, name, members: inGroup });
  });
  const projectSteps = Array.from({ length: projects }, (_, index) => {
    const name = `project-${index}`;
    const declared = { organizationId, name, everyoneEnabled: false };
    const ids = Array.from({ length: groupsOfProject }, (_, one) => toId(1, (index + 3 * one) % groups));
    const [before, after] = [[], ids].map((groups) => ({ ...declared, access: { users: [], groups } }));
    return step("Project", name, toId(2, index), before ?? {}, after);
  });
  const acme = step("Organization", "acme", organizationId, { name: "acme" });
  const steps = [acme, roster, ...groupSteps, ...projectSteps];
  return JSON.stringify({ steps, duration: 1, changeSummary: { same: 1 } });
}
