import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const root = join(__dirname, "../..");

/** Divides files into shards, as Jest does. */
function divide(paths: readonly string[], count: number): readonly (readonly string[])[] {
  const script = `
    const { default: Sequencer } = await import("./scripts/tests/sequencer.mjs");
    const tests = JSON.parse(process.argv[1]).map((path) => ({ path }));
    const shards = Array.from({ length: ${count} }, (_, index) => ({ shardIndex: index + 1, shardCount: ${count} }));
    console.log(JSON.stringify(shards.map((shard) => new Sequencer().shard(tests, shard).map(({ path }) => path))));
  `;
  const args = ["--input-type=module", "--eval", script, JSON.stringify(paths.map((path) => join(root, path)))];
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const shards = z.array(z.array(z.string())).parse(JSON.parse(output));
  return shards.map((shard) => shard.map((path) => path.slice(root.length + 1)));
}

test.each([1, 2, 3])("%s shards contain each file once, also files that nobody has measured", (count) => {
  const slow = Object.keys(
    z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(join(__dirname, "seconds.json"), "utf8"))),
  );
  const files = [...slow, "provider/new.test.ts", "provider/new.e2e.test.ts", "provider/new.nightly.test.ts"];
  const shards = divide(files, count);
  expect(shards.flat().sort()).toEqual(files.sort());
  expect(shards).toHaveLength(count);
});

test("the shards of a workflow are all shards", () => {
  const workflow = readFileSync(join(root, ".github/workflows/test.yml"), "utf8");
  const [, commands = ""] = /command: \[(.*)\]/.exec(workflow) ?? [];
  const shards = [...commands.matchAll(/make test SHARD=(\d+)\/(\d+)/g)].map(([, index, count]) => [
    Number(index),
    Number(count),
  ]);
  expect(shards.length).toBeGreaterThan(1);
  expect(shards).toEqual(shards.map((_, index) => [index + 1, shards.length]));
});
