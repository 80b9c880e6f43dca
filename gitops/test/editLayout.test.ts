import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-edit-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const files = {
  "organizations.yaml": `organizations:
  acme-dev:
  acme-production:
`,
  "teams.yaml": `teams:
  cloud: [dora@acme.example]
  firmware: [bob@acme.example, emil@acme.example] # since May
`,
  "dev.yaml": `people:
  # Admins
  ada@acme.example: { acme-dev: admin }

  firmware: { acme-dev: developer }
  cloud: { acme-dev: viewer }
  fritz@acme.example: { acme-dev: viewer } # until his project ends
`,
  "production.yaml": `people:
  ada@acme.example: { acme-production: admin }
  grace@acme.example:
    acme-production: viewer
`,
};

async function edit(args: readonly string[], given: Readonly<Record<string, string | Buffer>> = files) {
  mkdirSync(join(folder, "layout"), { recursive: true });
  for (const [name, text] of Object.entries(given)) writeFileSync(join(folder, "layout", name), text);
  const terminal = fakeTerminal({ folder });
  const code = await run([...args, "--layout", "layout"], terminal);
  const changed = Object.entries(given).flatMap(([name, text]) => {
    const now = readFileSync(join(folder, "layout", name));
    return now.equals(Buffer.from(text)) ? [] : [[name, now.toString()] as const];
  });
  return { code, changed: Object.fromEntries(changed), printed: terminal.printed(), said: terminal.said() };
}

const grant = ["grant", "--organization", "acme-production", "--role"];

test("a new person is added to the file with the roles of the organization", async () => {
  const { code, changed, printed } = await edit([...grant, "developer", "hugo@acme.example", "--until", "2027-05-31"]);

  expect(code).toBe(0);
  expect(changed).toEqual({
    "production.yaml": `${files["production.yaml"]}  hugo@acme.example: { acme-production: { role: developer, until: 2027-05-31 } }\n`,
  });
  expect(printed).toContain("+  hugo@acme.example: { acme-production: { role: developer, until: 2027-05-31 } }");
  expect(printed).toContain(
    "- hugo@acme.example: acme-production: no access → developer (to be invited, until 2027-05-31) ·\n  medium: adds a person\n",
  );
});

test("a role is replaced in its line, also if the case of the address differs", async () => {
  const { changed } = await edit([...grant, "admin", "Grace@ACME.example"]);

  expect(changed).toEqual({
    "production.yaml": files["production.yaml"].replace("acme-production: viewer", "acme-production: admin"),
  });
});

test("a role in another file has the person's address in the spelling of the layout", async () => {
  const args = ["grant", "Grace@ACME.example", "--organization", "acme-dev", "--role", "viewer"];
  const { changed } = await edit(args);

  expect(Object.keys(changed)).toEqual(["dev.yaml"]);
  expect(changed["dev.yaml"]).toContain("  grace@acme.example: { acme-dev: viewer }\n");
});

test("a move names the organizations in which the own entry of the person decides", async () => {
  const given = {
    ...files,
    "emil.yaml": "people:\n  Emil@acme.example: { acme-dev: viewer, acme-production: viewer }\n",
  };
  const move = (person: string) => edit(["move", person, "--from", "firmware", "--to", "cloud"], given);

  expect((await move("emil@acme.example")).said).toBe(
    "peridio-gitops: In acme-dev, the own entry of emil@acme.example overrides the teams. To use the role of a team there, delete the own entry.\n",
  );
  expect((await move("bob@acme.example")).said).toBe("");
});

test("a person is removed from teams and roles, and the command names the lost comment", async () => {
  expect((await edit(["revoke", "bob@acme.example"])).changed).toEqual({
    "teams.yaml": files["teams.yaml"].replace("bob@acme.example, ", ""),
  });
  const { changed, said } = await edit(["revoke", "fritz@acme.example"]);
  expect(changed).toEqual({ "dev.yaml": files["dev.yaml"].replace(/ {2}fritz.*\n/, "") });
  expect(said).toBe("peridio-gitops: The edit removes a comment from layout/dev.yaml: # until his project ends\n");
});

test("a removal says in which organizations no update removes the person", async () => {
  const text = `organizations:
  acme-dev:
  acme-old: { roster: { ignore: [bob@acme.example] } }
people:
  ada@acme.example: { acme-dev: owner, acme-old: owner }
  grace@acme.example: { acme-dev: owner }
  bob@acme.example: { acme-dev: member }
`;
  const revoke = (person: string) => edit(["revoke", person, "--backend", "connect"], { "layout.yaml": text });
  const bob = await revoke("bob@acme.example");
  expect([bob.code, Object.keys(bob.changed)]).toEqual([3, ["layout.yaml"]]);
  expect(bob.said).toContain(
    "No update removes bob@acme.example from:\n- acme-old: `roster.ignore` matches the address.",
  );
  const grace = await revoke("grace@acme.example");
  expect([grace.code, Object.keys(grace.changed)]).toEqual([3, ["layout.yaml"]]);
  expect(grace.said).toContain(
    "No update removes grace@acme.example from:\n- acme-dev: The provider never removes an owner.",
  );
  const ignored = ["revoke", "bob@acme.example", "--organization", "acme-old", "--backend", "connect"];
  expect((await edit(ignored, { "layout.yaml": text })).said).toContain("No update would remove this person from:");
  const without = text.replace(/ {2}bob.*\n/, "");
  const { code, said } = await edit(["revoke", "bob@acme.example", "--backend", "connect"], { "layout.yaml": without });
  expect([code, said]).toEqual([
    1,
    expect.stringContaining(
      "No file of the layout gives bob@acme.example access. Correct the address. No update would remove this person from:\n- acme-old",
    ),
  ]);
});

test("a person changes the team", async () => {
  const { changed, printed } = await edit(["move", "emil@acme.example", "--from", "firmware", "--to", "cloud"]);

  expect(changed).toEqual({
    "teams.yaml": `teams:
  cloud: [dora@acme.example, emil@acme.example]
  firmware: [bob@acme.example] # since May
`,
  });
  expect(printed).toContain("- emil@acme.example: acme-dev: developer → viewer · low: lowers a role\n");
});

test("a person joins a team, or leaves it", async () => {
  const joined = await edit(["move", "hugo@acme.example", "--to", "cloud"]);
  expect(joined.changed).toEqual({
    "teams.yaml": files["teams.yaml"].replace("[dora@acme.example]", "[dora@acme.example, hugo@acme.example]"),
  });
  expect(joined.printed).toContain("hugo@acme.example: acme-dev: no access → viewer");

  const left = await edit(["move", "bob@acme.example", "--from", "firmware"]);
  expect(left.changed).toEqual({ "teams.yaml": files["teams.yaml"].replace("bob@acme.example, ", "") });
  expect(left.printed).toContain("bob@acme.example: acme-dev: developer → no access");

  expect((await edit(["move", "bob@acme.example"])).code).toBe(2);
});

test("the last person of a team leaves an empty team, which the next one joins", async () => {
  const { code, changed, said } = await edit(["revoke", "dora@acme.example"]);
  const empty = files["teams.yaml"].replace("[dora@acme.example]", "[]");
  expect({ code, changed }).toEqual({ code: 0, changed: { "teams.yaml": empty } });
  expect(said).toBe(
    "peridio-gitops: layout/teams.yaml:2:3: teams.cloud contains no one, so its roles give no one access\n",
  );
  const next = await edit(["move", "hugo@acme.example", "--to", "cloud"], { ...files, "teams.yaml": empty });
  expect(next.changed["teams.yaml"]).toContain("  cloud: [hugo@acme.example]\n");
});

test("access that a team gives ends in one organization by an own entry", async () => {
  const revoke = ["revoke", "bob@acme.example", "--organization", "acme-dev"];
  const { code, changed, printed } = await edit(revoke);
  const revoked = { ...files, ...changed };
  expect({ code, changed }).toEqual({
    code: 0,
    changed: { "dev.yaml": `${files["dev.yaml"]}  bob@acme.example: { acme-dev: none }\n` },
  });
  expect(printed).toContain("bob@acme.example: acme-dev: developer → no access");
  expect((await edit(revoke, revoked)).said).toContain("The layout already says this.");

  // An own role also becomes `none`, in its line.
  const granted = { ...files, "dev.yaml": revoked["dev.yaml"].replace("none }", "admin } # on call") };
  expect((await edit(revoke, granted)).changed["dev.yaml"]).toBe(
    revoked["dev.yaml"].replace("none }", "none } # on call"),
  );
  const grant = ["grant", "bob@acme.example", "--organization", "acme-dev", "--role", "viewer"];
  expect((await edit(grant, revoked)).changed["dev.yaml"]).toBe(revoked["dev.yaml"].replace("none", "viewer"));
  expect((await edit(["revoke", "bob@acme.example"], revoked)).changed["dev.yaml"]).toBe(files["dev.yaml"]);
});

test("a member has a higher role for four hours, and then the present role", async () => {
  const { code, changed, printed } = await edit([...grant, "admin", "grace@acme.example", "--for", "4h"]);

  expect(code).toBe(0);
  expect(changed).toEqual({
    "production.yaml": files["production.yaml"].replace(
      "acme-production: viewer",
      "acme-production: { role: admin, until: 2027-01-31T12:00Z, afterwards: viewer }",
    ),
  });
  expect(printed).toContain("viewer → admin (until 2027-01-31 12:00 UTC, then viewer)");
});

test("a longer grant keeps the role after the end", async () => {
  const first = await edit([...grant, "admin", "grace@acme.example", "--for", "4h"]);
  const ending = { ...files, ...first.changed };
  const longer = await edit([...grant, "admin", "grace@acme.example", "--for", "8h"], ending);
  expect(longer.changed["production.yaml"]).toContain("until: 2027-01-31T16:00Z, afterwards: viewer }");
  expect(longer.said).toBe("");

  const lower = await edit([...grant, "viewer", "grace@acme.example", "--for", "8h"], ending);
  expect(lower).toMatchObject({ code: 1, changed: {} });
  expect(lower.said).toContain(
    "The role of grace@acme.example after 2027-01-31T12:00Z, viewer, is not lower than viewer. Choose the role after the end with --afterwards, or `--afterwards none`.",
  );
});

test("a grant says that it ends access which had no end", async () => {
  const same = [...grant, "viewer", "grace@acme.example", "--until", "2027-05-31"];
  expect((await edit(same)).said).toBe(
    "peridio-gitops: After the end, grace@acme.example has no access to acme-production. To give a role then, add --afterwards.\n",
  );
  expect((await edit([...same, "--afterwards", "none"])).said).toBe("");
  expect((await edit([...grant, "viewer", "hugo@acme.example", "--until", "2027-05-31"])).said).toBe("");
});

describe("the reason of a grant", () => {
  const why = ["--reason", "INC-42: on call"];
  const line = "  # Reason (acme-production): INC-42: on call\n";

  test("is in the line above the role, and leaves with it", async () => {
    const block = "  grace@acme.example:\n";
    const granted = await edit([...grant, "admin", "grace@acme.example", "--for", "4h", ...why]);
    expect(granted.changed["production.yaml"]).toContain(`${block}  ${line}    acme-production: { role: admin,`);
    const revoked = await edit(["revoke", "grace@acme.example"], { ...files, ...granted.changed });
    expect(revoked.changed["production.yaml"]).toBe(files["production.yaml"].replace(/ {2}grace(?:.|\n)*/, ""));
    expect(revoked.said).toContain(
      "The edit removes a comment from layout/production.yaml: # Reason (acme-production)",
    );
  });

  test("stands above a person with all roles in one line, and only the own reason is replaced or removed", async () => {
    const text = files["production.yaml"].replace(/ {2}grace(?:.|\n)*/, "");
    const given = { ...files, "production.yaml": text };
    const human = "  # Reason: see the calendar\n";
    const granted = await edit([...grant, "viewer", "hugo@acme.example", ...why], given);
    const both =
      granted.changed["production.yaml"]?.replace(line, `${human}  # Reason (acme-dev): other\n${line}`) ?? "";
    const hugo = "  hugo@acme.example: { acme-production: viewer }\n";
    expect(both).toBe(`${text}${human}  # Reason (acme-dev): other\n${line}${hugo}`);

    const again = await edit([...grant, "developer", "hugo@acme.example", "--reason", "INC-43"], {
      ...given,
      "production.yaml": both,
    });
    expect(again.changed["production.yaml"]).toBe(
      both.replace("INC-42: on call", "INC-43").replace("production: viewer", "production: developer"),
    );
    const silent = await edit([...grant, "developer", "hugo@acme.example"], { ...given, "production.yaml": both });
    expect(silent.changed["production.yaml"]).toBe(
      both.replace(line, "").replace("production: viewer", "production: developer"),
    );
    const revoked = await edit(["revoke", "hugo@acme.example"], { ...given, "production.yaml": both });
    expect(revoked.changed["production.yaml"]).toBe(`${text}${human}  # Reason (acme-dev): other\n`);
  });

  test("stays above its entry if another person comes first", async () => {
    const granted = await edit([...grant, "admin", "ada@acme.example", ...why]);
    const first = await edit([...grant, "viewer", "aaron@acme.example"], { ...files, ...granted.changed });
    expect(first.changed["production.yaml"]).toContain(
      `people:\n  aaron@acme.example: { acme-production: viewer }\n${line}  ada@acme.example:`,
    );
  });

  test("is refused with a line break, in JSON, and for an edit that leaves no entry", async () => {
    const args = [...grant, "viewer", "hugo@acme.example"];
    const people = { "ada@acme.example": { "acme-production": "admin" } };
    const json = { "all.json": JSON.stringify({ organizations: { "acme-production": {} }, people }) };
    const { code, changed, said } = await edit([...args, ...why], json);
    expect([code, changed, said]).toEqual([1, {}, expect.stringContaining("has no line for a comment in this file")]);
    expect((await edit([...args, "--reason", "a\nb: c"], json)).code).toBe(2);
    expect((await edit([...args, "--reason", "\u202Ea"], json)).code).toBe(2);
    expect((await edit(["revoke", "bob@acme.example", ...why])).said).toContain("Add --pull-request, or write");
  });
});

test("while an admin for some hours is there, only more of it asks for an approval by the rules of the example", async () => {
  const example = (name: string) => readFileSync(join("examples/ci", name), "utf8");
  writeFileSync(join(folder, "access-rules.yaml"), example("access-rules.yaml"));
  let layout = { "layout.yaml": example("layout.yaml") };
  const grantRole = async (person: string, organization: string, ...args: readonly string[]) => {
    const { code, changed } = await edit(["grant", person, "--organization", organization, "--role", ...args], layout);
    layout = { ...layout, ...changed };
    return code;
  };
  expect(await grantRole("dora@acme.example", "acme-production", "admin", "--for", "4h")).toBe(3);
  expect(await grantRole("hugo@acme.example", "acme-dev", "developer")).toBe(0);
  expect(await grantRole("bob@acme.example", "acme-production", "developer")).toBe(0);
  const longer = ["admin", "--for", "8h", "--afterwards", "viewer"];
  expect(await grantRole("dora@acme.example", "acme-production", ...longer)).toBe(3);
  expect(await grantRole("bob@acme.example", "acme-production", "admin", "--for", "4h")).toBe(3);
});

test.each([
  ["a person without access has none afterwards", "hugo@acme.example", [], "until: 2027-01-31T12:00Z }"],
  [
    "a role from a team is the one afterwards",
    "bob@acme.example",
    [],
    "until: 2027-01-31T12:00Z, afterwards: developer }",
  ],
  ["--afterwards chooses the role", "bob@acme.example", ["--afterwards", "viewer"], "afterwards: viewer }"],
  ["--afterwards none chooses no role", "bob@acme.example", ["--afterwards", "none"], "until: 2027-01-31T12:00Z }"],
])("%s", async (_, person, options, expected) => {
  const { said, changed } = await edit([
    ...["grant", person, "--organization", "acme-dev", "--role", "admin", "--for", "4h"],
    ...options,
  ]);

  expect(said).toBe("");
  expect(changed["dev.yaml"]).toMatch(
    /^ {2}(bob|hugo)@acme\.example: \{ acme-dev: \{ role: admin, until: 2027-01-31T12:00Z/m,
  );
  expect(changed["dev.yaml"]).toContain(expected);
});

test("a second end needs a decision", async () => {
  await edit([...grant, "developer", "grace@acme.example", "--until", "2027-05-31"]);
  const ending = { ...files, "production.yaml": readFileSync(join(folder, "layout/production.yaml")) };

  const { code, said } = await edit([...grant, "admin", "grace@acme.example", "--for", "4h"], ending);
  expect(code).toBe(1);
  expect(said).toContain("The present role of grace@acme.example, developer, ends too (2027-05-31)");

  const lost = await edit([...grant, "manager", "Grace@acme.example"], ending);
  expect(lost).toMatchObject({ code: 1, changed: {} });
  expect(lost.said).toContain("To keep the end, add `--until 2027-05-31`.");
  expect((await edit([...grant, "manager", "Grace@acme.example", "--no-end"], ending)).code).toBe(0);
});

test("with --dry-run, the command prints the edit and writes nothing", async () => {
  const { code, changed, printed, said } = await edit(["revoke", "grace@acme.example", "--dry-run"]);

  expect({ code, changed }).toEqual({ code: 0, changed: {} });
  expect(said).toBe("peridio-gitops: Nothing is written, because of --dry-run.\n");
  expect(printed).toContain("-  grace@acme.example:\n-    acme-production: viewer\n");
});

test("an edit that a rule refuses is not written, and one that needs approval is", async () => {
  const write = (severity: string) => {
    const rule = { people: "hugo@acme.example", role: { atMost: "viewer" }, severity };
    writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ rules: { "no more than a viewer": rule } }));
  };
  const rules = ["--rules", "rules.yaml"];
  write("refuse");
  const refused = await edit([...grant, "admin", "hugo@acme.example", ...rules]);
  expect(refused).toMatchObject({ code: 4, changed: {} });
  expect(refused.printed).toContain("Access plan: Refused by 1 access rule · ");
  expect(refused.printed).toContain("Broken access rules, 1 refused:\n- no more than a viewer · Refused: ");
  expect(refused.printed).not.toMatch(/<|\*\*|\|/);
  write("approve");
  const { code, changed } = await edit([...grant, "admin", "hugo@acme.example", ...rules]);
  expect({ code, files: Object.keys(changed) }).toEqual({ code: 3, files: ["production.yaml"] });
});

test("the plan of a grant names the approver who gains, and therefore cannot approve it", async () => {
  const rule = { people: "*", role: { atMost: "viewer" }, severity: "approve", approvers: ["ada", "hugo"] };
  const logins = { ada: "ada@acme.example", hugo: "hugo@acme.example" };
  writeFileSync(
    join(folder, "access-rules.yaml"),
    JSON.stringify({ logins, rules: { "no more than a viewer": rule } }),
  );
  const { code, printed } = await edit([...grant, "admin", "hugo@acme.example"]);
  expect(code).toBe(3);
  expect(printed.replaceAll(/\s+/g, " ")).toContain(
    "Only ada or hugo can approve the change. An approval by an author of the change does not count. Nor does one by hugo, because of what they gain.",
  );
});

test("the rules of the pipeline judge an edit, unless options name others or none", async () => {
  const text = JSON.stringify({ rules: { "nobody loses access": { change: { removals: "none" } } } });
  writeFileSync(join(folder, "access-rules.yaml"), text);
  const revoke = ["revoke", "bob@acme.example"];
  expect(await edit(revoke)).toMatchObject({ code: 4, changed: {} });
  expect(await edit([...revoke, "--no-rules", "--dry-run"])).toMatchObject({ code: 0 });
  writeFileSync(join(folder, "others.yaml"), JSON.stringify({ rules: { "one admin": { admins: { atLeast: 1 } } } }));
  expect(await edit([...revoke, "--rules", "others.yaml", "--dry-run"])).toMatchObject({ code: 0 });
  const both = ["--rules", "others.yaml"];
  for (const options of [
    ["--no-rules", ...both],
    [...both, "--no-rules"],
  ])
    expect(await edit([...revoke, ...options])).toMatchObject({ code: 2, changed: {} });
  // A link that leads nowhere is not the same as no rules.
  rmSync(join(folder, "access-rules.yaml"));
  symlinkSync("elsewhere.yaml", join(folder, "access-rules.yaml"));
  expect(await edit(revoke)).toMatchObject({ code: 1, changed: {} });
});

test("the rules beside the target of a link judge an edit", async () => {
  const other = mkdtempSync(join(tmpdir(), "peridio-rules-"));
  writeFileSync(
    join(other, "layout.yaml"),
    files["organizations.yaml"] + files["production.yaml"].replace("acme-production: viewer", "acme-dev: admin"),
  );
  const text = JSON.stringify({ rules: { "nobody gains access": { change: { grants: "none" } } } });
  writeFileSync(join(other, "access-rules.yaml"), text);
  symlinkSync(join(other, "layout.yaml"), join(folder, "layout.yaml"));
  const terminal = fakeTerminal({ folder });
  expect(await run([...grant, "viewer", "eve@evil.example"], terminal)).toBe(4);
  rmSync(other, { recursive: true });
});

test("an end contradicts --no-end", async () => {
  const { code, said } = await edit([...grant, "viewer", "bob@acme.example", "--for", "4h", "--no-end"]);
  expect([code, said]).toEqual([2, expect.stringContaining("--no-end contradicts --until and --for.")]);
});

test("a file that another command edits at this moment is left to this command", async () => {
  mkdirSync(join(folder, "layout"));
  writeFileSync(join(folder, "layout", "production.yaml.new"), "");
  const { code, changed, said } = await edit([...grant, "viewer", "hugo@acme.example"]);
  expect({ code, changed }).toEqual({ code: 1, changed: {} });
  expect(said).toContain("another command edits the file. Try again.");
});

test.each([
  ["2027-03-31T00:00:00Z", "{ role: admin, until: 2027-03-31T00:00:00Z }"],
  ["2027-03-31T10:00+02:00", "{ role: admin, until: 2027-03-31T10:00+02:00 }"],
])("an end can be %s", async (end, entry) => {
  const { code, said, changed } = await edit([...grant, "admin", "hugo@acme.example", "--until", end]);
  expect([code, said]).toEqual([0, ""]);
  expect(changed["production.yaml"]).toContain(entry);
});

test("access of some hours can end at midnight", async () => {
  const { code, printed } = await edit([...grant, "admin", "hugo@acme.example", "--for", "16h"]);
  expect(code).toBe(0);
  expect(printed).toContain("until: 2027-02-01T00:00Z");
});

test("a reason belongs to the first person of a line, so a line with several people keeps it", async () => {
  const line =
    "people: { ada@acme.example: { acme-dev: admin }, bob@acme.example: { acme-dev: { role: viewer, until: 2027-05-12 } }, carl@acme.example: { acme-dev: viewer } }\n";
  const given = { "layout.yaml": `organizations: { acme-dev: }\n# Reason (acme-dev): INC-42\n${line}` };
  const role = ["grant", "carl@acme.example", "--organization", "acme-dev", "--role", "developer"];
  const { code, changed } = await edit(role, given);
  expect(code).toBe(0);
  expect(changed["layout.yaml"]).toContain("# Reason (acme-dev): INC-42\n");
  expect((await edit([...role, "--reason", "INC-43"], given)).said).toContain("has no line for a comment");
});

const inGroup = {
  "layout.yaml": `organizations:
  acme-dev:
    groups:
      eng: { members: [dora@acme.example, cloud] }
      field: { members: [] }
teams:
  cloud: [bob@acme.example]
people:
  ada@acme.example: { acme-dev: admin }
  cloud: { acme-dev: member }
  dora@acme.example: { acme-dev: { role: member, until: 2026-12-01 } }
`,
};

test("a person who returns is in the groups again that name the person or a team", async () => {
  const back = ["--organization", "acme-dev", "--role", "member", "--backend", "connect"];
  const guest = await edit(["grant", "dora@acme.example", ...back, "--until", "2027-05-31"], inGroup);
  expect([guest.code, guest.said]).toEqual([0, ""]);
  expect(guest.printed).toContain("group eng");
  const revoked = await edit(
    ["revoke", "bob@acme.example", "--organization", "acme-dev", "--backend", "connect"],
    inGroup,
  );
  expect(revoked.changed["layout.yaml"]).toContain("bob@acme.example: { acme-dev: none }");
  expect(await edit(["grant", "bob@acme.example", ...back], revoked.changed)).toMatchObject({ code: 0, said: "" });
});

test("a rule for a bot judges the edit of an unknown author, and not that of a person", async () => {
  const rule = { authors: "calendar-bot", change: { grants: "none" }, because: "nobody looks." };
  writeFileSync(join(folder, "access-rules.yaml"), JSON.stringify({ rules: { "the bot grants nothing": rule } }));
  const promote = [...grant, "admin", "hugo@acme.example", "--dry-run"];
  const refused = await edit(promote);
  expect(refused.code).toBe(4);
  expect(refused.printed).toMatch(/[a-z]\. Why: nobody looks\.\n/);
  expect(await edit([...promote, "--authors", "ada"])).toMatchObject({ code: 0 });
});

test.each([
  [[...grant, "admin", "ada@acme.example"], "The layout already says this. Nothing is changed."],
  [
    ["grant", "bob@acme.example", "--organization", "acme-prod", "--role", "admin"],
    "The layout does not declare acme-prod. Use one of acme-dev, acme-production",
  ],
  [["revoke", "bbo@acme.example"], "No file of the layout names bbo@acme.example. Did you mean bob@acme.example?"],
  [["revoke", "ada@acme.example"], 'organizations["acme-dev"] has no admin'],
  [
    ["revoke", "bob@acme.example", "--organization", "acme-dev", "--organization", "acme-prodcution"],
    'No organization of the layout matches "acme-prodcution"; did you mean acme-production?',
  ],
  [
    [...grant, "admin", "ada@acme.example", "--for", "4h"],
    'organizations["acme-production"] is valid until 2027-01-31T12:00Z. Afterwards it has no admin, because ada@acme.example was',
  ],
  [
    [...grant, "developer", "bob@acme.example", "--until", "2020-01-31"],
    "2020-01-31 has passed, so bob@acme.example would lose the role developer in acme-production at once. Use a later end.",
  ],
  [
    [...grant, "developer", "bob@acme.example", "--until", "2020-01-31", "--afterwards", "viewer"],
    "2020-01-31 has passed, so bob@acme.example would lose the role developer in acme-production at once. Use a later end.",
  ],
  [["move", "bob@acme.example", "--from", "cloud", "--to", "firmware"], "bob@acme.example is not in the team cloud."],
  [["move", "bob@acme.example", "--from", "firmware", "--to", "clowd"], "clowd is not a team of the layout."],
])("%j is refused, and no file changes", async (args, message) => {
  const { code, changed, said } = await edit(args);

  expect({ code, changed }).toEqual({ code: 1, changed: {} });
  expect(said).toContain(message);
});

test("a byte order mark stays, and a file in UTF-16 is refused", async () => {
  const { "dev.yaml": dev, "production.yaml": production, ...others } = files;
  const marked = { ...others, "dev.yaml": dev, "production.yaml": `\uFEFF${production}` };
  expect((await edit([...grant, "admin", "grace@acme.example"], marked)).changed).toEqual({
    "production.yaml": `\uFEFF${production.replace("acme-production: viewer", "acme-production: admin")}`,
  });
  const utf16 = { ...marked, "dev.yaml": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(dev, "utf16le")]) };
  const { code, changed, said } = await edit([...grant, "admin", "grace@acme.example"], utf16);
  expect({ code, changed }).toEqual({ code: 1, changed: {} });
  expect(said).toContain("layout/dev.yaml has changed meanwhile, or is not in UTF-8");
});
