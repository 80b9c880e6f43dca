import * as z from "zod";
import type { Team } from "./team";

/** The changes of the team's pull requests to its layout. */

/** Makes Bob an admin in production, removes Dora, and allows a network in production that breaks a rule. */
export function promote({ repository }: Team): void {
  repository.edit(
    "layout.yaml",
    [
      "bob@acme.example: { acme-dev: developer, acme-production: viewer }",
      "bob@acme.example: { acme-dev: developer, acme-production: admin }",
    ],
    ["  dora@acme.example: { acme-dev: developer, acme-production: viewer }\n", ""],
    ["127.0.0.0/8]", "127.0.0.0/8, 192.0.2.0/24]"],
  );
}

/** Invites a person from outside to production. */
export function inviteMallory({ repository }: Team): void {
  repository.edit("layout.yaml", ["people:\n", "people:\n  mallory@partner.example: { acme-production: viewer }\n"]);
}

/** Weakens the rules so that they allow `promote`, and removes the stack of production from the list. */
export function weaken({ repository }: Team): void {
  acceptBob({ repository });
  repository.edit("access-rules.yaml", ["127.0.0.0/8,", "127.0.0.0/8, 192.0.2.0/24,"]);
  repository.write({ "stacks.txt": "access/dev\n", "line\nbreak.txt": "" });
}

/** Replaces the network that breaks a rule by an allowed one, and restores what judges the change. */
export function correct({ repository }: Team): void {
  repository.edit("layout.yaml", ["192.0.2.0/24", "198.51.100.0/24"]);
  repository.restore("access-rules.yaml", "stacks.txt");
}

/**
 * Writes a preview of another stack in which the role that `promote` adds exists already, from a preview of production. Also
 * writes every file that a pipeline writes.
 */
export function forge({ repository }: Team, production: string): void {
  const { steps, ...rest } = document.parse(JSON.parse(production));
  const forged = steps
    .filter(({ op, urn }) => op !== "refresh" && !urn.includes("SecurityPolicy"))
    .map(({ urn, oldState }) => {
      const state = { ...oldState, modified: "2099-01-01T00:00:00Z" };
      return { op: "same", urn, oldState: state, newState: state, detailedDiff: null };
    });
  const text = JSON.stringify({ ...rest, steps: forged, changeSummary: { same: forged.length } })
    .replaceAll("urn:pulumi:production::", "urn:pulumi:zz::")
    .replaceAll('"bob@acme.example":"viewer"', '"bob@acme.example":"admin"')
    .replaceAll('"dora@acme.example":"viewer",', "");
  const files = (names: readonly string[], content: string) => Object.fromEntries(names.map((name) => [name, content]));
  repository.write({
    ...files(["preview-zz.json", "drift-zz.json", "plan-dev.json", "review.json", "reviewed.json", "now.json"], text),
    ...files(["review.md", "drift.md", "due.md", "audit.md", "found.md", "issue.md", "problem.txt"], `${forgery}\n`),
    ...files(["failed", "controls.txt", "up.txt"], ""),
    "approval.txt": "no\n",
  });
}

/** The text of forged reports. */
export const forgery = "<!-- peridio-gitops review: Access review -->\nNo access changes, says Mallory";

const document = z.looseObject({
  steps: z.array(z.looseObject({ op: z.string(), urn: z.string(), oldState: z.looseObject({}) })),
});

/** The requests of `promote` and `correct`, sorted, since many of them leave together. */
export const promotion = [
  "DELETE remove-a-member",
  'PATCH update-a-member {"role":"admin"}',
  "DELETE remove-a-member",
  'PATCH update-security-settings {"ip_allowlist":[{"cidr":"127.0.0.0/8","description":null},' +
    '{"cidr":"198.51.100.0/24","description":null},{"cidr":"203.0.113.0/24","description":null}]}',
].sort();

/** Makes Bob a manager of acme-dev. */
export function raiseBob({ repository }: Team): void {
  repository.edit("layout.yaml", ["bob@acme.example: { acme-dev: developer", "bob@acme.example: { acme-dev: manager"]);
}

/** Lets the rules accept Bob as an admin of production. */
export function acceptBob({ repository }: Pick<Team, "repository">): void {
  repository.edit("access-rules.yaml", ["[ada@acme.example,", "[ada@acme.example, bob@acme.example,"]);
}

/** Gives Grace a role that does not exist. */
export function mistake({ repository }: Team): void {
  repository.edit("layout.yaml", ["grace@acme.example: { acme-dev: admin", "grace@acme.example: { acme-dev: king"]);
}

/** Makes sessions in production shorter, which breaks no rule. */
export function shorten({ repository }: Team): void {
  repository.edit("layout.yaml", ["sessionTimeout: 1h", "sessionTimeout: 30m"]);
}

/** Adds an organization that the program does not select. */
export function addLab({ repository }: Team): void {
  repository.edit(
    "layout.yaml",
    ["organizations:\n", "organizations:\n  acme-lab:\n"],
    ["ada@acme.example: { acme-dev: admin", "ada@acme.example: { acme-lab: admin, acme-dev: admin"],
  );
}

/** Ends Carl's access to acme-dev today. */
export function endToday({ repository }: Team): void {
  repository.edit("layout.yaml", ["until: 2099-06-30", `until: ${new Date().toISOString().slice(0, 10)}`]);
}
