import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCompanions } from "./installed";
import { isFresh, listPinnedComponents } from "./component";

const tools = join(__dirname, "../../tools");

test("a file is fresh if it exists and its recipe is equal", () => {
  expect(isFresh(__filename, "recipe", "recipe")).toBe(true);
  expect(isFresh(__filename, "another", "recipe")).toBe(false);
  expect(isFresh(__filename, undefined, "recipe")).toBe(false);
  expect(isFresh(`${__filename}.gone`, "recipe", "recipe")).toBe(false);
});

test("the built components are those of a complete installation", () => {
  const names = listPinnedComponents(tools, { version: "go1.26.0" }).map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(["pulumi", ...listCompanions()]));
});

test("a script that cannot be made is a rejection", async () => {
  const copy = mkdtempSync(join(tmpdir(), "tools-"));
  cpSync(tools, copy, { recursive: true });
  appendFileSync(join(copy, "pulumi/go.mod"), "no directive\n");
  const script = listPinnedComponents(copy, { version: "go1.26.0" }).find(({ name }) => name.endsWith("-exec"));
  const made = script?.make(join(copy, "script"), () => undefined);
  await expect(made).rejects.toThrow("go mod download");
  rmSync(copy, { recursive: true });
});

test("another version of Go changes the recipes of compiled components only", () => {
  const older = listPinnedComponents(tools, { version: "go1.26.0" });
  const newer = listPinnedComponents(tools, { version: "go1.26.1" });
  const changed = newer.filter(({ recipe }, index) => recipe !== older[index]?.recipe).map(({ name }) => name);
  expect(changed).toEqual(newer.map(({ name }) => name).filter((name) => !/-exec$|-resource-/.test(name)));
});
