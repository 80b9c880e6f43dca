import { readFileSync } from "node:fs";
import { join } from "node:path";
import { satisfies } from "semver";
import * as z from "zod";

const names = z.record(z.string(), z.string());
const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, file), "utf8"));
const kit = z.object({ exports: names, dependencies: names, peerDependencies: names }).parse(read("../package.json"));
const repository = z.object({ imports: names }).parse(read("../../package.json"));

/** Returns the source of a file of the package. */
const sourceOf = (file: string) => file.replace("./dist/", "./src/").replace(/\.js$/, ".ts");

test("this repository imports each entry of the package by the same name, and no other part of it", () => {
  const entries = Object.entries(kit.exports).filter(([entry]) => entry !== "./package.json");
  const published = entries.map(([entry, file]) => [`#framework${entry.slice(1)}`, sourceOf(file)]);
  const imported = Object.entries(repository.imports).flatMap(([name, file]) => {
    const inside = file.replace("./framework/", "./");
    return inside.startsWith("./src/") && inside !== file ? [[name, inside]] : [];
  });
  expect(imported.sort()).toEqual(published.sort());
});

test("the package accepts the versions of its dependencies with which its tests run", () => {
  const accepted = Object.entries({ ...kit.dependencies, ...kit.peerDependencies });
  const installed = z.object({ version: z.string() });
  const wrong = accepted.filter(([name, range]) => {
    const { version } = installed.parse(read(`../../node_modules/${name}/package.json`));
    return !satisfies(version, range);
  });
  expect(accepted.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});
