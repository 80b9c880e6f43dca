import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import * as z from "zod";
import { Emulator, applySeed, serve, type Server } from "#emulator";
import { read as readPage } from "#provider/testing";
import { run } from "../src/program";
import { small } from "./reviews";
import { apiKey } from "./support/acme";
import { LocalRepository } from "./support/localRepository";
import { document } from "./support/document";
import { dev } from "./support/people";
import { createRecordFiles } from "./support/records";
import { fakeTerminal } from "./support/terminal";

/** Runs the commands of the recipes, each recipe in a repository with the layout of the page, and with organizations that equal it. */

const page = readFileSync("docs/recipes.md", "utf8");
const layoutText = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
const recipes = new Map(
  page.split("\n## ").map((text) => {
    const [title = "", ...lines] = text.split("\n");
    return [title, lines.join("\n")] as const;
  }),
);

/** Returns the blocks of a language in a recipe. They can be part of a list. */
function getBlocks(title: string, language: string): readonly string[] {
  const found = [...(recipes.get(title) ?? "").matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, "gms"))];
  return found.map(([, indent = "", code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

const rules = `rules:
  Two admins of production:
    organizations: acme-production
    admins: { atLeast: 2 }
tests:
  Frank deploys to development:
    person: frank@acme.example
    can: [{ organization: acme-dev, role: developer }]
`;

let repository: LocalRepository;
let emulator: Emulator;
let server: Server;
beforeEach(async () => {
  repository = new LocalRepository();
  const records = createRecordFiles({ ...small, verdict: "needs approval", violations: [] }, 1);
  const evidence = Object.fromEntries(Object.entries(records).map(([name, text]) => [`evidence/${name}`, text]));
  repository.put({ "layout.yaml": layoutText, "access-rules.yaml": rules, ...evidence });
  repository.git("update-ref", "refs/remotes/origin/main", repository.commit());
  emulator = new Emulator({ apiKey, now: () => new Date("2027-01-31T08:00:00Z") });
  const cloud = { "dora@acme.example": "developer", "emil@acme.example": "developer" } as const;
  const firmware = (role: "developer" | "viewer") => ({ "bob@acme.example": role, "frank@acme.example": role });
  const organization = { security_settings: { two_factor_required: true } };
  await applySeed(
    {
      organizations: {
        "acme-dev": {
          ...organization,
          members: {
            "grace@acme.example": "admin",
            ...cloud,
            ...firmware("developer"),
            "carl@partner.example": "developer",
          },
        },
        "acme-production": {
          ...organization,
          display_name: "Acme production",
          members: { "grace@acme.example": "admin", "dora@acme.example": "viewer", ...firmware("viewer") },
        },
      },
    },
    emulator,
  );
  server = await serve(emulator, { port: 0 });
});
afterEach(async () => {
  await server.close();
  repository.remove();
});

const read = () => readFileSync(join(repository.folder, "layout.yaml"), "utf8");

/** Runs the commands of `peridio-gitops` in a recipe, and returns each with its exit code and output. */
async function follow(title: string) {
  const commands = getBlocks(title, "sh").flatMap((code) => code.trim().split("\n"));
  const calls = commands.filter((command) => command.startsWith("peridio-gitops "));
  const results = [];
  for (const call of calls) {
    const [line = ""] = call.split(" > ");
    const terminal = fakeTerminal({
      folder: repository.folder,
      environment: { ...repository.environment, PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: server.url },
    });
    // Another test runs `--verify` with the Pulumi CLI.
    const args = line
      .replace("../import", "import")
      .split(" ")
      .filter((word) => word !== "--verify");
    const code = await run(args.slice(1), terminal);
    // The review of the pull request.
    if (line.includes(" revoke ")) await review();
    results.push({ code, line, printed: terminal.printed(), said: terminal.said() });
  }
  return results;
}

/** Writes the review of the edited layout, as the pipeline does. */
async function review(): Promise<void> {
  await edit("plan layout.yaml --base git:origin/main --json-file review.json");
}

/** Runs a command that needs no API key. */
async function edit(line: string) {
  const terminal = fakeTerminal({ folder: repository.folder, environment: repository.environment });
  return { code: await run(line.split(" "), terminal), printed: terminal.printed() };
}

/** Returns the role of each person in an organization of the layout, as the file says it. */
const getRole = (person: string, organization: string): unknown =>
  parseDocument(read()).getIn(["people", person, organization], false);

/** The recipes without a command of `peridio-gitops`. */
const withoutCommand = [
  "Approve a change",
  "Start the pipeline of main",
  "Rename an organization",
  "Delete a roster",
  "Upgrade",
];

/** The exit codes of the commands that end with another one than 0. */
const otherCodes: Readonly<Record<string, number>> = {
  "peridio-gitops who bob@acme.example": 1,
  "peridio-gitops sync": 3,
  "peridio-gitops sync --base git:origin/main": 3,
  "peridio-gitops audit --layout layout.yaml --preview preview.json": 3,
};

/** Changes outside Pulumi, or lines that the page adds to a file, before a recipe begins. */
const preparations: Readonly<Record<string, () => unknown>> = {
  Leaver: async () => {
    for (const organization of ["acme-dev", "acme-production"])
      await emulator.control.removeMember("bob@acme.example", organization);
  },
  "End access early": async () => {
    for (const person of ["dora", "emil"])
      await edit(`grant ${person}@acme.example --organization acme-production --role admin --for 4h`);
  },
  "Leaked key": () => {
    emulator.control.addMember("mallory@partner.example", "acme-dev", "admin");
    repository.put({ "preview.json": document([dev]) });
  },
  Drift: () => emulator.control.setRole("emil@acme.example", "acme-dev", "viewer"),
  Scheduler: () => {
    repository.put({ "layout.yaml": layoutText.replace("until: 2027-06-30", "until: 2027-01-30") });
  },
  "Lost state": () => {
    for (const file of ["Pulumi.yaml", "stacks.txt"])
      repository.put({ [file]: readFileSync(join("examples/ci", file), "utf8") });
  },
  "New organization": () => {
    addToLayout(getBlocks("New organization", "yaml")[0] ?? "");
  },
  Bot: () => {
    repository.put({ "access-rules.yaml": getBlocks("Bot", "yaml")[0] });
    repository.put({ "layout.yaml": layoutText.replace("acme-production: viewer }", "}") });
  },
};

const sections = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

/** Adds the entries of a block to the layout, as a person does. */
function addToLayout(block: string): void {
  const document = parseDocument(read());
  const given = sections.parse(parse(block));
  for (const [section, entries] of Object.entries(given))
    for (const [name, entry] of Object.entries(entries))
      for (const [key, value] of Object.entries(entry)) document.setIn([section, name, key], value);
  writeFileSync(join(repository.folder, "layout.yaml"), document.toString());
}

/** Checks of the layout after the commands of a recipe. */
const effects: Readonly<Record<string, () => void>> = {
  "Hire, promote, extend, move": () => {
    expect(getRole("hugo@acme.example", "acme-dev")).toBe("developer");
    expect(getRole("dora@acme.example", "acme-dev")).toBe("admin");
    expect(String(getRole("carl@partner.example", "acme-dev"))).toContain('"until":"2027-12-31"');
    expect(read()).toContain("cloud: [bob@acme.example, emil@acme.example]");
    expect(read()).toContain("firmware: [frank@acme.example, hugo@acme.example]");
  },
  Leaver: () => {
    expect([getRole("bob@acme.example", "acme-dev"), getRole("bob@acme.example", "acme-production")]).toEqual([
      "developer",
      "viewer",
    ]);
  },
  Emergency: () => {
    expect(String(getRole("dora@acme.example", "acme-production"))).toContain('"until":"2027-01-31T12:00Z"');
  },
  "End access early": () => {
    expect(getRole("emil@acme.example", "acme-production")).toBeUndefined();
    expect(getRole("dora@acme.example", "acme-production")).toBe("viewer");
  },
  Drift: () => {
    expect(getRole("emil@acme.example", "acme-dev")).toBe("viewer");
  },
  "New organization": () => {
    expect(getRole("emil@acme.example", "acme-lab")).toBe("developer");
  },
};

test.each([...recipes.keys()].slice(1))("the commands of the recipe work: %s", async (title) => {
  await preparations[title]?.();
  const results = await follow(title);
  expect(results.length === 0).toBe(withoutCommand.includes(title));
  for (const { line, code, printed, said } of results)
    expect([line, code, code === 0 ? "" : printed + said]).toEqual([
      line,
      otherCodes[line] ?? 0,
      code === 0 ? "" : expect.any(String),
    ]);
  effects[title]?.();
});

test("the recipes contain a table row for each recipe", () => {
  const shown = readPage("docs/recipes.md", page);
  const anchors = [...shown.anchors].filter((anchor) => anchor !== "recipes");
  expect(shown.links).toEqual(expect.arrayContaining(anchors.map((anchor) => `#${anchor}`)));
});

test("the bot of the recipe can remove a role, and give none", async () => {
  await preparations.Bot?.();
  addToLayout("people: { carl@partner.example: { acme-production: viewer } }");
  const [result] = await follow("Bot");
  expect(result).toMatchObject({ code: 4, said: "" });
  expect(result?.printed).toContain("The calendar bot only lowers access");
});

test.each([
  ["dora", "Leads of the cloud team approve its access"],
  ["bob", "Leads of the firmware team approve its access"],
  ["hugo", "Ada or Grace approve everyone else's access"],
])("the rules for teams ask the leads of one team to approve a role for %s", async (person, rule) => {
  repository.put({ "access-rules.yaml": getBlocks("Team leads", "yaml")[0] });
  await edit(`grant ${person}@acme.example --organization acme-production --role developer --no-end`);
  const { code, printed } = await edit("plan layout.yaml --base git:origin/main --rules access-rules.yaml --json");
  const { violations } = z.object({ violations: z.array(z.object({ rule: z.string() })) }).parse(JSON.parse(printed));
  expect([code, violations.map((one) => one.rule)]).toEqual([3, [rule]]);
});

test("the new name of an organization is a change of its settings only", async () => {
  addToLayout(getBlocks("Rename an organization", "yaml")[0] ?? "");
  const terminal = fakeTerminal({ folder: repository.folder, environment: repository.environment });
  expect(await run(["plan", "layout.yaml", "--base", "git:origin/main"], terminal)).toBe(0);
  expect(terminal.printed()).toContain('Display name: "Acme production" → "Acme devices"');
});
