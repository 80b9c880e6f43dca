import { createHook } from "node:async_hooks";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { validation } from "../src/validation/report";
import { Acme } from "./support/acme";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "validate-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const good = "organizations:\n  acme:\npeople:\n  ada@acme.example: { acme: admin }\n";

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

let environment: Record<string, string> = {};
afterEach(() => {
  environment = {};
});

async function validate(...args: string[]) {
  const terminal = fakeTerminal({ folder, environment });
  const code = await run(["validate", ...args], terminal);
  return { code, output: terminal.printed(), errors: terminal.said() };
}

test("a layout without a mistake passes", async () => {
  write("layout.yaml", good);
  expect(await validate("layout.yaml")).toEqual({ code: 0, output: "layout.yaml: no mistakes\n", errors: "" });
});

test("lists the mistakes of all paths with their places", async () => {
  write("a.yaml", good.replace("admin", "boss"));
  write("b.yaml", good);
  write("c.yaml", good.replace("acme:\n", "acme: { displayNam: Acme }\n"));
  const { code, output } = await validate("a.yaml", "b.yaml", "c.yaml", "d.yaml");
  expect(output).toBe(
    [
      'a.yaml:4:29: people["ada@acme.example"].acme must be one of owner, admin, manager, developer, member, viewer',
      "c.yaml:2:11: organizations.acme.displayNam is not a key here: use one of displayName, description, connection, contactEmail, forceDestroy, deletionPolicy, owner, roster, security, tunnels, billing, groups, projects; did you mean displayName?",
      `d.yaml: The path ${join(folder, "d.yaml")} does not exist. Specify a layout file, or a folder of layout files.`,
      "",
    ].join("\n"),
  );
  expect(code).toBe(1);
});

test("a file of access rules in the place of a layout is one mistake, with the option to use", async () => {
  write("access-rules.yaml", "rules:\n  A: { protect: true }\n");
  expect(await validate("access-rules.yaml")).toMatchObject({
    code: 1,
    output: "access-rules.yaml: The file contains access rules, not a layout. Pass the file with `--rules`.\n",
  });
});

describe("access that has ended", () => {
  const entries =
    "  bob@acme.example: { acme: { role: viewer, until: 2027-01-31 } }\n  devs: { acme: { role: viewer, until: 2027-01-30 } }\n";
  beforeEach(() => {
    write("layout.yaml", `${good}${entries}teams: { devs: [eve@acme.example] }\n`);
  });

  test("is a warning from the next day on, and no mistake", async () => {
    const { code, output } = await validate("layout.yaml");
    expect(output).toBe(
      "layout.yaml:6:11: warning: people.devs.acme ended on 2027-01-30, so the entry gives no access: remove the entry, unless it overrides the role of a team\n",
    );
    expect(code).toBe(0);
  });

  test.each([
    ["2020-13-45", "is 2020-13-45, a day that does not exist: correct the date"],
    ["2020", "must be a date, such as 2027-01-31, or a moment with a time zone, such as 2027-01-31T08:00Z"],
  ])("is not reported for an invalid date: %s", async (day, reason) => {
    write("layout.yaml", `${good}  bob@acme.example: { acme: { role: viewer, until: ${day} } }\n`);
    expect((await validate("layout.yaml")).output).toBe(
      `layout.yaml:5:52: people["bob@acme.example"].acme.until ${reason}\n`,
    );
  });

  test("can have a moment, and a role that remains", async () => {
    write(
      "layout.yaml",
      `${good}  bob@acme.example: { acme: { role: admin, until: 2027-01-31T09:00+01:00, afterwards: viewer } }\n`,
    );
    expect((await validate("layout.yaml", "--today", "2027-01-31T07:59Z")).output).toBe("layout.yaml: no mistakes\n");
    const ended =
      'layout.yaml:5:23: warning: people["bob@acme.example"].acme ended on 2027-01-31 08:00 UTC, so the role is viewer: write `acme: viewer`\n';
    expect((await validate("layout.yaml", "--today", "2027-01-31T08:00Z")).output).toBe(ended);
    // The clock of the tests shows this moment.
    expect((await validate("layout.yaml")).output).toBe(ended);
  });

  test("can be checked in advance with --today", async () => {
    const { output } = await validate("layout.yaml", "--today", "2027-02-01");
    expect(output.split("\n").map((line) => line.slice(0, 27))).toEqual([
      "layout.yaml:5:23: warning: ",
      "layout.yaml:6:11: warning: ",
      "",
    ]);
    expect((await validate("layout.yaml", "--today", "2027-01-30")).output).toBe("layout.yaml: no mistakes\n");
  });

  test("is a mistake if no admin remains", async () => {
    write("layout.yaml", good.replace("admin", "{ role: admin, until: 2027-02-15 }"));
    expect(await validate("layout.yaml")).toMatchObject({ code: 0 });
    const { code, output } = await validate("layout.yaml", "--today", "2027-02-16");
    expect(output).toMatch(/^layout\.yaml:2:3: .*admin/);
    expect(code).toBe(1);
  });
});

test("bytes that are not UTF-8 are a mistake with its place, in layouts and in access rules", async () => {
  writeFileSync(join(folder, "layout.yaml"), Buffer.from(`${good}# M\xfcller\n`, "latin1"));
  writeFileSync(join(folder, "rules.yaml"), Buffer.from("rules:\n  M\xfcller: { roster: required }\n", "latin1"));
  const { code, output } = await validate("layout.yaml", "--rules", "rules.yaml");
  expect(output).toBe(
    "layout.yaml:5:4: the layout has bytes here that are not UTF-8: save the file in UTF-8\n" +
      "rules.yaml:2:4: the rules file has bytes here that are not UTF-8: save the file in UTF-8\n",
  );
  expect(code).toBe(1);
});

test("names of files and organizations with line breaks leave a mistake in one line", async () => {
  const file = "a\n::error::b.yaml";
  write(
    file,
    `organizations:\n  acme:\n  "x\\n::error::y":\npeople:\n  ada@acme.example: { acme: admin, other: admin }\n`,
  );
  const { output } = await validate(file);
  expect(output.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^a\\n::error::b\.yaml:3:3: organizations\["x\\n::error::y"\] /),
    expect.stringMatching(
      /^a\\n::error::b\.yaml:5:36: people\["ada@acme\.example"\]\.other .* \(acme, x\\n::error::y\): /,
    ),
  ]);
});

test("deeply nested access rules are a mistake with its place", async () => {
  write("rules.yaml", `rules: ${"[".repeat(50_000)}`);
  const { code, output } = await validate("--rules", "rules.yaml");
  expect(output).toBe("rules.yaml:1:107: the rules file is nested too deeply here: remove levels\n");
  expect(code).toBe(1);
});

test("--only names organizations that the layout must have", async () => {
  write("layout.yaml", good);
  expect(await validate("layout.yaml", "--only", "acme")).toMatchObject({ code: 0 });
  const { code, output } = await validate("layout.yaml", "--only", "acme", "--only", "acme-lab");
  expect(output).toMatch(/^layout\.yaml: --only is "acme-lab", which is not an organization in the layout/);
  expect(code).toBe(1);
  expect(await validate("layout.yaml", "--only", "ac*")).toMatchObject({ code: 0 });
  expect((await validate("layout.yaml", "--only", "lab-*")).output).toMatch(
    /^layout\.yaml: --only is "lab-\*", which matches no organization in the layout/,
  );
});

describe("a layout for Avocado Connect", () => {
  const people = "  ada@acme.example: { acme: admin }\n  bob@acme.example: { acme: viewer }\n";
  const role =
    'layout.yaml:5:23: people["bob@acme.example"].acme: Avocado Connect has no role viewer: ' +
    "use `member`. A `member` has access to every project unless the project sets `everyoneEnabled: false`\n";
  const security =
    "layout.yaml:2:11: organizations.acme.security: Avocado Connect cannot manage security settings: " +
    "remove the SecurityPolicy (in a layout, `security`) from the program\n";
  beforeEach(() => {
    write("layout.yaml", `organizations:\n  acme: { security: { sessionTimeout: 8h } }\npeople:\n${people}`);
  });

  test("uses only supported features, in the order of the file", async () => {
    const found = await validate("layout.yaml", "--backend", "connect");
    expect(found).toEqual({ code: 1, output: `${security}${role}`, errors: "" });
  });

  test.each([
    ["PERIDIO_BACKEND", "connect"],
    ["PERIDIO_BASE_URL", "https://connect.peridio.com"],
  ])("is recognized by %s=%s, as with other commands", async (name, value) => {
    environment = { [name]: value };
    expect(await validate("layout.yaml")).toEqual({ code: 1, output: `${security}${role}`, errors: "" });
  });

  test("may have its warnings and its other mistakes", async () => {
    write(
      "layout.yaml",
      `organizations:\n  acme:\npeople:\n${people.replace("viewer", "{ role: viewer, until: 2027-01-01 }")}`,
    );
    const ended = await validate("layout.yaml", "--backend", "connect");
    expect(ended.output).toMatch(/^layout\.yaml:5:23: warning: [^\n]*\n$/);
    expect(ended.code).toBe(0);
    write("layout.yaml", `organizations:\n  acme:\npeople:\n${people.replace("viewer", "member")}`);
    expect(await validate("layout.yaml", "--backend", "connect")).toMatchObject({ code: 0 });
    const other = await validate("layout.yaml", "--backend", "admin-v2");
    expect(other.output).toMatch(
      /^layout\.yaml:5:23: people\["bob@acme\.example"\]\.acme: Peridio's Admin API has no role `member`/,
    );
  });

  test("is validated for admin-v2 if neither the command line nor the environment chooses an API", async () => {
    environment = { PERIDIO_BASE_URL: "http://127.0.0.1:9", PERIDIO_BACKEND: "" };
    expect(await validate("layout.yaml")).toMatchObject({ code: 0, output: "layout.yaml: no mistakes\n" });
    write("layout.yaml", `organizations:\n  acme:\npeople:\n${people.replace("viewer", "member")}`);
    const { code, output } = await validate("layout.yaml");
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^layout\.yaml:5:23: people\["bob@acme\.example"\]\.acme: Peridio's Admin API has no role/),
    ]);
  });

  test("is marked in pull requests and merge requests, and is JSON", async () => {
    const inFormat = async (format: string) =>
      (await validate("layout.yaml", "--backend", "connect", "--format", format)).output;
    expect(await inFormat("github")).toMatch(
      /^::error file=layout\.yaml,line=2,col=11::organizations\.acme\.security: /,
    );
    expect(JSON.parse(await inFormat("gitlab"))).toMatchObject([
      { severity: "major", location: { path: "layout.yaml", lines: { begin: 2 } } },
      { severity: "major", location: { path: "layout.yaml", lines: { begin: 5 } } },
    ]);
    expect(validation.parse(JSON.parse(await inFormat("json")))).toMatchObject({
      mistakes: [
        { line: 2, column: 11 },
        { line: 5, column: 23 },
      ],
    });
  });

  test("is not guessed from an environment that names no API, or two", async () => {
    environment = { PERIDIO_BACKEND: "conect" };
    expect(await validate("layout.yaml")).toEqual({
      code: 1,
      output: "",
      errors:
        'peridio-gitops: PERIDIO_BACKEND is "conect": it must be one of admin-v2, connect. Correct or remove this environment variable.\n',
    });
    environment = { PERIDIO_BACKEND: "connect", PERIDIO_BASE_URL: "https://api.peridio.com" };
    const { code, output, errors } = await validate("layout.yaml");
    expect([code, output]).toEqual([1, ""]);
    expect(errors).toContain("serves admin-v2");
  });
});

describe("access rules", () => {
  test("are checked beside layouts, or alone", async () => {
    write("layout.yaml", good);
    write("rules.yaml", "rules: { Two admins: { admins: { atLeast: 2 } } }");
    const both = await validate("layout.yaml", "--rules", "rules.yaml");
    expect(both).toEqual({ code: 0, output: "layout.yaml: no mistakes\nrules.yaml: no mistakes\n", errors: "" });
    write("rules.yaml", "rules: { Two admins: { admin: { atLeast: 2 } } }\nrule: {}\n");
    const { code, output } = await validate("--rules", "rules.yaml");
    expect(output).toMatch(
      /^rules\.yaml:1:24: rules\["Two admins"\]\.admin is not a key here: .*; did you mean admins\?$/m,
    );
    expect(output).toMatch(
      /^rules\.yaml:2:1: rule is not a key here: use one of \$schema, existing, logins, rules, tests; did you mean rules\?$/m,
    );
    expect(code).toBe(1);
  });

  describe("that name organizations", () => {
    const rules = [
      "rules:",
      "  Admins: { organizations: [acme-prodcution, acme-lab], admins: { atLeast: 1 } }",
      '  People: { organizations: { like: "*-prod", except: "prn:1:*" }, role: none, exempt: [{ organization: beta, until: 2027-01-31, because: x }] }',
      '  Duties: { notTogether: [{ role: admin, organizations: "acme-*" }, { role: viewer, organizations: gamma }] }',
      "",
    ].join("\n");
    beforeEach(() => {
      write(
        "layout.yaml",
        "organizations: { acme-production: }\npeople: { ada@acme.example: { acme-production: admin } }\n",
      );
      write("lab.yaml", "organizations: { acme-lab: }\npeople: { ada@acme.example: { acme-lab: admin } }\n");
      write("rules.yaml", rules);
    });

    test("may name only organizations of the layouts", async () => {
      const { code, output } = await validate("layout.yaml", "lab.yaml", "--rules", "rules.yaml", "--only", "acme-lab");
      expect(code).toBe(1);
      const remedy =
        "which none of the given layouts declares: correct the name, or add the layout that declares it to this command";
      expect(output.split("\n").filter((line) => line.startsWith("rules"))).toEqual([
        `rules.yaml:2:29: rules.Admins.organizations[0] is "acme-prodcution", ${remedy}; did you mean acme-production?`,
        'rules.yaml:3:36: warning: rules.People.organizations.like is "*-prod", which matches no organization in the given layouts',
        `rules.yaml:3:104: rules.People.exempt[0].organization is "beta", ${remedy}`,
        `rules.yaml:4:100: rules.Duties.notTogether[1].organizations is "gamma", ${remedy}`,
      ]);
    });

    test("may have a pattern that matches nothing, with a warning", async () => {
      write("rules.yaml", 'rules: { People: { organizations: "*-prod", role: none } }\n');
      const { code, output } = await validate("layout.yaml", "--rules", "rules.yaml");
      expect([code, output]).toEqual([
        0,
        'rules.yaml:1:35: warning: rules.People.organizations is "*-prod", which matches no organization in the given layouts\n',
      ]);
    });

    test("may name an address that the roster of a selected organization ignores, unless a person has another spelling", async () => {
      const names = 'organizations:\n  acme: { roster: { ignore: ["*@GUEST.example"] } }\n  lab:\n';
      write(
        "layout.yaml",
        `${names}people:\n  ada@acme.example: { acme: admin, lab: admin }\n  ida+x@guest.example: { lab: viewer }\n`,
      );
      const rule = (name: string, people: string, more = "") =>
        `  ${name}: { people: ${people}, role: viewer${more} }\n`;
      write(
        "rules.yaml",
        `rules:\n${rule("All", "gus@guest.example")}${rule("Lab", "gus@guest.example", ", organizations: lab")}${rule("Ida", "ida@guest.example")}`,
      );
      const { code, output } = await validate("layout.yaml", "--rules", "rules.yaml");
      expect([code, output.split("\n")]).toEqual([
        0,
        [
          'rules.yaml:3:18: warning: rules.Lab.people is "gus@guest.example", which nobody in the given layouts has: correct the address, or add the layout that declares the person',
          'rules.yaml:4:18: warning: rules.Ida.people is "ida@guest.example", which nobody in the given layouts has; did you mean ida+x@guest.example?',
          "",
        ],
      ]);
    });

    test("and people of no layout, with a warning", async () => {
      write(
        "rules.yaml",
        [
          "rules:",
          "  One: { people: bob@acme.example, role: viewer }",
          "  Two: { people: [ADA@acme.example, '*@acme.exmaple', '*@far.example'], role: admin }",
          "  Three: { people: { like: [ida@acme.example], except: kim@acme.example }, role: { atMost: viewer } }",
          "  Four: { people: bob@acme.example, role: none }",
        ].join("\n"),
      );
      const { code, output } = await validate("layout.yaml", "--rules", "rules.yaml");
      expect([code, output.split("\n")]).toEqual([
        0,
        [
          'rules.yaml:2:18: warning: rules.One.people is "bob@acme.example", which nobody in the given layouts has: correct the address, or add the layout that declares the person',
          'rules.yaml:3:37: warning: rules.Two.people[1] is "*@acme.exmaple", which nobody in the given layouts has; did you mean *@acme.example?',
          'rules.yaml:4:29: warning: rules.Three.people.like[0] is "ida@acme.example", which nobody in the given layouts has; did you mean ada@acme.example?',
          'rules.yaml:4:56: warning: rules.Three.people.except is "kim@acme.example", which nobody in the given layouts has: correct the address, or add the layout that declares the person',
          "",
        ],
      ]);
    });

    test("are not checked against missing layouts, or layouts with mistakes", async () => {
      expect(await validate("--rules", "rules.yaml")).toMatchObject({ code: 0, output: "rules.yaml: no mistakes\n" });
      write("lab.yaml", "organization: {}\n");
      const { code, output } = await validate("layout.yaml", "lab.yaml", "--rules", "rules.yaml");
      expect(code).toBe(1);
      expect(output).not.toContain("rules.yaml");
    });
  });

  test("in a missing file are a mistake of the path", async () => {
    const { code, output } = await validate("--rules", "none.yaml");
    expect([code, output]).toEqual([
      1,
      "none.yaml: Cannot read none.yaml: the file does not exist. Correct the path.\n",
    ]);
  });
});

describe("mistakes are written", () => {
  beforeEach(() => {
    write(
      "100%,a:b.yaml",
      `${good}  bob@acme.example: { acme: "a%\\nb" }\n  carl@acme.example: { acme: { role: viewer, until: 2027-01-01 } }\n`,
    );
    write("empty.yaml", good);
  });

  test("as workflow commands of GitHub, without injection", async () => {
    const { code, output } = await validate("100%,a:b.yaml", "none", "--format", "github");
    expect(output).toBe(
      [
        '::error file=100%25%2Ca%3Ab.yaml,line=5,col=29::people["bob@acme.example"].acme must be one of owner, admin, manager, developer, member, viewer',
        '::warning file=100%25%2Ca%3Ab.yaml,line=6,col=24::people["carl@acme.example"].acme ended on 2027-01-01, so the entry gives no access: remove the entry, unless it overrides the role of a team',
        `::error file=none::The path ${join(folder, "none")} does not exist. Specify a layout file, or a folder of layout files.`,
        "",
      ].join("\n"),
    );
    expect(code).toBe(1);
    expect(await validate("empty.yaml", "--format", "github")).toEqual({ code: 0, output: "", errors: "" });
  });

  test("as a code quality report of GitLab, whose fingerprints survive a move", async () => {
    const before = await validate("100%,a:b.yaml", "--format", "gitlab");
    expect(JSON.parse(before.output)).toMatchObject([
      { severity: "major", location: { path: "100%,a:b.yaml", lines: { begin: 5 } } },
      { severity: "minor", location: { path: "100%,a:b.yaml", lines: { begin: 6 } } },
    ]);
    write("100%,a:b.yaml", `# One line more.\n${good}  bob@acme.example: { acme: boss }\n`);
    const after = await validate("100%,a:b.yaml", "--format", "gitlab");
    const print = (text: string) => /"fingerprint": "(\w+)"/.exec(text)?.[1];
    expect(print(after.output)).toBe(print(before.output));
    expect((await validate("empty.yaml", "--format", "gitlab")).output).toBe("[]\n");
  });

  test("as JSON", async () => {
    const { output } = await validate("100%,a:b.yaml", "--json");
    expect(validation.parse(JSON.parse(output))).toMatchObject({
      mistakes: [{ file: "100%,a:b.yaml", line: 5, column: 29 }],
      warnings: [{ file: "100%,a:b.yaml", line: 6, column: 24 }],
    });
    expect((await validate("100%,a:b.yaml", "--format", "json")).output).toBe(output);
    expect(JSON.parse((await validate("empty.yaml", "--json")).output)).toEqual({ mistakes: [], warnings: [] });
  });
});

test.each([
  [[], "nothing to check. Pass the path of a layout"],
  [
    ["layout.yaml", "--today", "tomorrow"],
    "It must be a date, such as 2027-01-31, or a moment with a time zone, such as 2027-01-31T08:00Z.",
  ],
  [["layout.yaml", "--format", "xml"], "argument 'xml' is invalid"],
  [["layout.yaml", "--backend", "conect"], "argument 'conect' is invalid. Allowed choices are admin-v2, connect."],
])("rejects validate %j", async (args, message) => {
  const { code, errors, output } = await validate(...args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toContain(message);
});

/** Records the use of the network during some work: sockets and look-ups of names. */
async function network(work: () => Promise<unknown>): Promise<readonly string[]> {
  const used: string[] = [];
  const hook = createHook({
    init: (_, type) => {
      if (/^(TCP|UDP|TLS|PIPE|GETADDRINFO|GETNAMEINFO|QUERY|HTTP)/.test(type)) used.push(type);
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return used;
}

test("opens no socket and looks up no name", async () => {
  write("layout.yaml", `# yaml-language-server: $schema=https://peridio.example/layout.schema.json\n${good}`);
  const environment = { PERIDIO_API_KEY: "k", PERIDIO_BASE_URL: "http://127.0.0.1:9" };
  for (const args of [
    ["validate", "layout.yaml"],
    ["validate", "layout.yaml", "--backend", "connect"],
    ["graph", "layout.yaml"],
  ]) {
    const terminal = fakeTerminal({ folder, environment });
    expect(await network(() => run(args, terminal))).toEqual([]);
    expect(terminal.printed()).not.toBe("");
  }
  // The recorder works.
  const acme = await Acme.begin();
  try {
    expect(await network(() => acme.run(["audit"]))).toContain("TCPWRAP");
  } finally {
    await acme.end();
  }
});
