import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Checkout } from "../src/ci/checkout";
import { copyControls } from "../src/ci/controls";

const files = { stacks: "stacks.txt", rules: "access-rules.yaml", layout: "layout.yaml" };
const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-ci-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function git(...args: readonly string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example"];
  const cwd = join(folder, "checkout");
  return execFileSync("git", [...identity, ...args], { cwd, env: environment, encoding: "utf8" }).trim();
}

function write(file: string, text = "change\n"): void {
  const path = join(folder, "checkout", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function commit(): string {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "Change");
  return git("rev-parse", "HEAD");
}

/** Returns the checkout of a change of main, and the commit of main. */
function begin(change: () => void, stacks = "access/dev\n") {
  mkdirSync(join(folder, "checkout"));
  git("init", "--quiet", "--initial-branch=main");
  for (const file of ["layout.yaml", "access-rules.yaml", "Pulumi.yaml", "README.md"]) write(file, "main\n");
  write("stacks.txt", stacks);
  const base = commit();
  change();
  commit();
  return { base, checkout: new Checkout({ folder: join(folder, "checkout"), environment }) };
}

function copy({ base, checkout }: ReturnType<typeof begin>, given: Partial<typeof files> = {}) {
  const work = join(folder, "work");
  const controls = copyControls(
    { checkout, forge: { work, reserved: undefined }, options: { ...files, ...given } },
    base,
  );
  return { ...controls, read: (file: string) => readFileSync(join(work, file), "utf8") };
}

test("the rules and the stacks come from the base", () => {
  const { stacks, rules, options, read } = copy(
    begin(() => {
      write("stacks.txt", "access/other\n");
      write("access-rules.yaml");
    }),
  );
  expect(stacks).toEqual(["access/dev"]);
  expect(rules).toBe(join(folder, "work/base/access-rules.yaml"));
  expect([read("base/access-rules.yaml"), read("change/access-rules.yaml")]).toEqual(["main\n", "change\n"]);
  expect(read("change/controls.txt")).toBe("access-rules.yaml\nstacks.txt\n");
  expect(options.join(" ").replaceAll(folder, "")).toBe(
    "--rules /work/base/access-rules.yaml --proposed-rules /work/change/access-rules.yaml --changed-controls /work/change/controls.txt",
  );
});

test("without rules, a change of high risk needs approval", () => {
  const change = begin(() => undefined);
  const { rules, options } = copyControls(
    {
      checkout: change.checkout,
      forge: { work: join(folder, "work"), reserved: undefined },
      options: { ...files, rules: undefined },
    },
    change.base,
  );
  expect([rules, options.slice(0, 2)]).toEqual([undefined, ["--fail-on", "high"]]);
});

test("every changed file controls the review, except the layout and documentation", () => {
  const names = [
    "layout.yaml",
    "docs/layout.yaml",
    "docs/review.md",
    "README.md",
    "Layout.yaml",
    "layout.yaml2",
    "a\nb",
    "ä",
    "ö.md",
    "   ",
  ];
  const { read } = copy(
    begin(() => {
      for (const name of names) write(name);
    }),
  );
  expect(read("change/controls.txt").trim().split("\n").sort()).toEqual(
    ['"a\\nb"', "ä", "Layout.yaml", "docs/layout.yaml", "layout.yaml2", '"   "'].sort(),
  );
});

test("a hidden file in the folder of a layout is no part of the layout, so it controls the review", () => {
  const { read } = copy(
    begin(() => {
      for (const name of ["layouts/.dev.yaml", "layouts/.old/dev.yaml", "layouts/dev.YAML"]) write(name);
    }),
    { layout: "layouts" },
  );
  expect(read("change/controls.txt")).toBe("layouts/.dev.yaml\nlayouts/.old/dev.yaml\n");
});

test("a layout can be a folder, of which each file is shown by the review", () => {
  const { read } = copy(
    begin(() => {
      for (const name of ["layouts/dev.yaml", "layouts/run.sh", "layouts2/dev.yaml"]) write(name);
    }),
    { layout: "./layouts/" },
  );
  expect(read("change/controls.txt")).toBe("layouts/run.sh\nlayouts2/dev.yaml\n");
});

test.each([
  "",
  "\n",
  "dev\n",
  "access/dev production\n",
  "access/..\n",
  "../dev\n",
  "a/b/c\n",
  "access/$(id)\n",
  "a/--cwd=x\n",
])("refuses the list of stacks %j of the base", (stacks) => {
  const change = begin(() => undefined, stacks);
  expect(() => copy(change)).toThrow("Write one stack on each line of stacks.txt, such as access/dev.");
});

test.each(["base", "change"])(
  "refuses stacks of several projects in the %s, because Pulumi runs in one folder",
  (side) => {
    const several = "access/dev\nshop/production\naccess/production\n";
    const change = begin(
      () => {
        write("stacks.txt", side === "base" ? "access/dev\n" : several);
      },
      side === "base" ? several : undefined,
    );
    expect(() => copy(change)).toThrow(
      "stacks.txt contains stacks of several projects: access and shop. List only the stacks of the project in Pulumi.yaml.",
    );
  },
);

test("refuses a change that adds an option to the list of stacks", () => {
  const change = begin(() => {
    write("stacks.txt", "access/dev\naccess/--cwd=x\n");
  });
  expect(() => copy(change)).toThrow("Write one stack on each line");
});

test.each(["stacks.txt", "access-rules.yaml"])("refuses a change that removes %s, and a base without it", (file) => {
  const change = begin(() => {
    unlinkSync(join(folder, "checkout", file));
  });
  expect(() => copy(change)).toThrow(`The change removes ${file}. Keep this file.`);
  const { checkout } = change;
  expect(() => copy({ base: checkout.resolve("HEAD"), checkout })).toThrow(
    `The base of the change contains no ${file}.`,
  );
});

test("refuses rules that are no text, because a replaced byte could change a rule", () => {
  const change = begin(() => undefined);
  writeFileSync(join(folder, "checkout/access-rules.yaml"), Buffer.from([0x72, 0xff]));
  commit();
  expect(() => copy(change)).toThrow("access-rules.yaml is not UTF-8. Save the file as UTF-8.");
});

test("a conflict with the base names the file and the remedy", () => {
  const { checkout } = begin(() => {
    write("layout.yaml", "change\n");
  });
  git("switch", "--quiet", "--detach", "HEAD^");
  write("layout.yaml", "other\n");
  const other = commit();
  git("switch", "--quiet", "main");
  expect(() => {
    checkout.merge(other);
  }).toThrow(/^The branch cannot be merged with its base: .*CONFLICT .*layout\.yaml.* Merge the base into the branch/);
});

test("refuses a symbolic link and a submodule, which lead out of the checkout", () => {
  const { checkout } = begin(() => {
    unlinkSync(join(folder, "checkout/layout.yaml"));
    symlinkSync("/proc/self/environ", join(folder, "checkout/layout.yaml"));
  });
  expect(() => {
    checkout.rejectLinks(undefined);
  }).toThrow("The repository contains a symbolic link or a submodule: layout.yaml.");
  unlinkSync(join(folder, "checkout/layout.yaml"));
  write("layout.yaml");
  git("add", "--all");
  git("update-index", "--add", "--cacheinfo", `160000,${checkout.resolve("HEAD")},module`);
  git("commit", "--quiet", "--message", "Change");
  expect(() => {
    checkout.rejectLinks(undefined);
  }).toThrow("The repository contains a symbolic link or a submodule: module.");
});

test("a path that the pipeline writes is refused", () => {
  const { checkout } = begin(() => {
    write("artifacts/prepared.json");
  });
  expect(() => {
    checkout.rejectLinks("artifacts");
  }).toThrow("The repository contains the path artifacts, which the pipeline writes.");
});

test("a name of a branch and a tag is no base", () => {
  const { checkout } = begin(() => undefined);
  git("branch", "both", "HEAD");
  git("tag", "both", "HEAD^");
  expect(() => checkout.resolve("both")).toThrow("both is not exactly one commit of the checkout.");
});

test("a revision is no option, and a missing one is an error with a remedy", () => {
  const { checkout } = begin(() => undefined);
  expect(checkout.find("--help")).toBeUndefined();
  expect(() => checkout.resolve("0".repeat(40))).toThrow("Fetch the whole history before `peridio-gitops ci`");
});
