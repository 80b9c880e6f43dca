import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { writeOnce } from "./life";
import { EmulatedPeridio } from "./peridio";
import { formatAddress, listOrganizationNames } from "./program";
import { getNeutralEnvironment, pulumi } from "./project";
import { computeMedian, formatCount, formatFigure, renderTable, type Section, type Verdict } from "./section";

const root = join(__dirname, "../..");

/** The number of people in each organization, with its owner. */
const people = 25;

/** The number of previews at the same time, as `peridio-gitops ci` has it by default. */
const parallel = 4;

/** The target for the review of a fleet: its processor time divided by that of the bare previews. */
const most = 1.3;

/** The time and the processor time of a command with its processes. */
interface Cost {
  readonly seconds: number;
  /** Undefined if the system does not report it. */
  readonly cpu: number | undefined;
}

/** Access rules that both changes keep. */
const rules = JSON.stringify({
  rules: {
    "Every organization has two admins": { admins: { atLeast: 2 } },
    "At most three people leave at once": { change: { removals: { atMost: 3 } }, severity: "approve" },
  },
});

/** A branch of the fleet. */
interface Change {
  readonly name: string;
  readonly branch: string;
  /** The exit code of its review. A changed program needs approval. */
  readonly code: number;
  /** Returns the changed files. */
  readonly edit: (layout: string) => Readonly<Record<string, string>>;
}

const changes: readonly Change[] = [
  {
    name: "one organization",
    branch: "organization",
    code: 0,
    edit: (layout) => ({ "layout.yaml": layout.replace("viewer", "developer") }),
  },
  { name: "the program", branch: "program", code: 3, edit: () => ({ "Pulumi.yaml": createProgram("All access") }) },
];

const bare = "bare previews";

/** Compares `peridio-gitops ci review` of many stacks with the bare previews of these stacks. */
export async function measureFleets(
  sizes: readonly number[],
  runs: number,
  say: (text: string) => void,
): Promise<Section> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const size of sizes) {
    const costs = await measureFleet(size, runs, say);
    const stacks = `${formatCount(size)} stacks`;
    const without = summarize(costs.get(bare));
    rows.push([`${stacks}: ${bare}`, ...formatCost(without), "1.00"]);
    for (const { name } of changes) {
      const review = summarize(costs.get(name));
      const ratio = (review.cpu ?? NaN) / (without.cpu ?? NaN);
      const what = `${stacks}: review of a change of ${name}`;
      rows.push([what, ...formatCost(review), formatFigure(ratio, 2)]);
      verdicts.push({ what: `${what}, CPU against the ${bare}`, value: ratio, most, unit: "ratio" });
    }
  }
  return {
    title: "Many stacks in one review",
    body: [
      [
        `Each stack has one organization with ${people} people, ${parallel} previews run at the same time, and nothing waits to be applied.`,
        "`peridio-gitops ci review` and the bare `pulumi preview --refresh --show-sames --json` of each stack take turns.",
        "CPU is the time of all processes except the emulator. Unlike the seconds, it hardly depends on other work on the machine.",
        "`ci apply` previews all stacks again, and then [updates one after the other](#many-organizations-in-one-stack).",
        runs === 1 ? "One run, in which the bare previews ran twice." : `Medians of ${runs} runs.`,
      ].join(" "),
      renderTable(["", "seconds", "CPU s", "ratio of CPU"], rows),
    ].join("\n\n"),
    verdicts,
  };
}

async function measureFleet(
  size: number,
  runs: number,
  say: (text: string) => void,
): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const costs = new Map<string, Cost[]>();
  const note = (name: string, cost: Cost) => {
    costs.set(name, [...(costs.get(name) ?? []), cost]);
    say(`${size} stacks: ${name}: ${cost.seconds.toFixed(1)} s, ${formatFigure(cost.cpu, 1)} CPU s`);
  };
  const peridio = await EmulatedPeridio.start();
  try {
    const fleet = new Fleet(size, peridio.environment);
    try {
      await fleet.apply();
      await peridio.acceptAll({ organizations: size, people: people - 1 });
      say(`${size} stacks: applied`);
      for (let run = 1; run <= runs; run += 1) {
        for (const change of changes) {
          fleet.checkOut(change);
          note(bare, await fleet.preview());
          note(change.name, await fleet.review(change));
        }
      }
    } finally {
      fleet.end();
    }
  } finally {
    await peridio.stop();
  }
  return costs;
}

/** A repository with one stack for each organization of a layout, and a local state. */
class Fleet {
  readonly #folder = mkdtempSync(join(tmpdir(), "peridio-bench-"));
  readonly #checkout = join(this.#folder, "checkout");
  readonly #stacks: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;

  constructor(size: number, environment: Readonly<Record<string, string>>) {
    this.#stacks = listOrganizationNames(size);
    for (const name of ["home", "state", "checkout"]) mkdirSync(join(this.#folder, name));
    this.#environment = {
      ...getNeutralEnvironment(),
      PATH: [join(pulumi, ".."), process.env.PATH].join(delimiter),
      PULUMI_HOME: join(this.#folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.#folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for the bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...environment,
    };
  }

  /** Creates and applies all stacks. Commits main, and a branch for each change. */
  async apply(): Promise<void> {
    const layout = createLayout(this.#stacks);
    this.#write({
      "Pulumi.yaml": createProgram("Access"),
      "layout.yaml": layout,
      "access-rules.yaml": rules,
      "stacks.txt": this.#stacks.map((stack) => `fleet/${stack}\n`).join(""),
    });
    await this.#forEachStack(async (stack) => {
      await this.#run(pulumi, ["stack", "init", stack, "--no-select"]);
      await this.#run(pulumi, ["up", "--stack", stack, "--yes", "--skip-preview"]);
    });
    this.#git("init", "--quiet", "--initial-branch=main");
    this.#commit();
    for (const { branch, edit } of changes) {
      this.#git("switch", "--quiet", "--create", branch, "main");
      this.#write(edit(layout));
      this.#commit();
    }
  }

  checkOut({ branch }: Change): void {
    this.#git("switch", "--quiet", branch);
  }

  /** Previews all stacks without `peridio-gitops`. */
  preview(): Promise<Cost> {
    return measure(() =>
      this.#forEachStack(async (stack) => {
        const args = ["preview", "--refresh", "--show-sames", "--stack", stack, "--json", "--non-interactive"];
        await this.#run(pulumi, args, { output: `${stack}.json` });
      }),
    );
  }

  /** Reviews the branch that is checked out. */
  review({ code }: Change): Promise<Cost> {
    return measure(async () => {
      const args = ["ci", "review", "--base", "main", "--parallel", String(parallel)];
      await this.#run(join(root, "bin/peridio-gitops"), args, { code });
    });
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #forEachStack(act: (stack: string) => Promise<void>): Promise<void> {
    const rest = this.#stacks.values();
    const work = async () => {
      for (const stack of rest) await act(stack);
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }

  /** Runs a program, and writes its output to a file. Rejects if it ends with another exit code. */
  async #run(program: string, args: readonly string[], { code = 0, output = "output.txt" } = {}): Promise<void> {
    const child = spawn(program, args, {
      cwd: this.#checkout,
      env: { ...this.#environment, ...writeOnce },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "close");
    const [errors] = await Promise.all([
      text(child.stderr),
      pipeline(child.stdout, createWriteStream(join(this.#folder, output))),
      ended,
    ]);
    if (child.exitCode !== code) throw new Error(`${program} ${args.join(" ")} failed:\n${errors.slice(-4000)}`);
  }

  #write(files: Readonly<Record<string, string>>): void {
    for (const [name, contents] of Object.entries(files)) writeFileSync(join(this.#checkout, name), contents);
  }

  #commit(): void {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--message", "Change the access");
  }

  #git(...args: readonly string[]): void {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgSign=false"];
    execFileSync("git", [...identity, ...args], { cwd: this.#checkout, stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** Returns the program of all stacks. Each stack declares the organization with its name. */
function createProgram(description: string): string {
  return JSON.stringify({
    name: "fleet",
    description,
    runtime: "yaml",
    plugins: { providers: [{ name: "peridio", path: join(root, "bin") }] },
    resources: { access: { type: "peridio:Layout", properties: { path: "layout.yaml", only: ["${pulumi.stack}"] } } },
  });
}

/** Returns a layout of organizations with different people. The owner of all organizations is an admin of each. */
function createLayout(organizations: readonly string[]): string {
  const admin = ["ada@acme.example", Object.fromEntries(organizations.map((name) => [name, "admin"]))] as const;
  const others = organizations.flatMap((name, index) =>
    Array.from({ length: people - 1 }, (_, person) => {
      const role = person === 0 ? "admin" : "viewer";
      return [formatAddress(index + 1, person + 1), { [name]: role }] as const;
    }),
  );
  return JSON.stringify({
    organizations: Object.fromEntries(organizations.map((name) => [name, null])),
    people: Object.fromEntries([admin, ...others]),
  });
}

/** Measures the processes that this one starts and waits for. */
async function measure(act: () => Promise<void>): Promise<Cost> {
  const [started, before] = [performance.now(), readChildTime()];
  await act();
  const after = readChildTime();
  return {
    seconds: (performance.now() - started) / 1000,
    cpu: before === undefined || after === undefined ? undefined : after - before,
  };
}

/** Returns the processor time of all ended children of this process with their children, in seconds; undefined except on Linux. */
function readChildTime(): number | undefined {
  if (!existsSync("/proc/self/stat")) return undefined;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ");
  return (Number(fields?.[13]) + Number(fields?.[14])) / 100;
}

function summarize(costs: readonly Cost[] = []): Cost {
  return {
    seconds: computeMedian(costs.map(({ seconds }) => seconds)),
    cpu: computeMedian(costs.flatMap(({ cpu }) => cpu ?? [])),
  };
}

function formatCost({ seconds, cpu }: Cost): readonly string[] {
  return [formatFigure(seconds, 1), formatFigure(cpu, 1)];
}
