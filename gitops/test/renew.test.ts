import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-renew-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const layout = `organizations:
  acme-dev:
  acme-production:
teams:
  partners: [ carl@partner.example, Dora@partner.example ] # one contract
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  partners: { acme-dev: { role: developer, until: "2027-02-07" } }
  # a contractor
  emil@acme.example:
    acme-dev: { role: viewer, until: 2027-01-31 } # today
    acme-production: { role: admin, until: 2027-02-10 }
  fritz@acme.example: { acme-dev: { role: viewer, until: 2027-01-30 } }
  grace@acme.example: { acme-dev: { role: viewer, until: 2027-02-15 } }
`;

/** Runs the command on the layout at noon of the 31st of January. */
async function renew(args: readonly string[], text = layout) {
  writeFileSync(join(folder, "layout.yaml"), text);
  const terminal = fakeTerminal({ folder, now: new Date("2027-01-31T12:00:00Z") });
  const code = await run(["renew", ...args], terminal);
  const after = readFileSync(join(folder, "layout.yaml"), "utf8");
  return { code, after, printed: terminal.printed(), said: terminal.said() };
}

test("each last day within 14 days moves, also that of a team, and no other byte changes", async () => {
  const { code, after, printed, said } = await renew(["--by", "90"]);
  expect([code, said]).toEqual([0, ""]);
  expect(after).toBe(
    layout.replace("2027-02-07", "2027-05-08").replace("2027-01-31", "2027-05-01").replace("2027-02-10", "2027-05-11"),
  );
  expect(printed).toContain("medium: extends access (carl@partner.example, Dora@partner.example, emil@acme.example)");
});

test("a second run has nothing to renew", async () => {
  const { after } = await renew(["--by", "90"]);
  const { code, said, printed, after: again } = await renew(["--by", "90"], after);
  const next = "The next end is 2027-02-15, of grace@acme.example in acme-dev. To renew it, increase --ends-within.";
  expect([code, said, printed]).toEqual([0, `peridio-gitops: No access ends within 14 days. ${next}\n`, ""]);
  expect(again).toBe(after);
});

test("the period and the organizations limit the edit", async () => {
  expect((await renew(["--by", "90", "--ends-within", "16", "--organization", "*-dev"])).after).toBe(
    layout.replace("2027-02-07", "2027-05-08").replace("2027-01-31", "2027-05-01").replace("2027-02-15", "2027-05-16"),
  );
  expect((await renew(["--by", "90", "--organization", "acme-dve"])).said).toContain(
    'No organization of the layout matches "acme-dve"',
  );
});

test("one day can be the end for everyone, but shortens no access", async () => {
  const { code, after, said } = await renew(["--until", "2027-02-07"]);
  expect([code, said]).toEqual([
    3,
    "peridio-gitops: Not renewed:\n" +
      "- partners in acme-dev, until 2027-02-07: The access does not end before 2027-02-07.\n" +
      "- emil@acme.example in acme-production, until 2027-02-10: The access does not end before 2027-02-07.\n",
  ]);
  expect(after).toBe(layout.replace("2027-01-31", "2027-02-07"));
});

test("a higher role for some time, an end with a time, and access with a reason are listed and stay", async () => {
  const text = `organizations: { acme: }
people:
  ada@acme.example: { acme: admin }
  bob@acme.example: { acme: { role: admin, until: 2027-02-01, afterwards: viewer } }
  carl@acme.example: { acme: { role: admin, until: 2027-01-31T16:00Z } }
  dora@acme.example: { acme: { role: admin, until: 2027-02-01T00:00Z } }
  # Reason (acme): INC-42
  emil@acme.example: { acme: { role: admin, until: 2027-02-01 } }
`;
  const { code, after, said } = await renew(["--by", "90"], text);
  expect([code, after, said]).toEqual([
    3,
    text,
    "peridio-gitops: Not renewed:\n" +
      "- bob@acme.example in acme, until 2027-02-01: The role afterwards stays. To extend the higher role, use `peridio-gitops grant` with `--afterwards viewer`.\n" +
      "- carl@acme.example in acme, until 2027-01-31T16:00Z: The end has a time, as for access of some hours. To extend it, use `peridio-gitops grant`.\n" +
      "- dora@acme.example in acme, until 2027-01-31: The end has a time, as for access of some hours. To extend it, use `peridio-gitops grant`.\n" +
      "- emil@acme.example in acme, until 2027-02-01: A comment contains the reason for this access. To extend it, use `peridio-gitops grant`.\n",
  ]);
});

test("an edit with another effect is refused, and the others are made", async () => {
  const text = `organizations: { acme: , lab: }
teams:
  first: [ bob@acme.example ]
  second: [ bob@acme.example ]
people:
  ada@acme.example: { acme: admin, lab: admin }
  first: { acme: { role: viewer, until: 2027-02-01 } }
  second: { acme: { role: viewer, until: 2027-03-01 } }
  carl@acme.example: { acme: &end { role: viewer, until: 2027-02-01 }, lab: *end }
  dora@acme.example: { acme: { role: viewer, until: 2027-02-01 } }
`;
  const { code, after, said } = await renew(["--by", "90"], text);
  expect(after).toBe(
    text.replace("dora@acme.example: { acme: { role: viewer, until: 2027-02-01", (line) =>
      line.replace("2027-02-01", "2027-05-02"),
    ),
  );
  expect([code, said]).toEqual([
    3,
    expect.stringContaining(
      "- first in acme, until 2027-02-01: The edit would also change the end of the access of bob@acme.example to acme, which is 2027-03-01. Edit the layout by hand.\n",
    ),
  ]);
  for (const organization of ["acme", "lab"])
    expect(said).toContain(`- carl@acme.example in ${organization}, until 2027-02-01: `);
});

test("two teams of one person that end soon are renewed one after the other", async () => {
  const text = `organizations: { acme: }
teams:
  first: [ bob@acme.example ]
  second: [ bob@acme.example ]
people:
  ada@acme.example: { acme: admin }
  first: { acme: { role: viewer, until: 2027-02-01 } }
  second: { acme: { role: viewer, until: 2027-02-02 } }
`;
  const { code, after } = await renew(["--by", "90"], text);
  expect([code, after]).toEqual([0, text.replace("2027-02-01", "2027-05-02").replace("2027-02-02", "2027-05-03")]);
});

test.each([[[]], [["--by", "90", "--until", "2027-06-30"]], [["--until", "2027-01-30"]], [["--by", "0"]]])(
  "the new end must be clear: %j",
  async (args) => {
    const { code, after } = await renew(args);
    expect([code, after]).toEqual([2, layout]);
  },
);

test("a rule can refuse a renewal", async () => {
  writeFileSync(
    join(folder, "rules.yaml"),
    "rules: { ends: { change: { grants: none }, because: Partners leave., severity: refuse } }\n",
  );
  const { code, after } = await renew(["--by", "90", "--rules", "rules.yaml"]);
  expect([code, after]).toEqual([4, layout]);
});
