import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { canonicalizeEmail } from "#provider";
import { run } from "../src/program";
import { review } from "../src/review/review";
import { layoutTexts } from "./support/layoutTexts";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-edit-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function call(text: string, args: readonly string[]) {
  const file = join(folder, "layout.yaml");
  writeFileSync(file, text);
  const terminal = fakeTerminal({ folder });
  const code = await run(args, terminal);
  return { code, edited: readFileSync(file, "utf8"), printed: terminal.printed(), said: terminal.said() };
}

const listComments = (text: string) => [...text.matchAll(/# comment \d+/g)].map(([comment]) => comment);

/** The reasons for which a command may refuse an edit of a layout without anchors. */
const expectedRefusals =
  /already says this|No file of the layout names|has no admin|is not in the team|is already in the team|is not a team|has no teams|cannot declare two ends|is not lower than|An alias may give|gives .* the role|does not support/;

const command = fc.record({
  kind: fc.constantFrom("grant", "revoke", "move", "join", "leave", "revokeOne"),
  person: fc.nat(99),
  organization: fc.nat(99),
  role: fc.constantFrom("admin", "admin", "viewer", "member"),
  until: fc.option(fc.constant("2098-12-31"), { nil: undefined }),
  isReversed: fc.boolean(),
});

test("edits of random layouts change one person and nothing else, and keep every other comment", async () => {
  let edits = 0;
  await fc.assert(
    fc.asyncProperty(layoutTexts, command, async (layout, { kind, role, until, isReversed, ...chosen }) => {
      const person = layout.people[chosen.person % layout.people.length] ?? "";
      const organization = layout.organizations[chosen.organization % layout.organizations.length] ?? "";
      const [from = "", to = ""] = isReversed ? layout.teams.toReversed() : layout.teams;
      const args = {
        grant: [
          "grant",
          person,
          "--organization",
          organization,
          "--role",
          role,
          ...(until ? ["--until", until] : ["--no-end"]),
        ],
        revoke: ["revoke", person],
        revokeOne: ["revoke", person, "--organization", organization],
        move: ["move", person, "--from", from, "--to", to],
        join: ["move", person, "--to", to],
        leave: ["move", person, "--from", from],
      }[kind];
      const { code, edited, printed, said } = await call(layout.text, [...args, "--backend", layout.backend]);
      if (code !== 0) {
        expect(edited).toBe(layout.text);
        if (!/[&*]roles/.test(layout.text)) expect(said).toMatch(expectedRefusals);
        return;
      }
      edits += 1;
      // The plan between the two files names only this person.
      writeFileSync(join(folder, "base.yaml"), layout.text);
      const terminal = fakeTerminal({ folder });
      await run(["plan", "layout.yaml", "--base", "base.yaml", "--json", "--backend", layout.backend], terminal);
      const { people } = review.parse(JSON.parse(terminal.printed()));
      const others = people.filter((one) => one.changed && canonicalizeEmail(one.email) !== canonicalizeEmail(person));
      expect(others).toEqual([]);
      // A comment is in the edited file, or the command names it.
      expect([...listComments(edited), ...listComments(said)].sort()).toEqual(listComments(layout.text).sort());
      // The number of the other lines stays.
      const [patch = ""] = printed.split("\nAccess plan");
      const removed = patch.split("\n").filter((line) => /^-(?!--)/.test(line));
      const added = patch.split("\n").filter((line) => /^\+(?!\+\+)/.test(line));
      const kept = layout.text.split("\n").length - removed.length;
      expect(edited.split("\n").length - added.length).toBe(kept);
    }),
    { numRuns: countCases(60) },
  );
  expect(edits).toBeGreaterThan(countCases(60) / 4);
});

test("a reason is one more comment, which leaves with its role", async () => {
  let reasons = 0;
  await fc.assert(
    fc.asyncProperty(layoutTexts, command, async (layout, { role, ...chosen }) => {
      const person = layout.people[chosen.person % layout.people.length] ?? "";
      const organization = layout.organizations[chosen.organization % layout.organizations.length] ?? "";
      const change = async (text: string, ...args: readonly string[]) =>
        call(text, [...args, "--organization", organization, "--no-rules", "--backend", layout.backend]);
      const grant = ["grant", person, "--role", role, "--no-end"];
      const [plain, explained] = [
        await change(layout.text, ...grant),
        await change(layout.text, ...grant, "--reason", "INC-42"),
      ];
      if (explained.code !== 0 || plain.code !== 0) return;
      reasons += 1;
      const comment = `# Reason (${organization}): INC-42`;
      const lines = explained.edited.split("\n");
      expect(lines.filter((line) => line.trim() !== comment)).toEqual(plain.edited.split("\n"));
      expect(lines.filter((line) => line.trim() === comment)).toHaveLength(1);
      const revoked = [await change(plain.edited, "revoke", person), await change(explained.edited, "revoke", person)];
      expect(revoked[1]?.edited).toBe(revoked[0]?.code === 0 ? revoked[0].edited : explained.edited);
    }),
    { numRuns: countCases(40) },
  );
  expect(reasons).toBeGreaterThan(countCases(40) / 8);
});

test("a renewal moves the days of a random layout that are near, and keeps every other byte", async () => {
  let renewals = 0;
  const [near, moved] = ["2027-02-03", "2027-05-04"];
  await fc.assert(
    fc.asyncProperty(layoutTexts, async ({ text: random, backend }) => {
      const text = random.replaceAll("2099-12-31", near);
      const { code, edited, said } = await call(text, ["renew", "--by", "90", "--backend", backend]);
      expect(edited.replaceAll(moved, near)).toBe(text);
      if (/[&*]roles/.test(text) && code === 3) expect(said).toContain("Not renewed:\n");
      else expect([code, edited]).toEqual([0, text.replaceAll(near, moved)]);
      renewals += edited === text ? 0 : 1;
    }),
    { numRuns: countCases(40) },
  );
  expect(renewals).toBeGreaterThan(countCases(40) / 4);
});
