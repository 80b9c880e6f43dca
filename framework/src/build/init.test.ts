import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { initProvider } from "./init";

const folder = mkdtempSync(join(tmpdir(), "init-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (file: string) => readFileSync(join(folder, file), "utf8");

test("writes a provider with its name in all forms", () => {
  const written = initProvider("my-service", join(folder, "new"));
  expect(written).toEqual([
    ".github/workflows/test.yml",
    "README.md",
    "client.ts",
    "example/Pulumi.yaml",
    "fakeService.ts",
    ".gitignore",
    "package.json",
    "provider.test.ts",
    "provider.ts",
    "tsconfig.json",
  ]);
  const texts = written.map((file) => read(`new/${file}`)).join("");
  expect(texts).not.toMatch(/acme/i);
  for (const word of [
    '"my-service:index:Project"',
    "MY_SERVICE_API_KEY",
    'displayName: "My Service"',
    '"pulumi-provider-kit/http"',
  ])
    expect(texts).toContain(word);
});

test("writes into an empty Git repository", () => {
  mkdirSync(join(folder, "cloned/.git"), { recursive: true });
  initProvider("acme", join(folder, "cloned"));
  expect(readdirSync(join(folder, "cloned"))).toContain("provider.ts");
});

test("refuses a folder with files", () => {
  mkdirSync(join(folder, "used"));
  writeFileSync(join(folder, "used/notes.txt"), "");
  expect(() => initProvider("acme", join(folder, "used"))).toThrow(
    /is not empty: it contains notes\.txt\. Choose a new/,
  );
  expect(readdirSync(join(folder, "used"))).toEqual(["notes.txt"]);
});

test.each([
  "Acme",
  "1password",
  "my_service",
  "my--service",
  "a-",
  "@acme/things",
  "../acme",
  "",
  "a".repeat(101),
  "pulumi",
])("refuses the name %j", (name) => {
  expect(() => initProvider(name, join(folder, "refused"))).toThrow(/not a valid name|reserves the name/);
  expect(readdirSync(folder)).not.toContain("refused");
});

test("the template requires the versions of this package", () => {
  const names = z.record(z.string(), z.string());
  const parse = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "../..", file), "utf8"));
  const { version, peerDependencies } = z
    .object({ version: z.string(), peerDependencies: names })
    .parse(parse("package.json"));
  const { dependencies } = z.object({ dependencies: names }).parse(parse("template/manifest.json"));
  expect(dependencies).toEqual({ ...peerDependencies, "pulumi-provider-kit": `^${version}` });
});
