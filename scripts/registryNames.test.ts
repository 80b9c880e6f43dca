import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { releases } from "./release/installation";

/**
 * Our packages have names that anyone could register in a public registry. No document, example or template installs them by such
 * a name, and no command installs the plugin without its archive or its checksum. Go's names contain the address of the repository.
 */

const packages =
  "pulumi[-_]peridio|pulumi[-_]resource[-_]peridio|peridio[-_]gitops|peridio[-_]emulator|peridio[-_]tools";

const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "a package by its name",
    new RegExp(
      `\\b(npm|npx|pnpm|yarn|bunx?|deno|pipx?3?|uvx?|poetry|conda)\\b[^\\n\`|]*[\\s"'](${packages})(\\[\\w+\\])?(?=[@=<>~!"'\`|;)]|\\s(?!@ )|$)`,
      "m",
    ),
  ],
  [
    "a page of a registry",
    new RegExp(`(npmjs\\.com/package|pypi\\.org/project|unpkg\\.com|jsdelivr\\.net/npm)/(${packages})`),
  ],
  ["a plugin without its archive or checksum", /pulumi plugin install resource peridio(?![^\n`]*(--file|--checksum) )/],
  ["a package of Pulumi without its server", /pulumi package add peridio(?![^\n`]* --server )/],
];

/** Returns the kinds of names in a file that anyone could register. */
function findNames(file: string, text: string): string[] {
  const found = forbidden.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
  const ours = new RegExp(`^(${packages})$`);
  if (basename(file) === "package.json") {
    for (const [, name = "", version = ""] of text.matchAll(/^\s*"([\w/@-]+)": "([^"]*)"/gm))
      if (ours.test(name) && !version.startsWith("file:") && !version.startsWith(`${releases}/download/`))
        found.push(`${name} from npm`);
  }
  if (/requirements.*\.txt$/.test(file)) {
    for (const line of text.split("\n")) {
      const [name = "", source = ""] = line.split(/\s*(@ .*|[=<>~!;[].*|\s.*)/);
      if (ours.test(name) && !source.startsWith(`@ ${releases}/download/`)) found.push(`${name} from PyPI`);
    }
  }
  return found;
}

test("no document, example, template or message installs a package of this project by a name in a registry", () => {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  })
    .split("\0")
    .filter((file) => /\.(md|ya?ml|json|txt|ts|mjs|html|py|go)$|(^|\/)Makefile$/.test(file))
    .filter((file) => !/\.test\.ts$|package-lock\.json$/.test(file));
  const found = files.map((file) => [file, findNames(file, readFileSync(file, "utf8"))] as const);
  expect(files.length).toBeGreaterThan(1000);
  expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
});

test.each([
  ["a.md", "npm install --global peridio-gitops@0.1.0"],
  ["a.md", "| `npm install pulumi-peridio` |"],
  ["a.yml", "- run: npx --yes peridio-gitops review"],
  ["a.md", "npm install @pulumi/pulumi pulumi-resource-peridio"],
  ["a.md", "pip install pulumi_peridio"],
  ["a.md", 'pip install "pulumi-peridio>=0.1"'],
  ["a.md", "[npm](https://www.npmjs.com/package/pulumi-peridio)"],
  ["a.md", "[PyPI](https://pypi.org/project/pulumi-peridio/)"],
  ["a.md", "pulumi plugin install resource peridio 0.1.0"],
  ["a.md", "`pulumi plugin install resource peridio 0.1.0 --server https://plugins.acme.example`"],
  ["a.md", "pulumi package add peridio@0.1.0"],
  ["a/package.json", '  "pulumi-peridio": "^0.1.0"'],
  ["requirements.txt", "pulumi_peridio>=0.1.0"],
  ["requirements.txt", "pulumi_peridio @ https://pypi.acme.example/pulumi_peridio.whl"],
])("in %s, %s is such a name", (file, text) => {
  expect(findNames(file, text)).toHaveLength(1);
});

test.each([
  ["a.md", "npm install ./pulumi-peridio-0.1.0.tgz"],
  ["a.md", 'npm install --install-links "$PERIDIO_CHECKOUT/sdk/nodejs"'],
  ["a.md", "pulumi plugin install resource peridio 0.1.0 --file ARCHIVE"],
  ["a/package.json", `  "pulumi-peridio": "${releases}/download/v0.1.0/pulumi-peridio-0.1.0.tgz"`],
  ["a/package.json", '  "name": "pulumi-peridio"'],
  ["requirements.txt", `pulumi_peridio @ ${releases}/download/v0.1.0/pulumi_peridio.whl`],
])("in %s, %s is no such name", (file, text) => {
  expect(findNames(file, text)).toEqual([]);
});
