import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./support/cli";

const root = join(__dirname, "../..");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peridio-sdk-"));
  await mkdir(join(folder, "elsewhere/nodejs/package"), { recursive: true });
  await writeFile(join(folder, "elsewhere/nodejs/package/index.js"), "");
});
afterEach(async () => {
  expect(await readdir(join(folder, "elsewhere/nodejs"), { recursive: true })).toEqual(["package", "package/index.js"]);
  await rm(folder, { recursive: true });
});

/** Generates the SDK for Node.js in the folder `sdk`, as `make sdk` does. */
const generate = () =>
  run(
    "go",
    ["run", "-buildvcs=false", "./sdkgen", join(root, "schema.json"), join(folder, "sdk"), "nodejs"],
    join(root, "tools/codegen"),
  );

test("a new SDK replaces the former one, and keeps installed packages and the targets of links", async () => {
  await mkdir(join(folder, "sdk/nodejs/types"), { recursive: true });
  await writeFile(join(folder, "sdk/nodejs/types/former.ts"), "");
  for (const link of ["node_modules", "bin"])
    await symlink(join(folder, "elsewhere/nodejs"), join(folder, "sdk/nodejs", link));
  expect(await generate()).toMatchObject({ code: 0 });
  const files = await readdir(join(folder, "sdk/nodejs"), { recursive: true });
  expect(files).toEqual(expect.arrayContaining(["organization.ts", "node_modules"]));
  expect(files.filter((file) => /former|bin/.test(file))).toEqual([]);
});

test.each([
  ["the folder of all SDKs", "elsewhere", "sdk"],
  ["the folder of one SDK", "elsewhere/nodejs", "sdk/nodejs"],
])("the generator rejects a link in place of %s", async (_, target, link) => {
  if (link.includes("/")) await mkdir(join(folder, "sdk"));
  await symlink(join(folder, target), join(folder, link));
  const { code, stderr } = await generate();
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${join(folder, link)} is a link to another folder`)]);
});
