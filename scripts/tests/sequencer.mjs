import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import TestSequencer from "@jest/test-sequencer";

const root = join(import.meta.dirname, "../..");
/** The seconds that test files took when `times.mjs --record` ran. Only files that took more than a second. */
const seconds = JSON.parse(readFileSync(join(import.meta.dirname, "seconds.json"), "utf8"));

/** Begins with the longest test files, and divides the files into shards of about equal time. */
export default class Sequencer extends TestSequencer {
  sort(tests) {
    return tests.toSorted((one, other) => getSeconds(other) - getSeconds(one) || compare(one.path, other.path));
  }

  shard(tests, { shardIndex, shardCount }) {
    const shards = Array.from({ length: shardCount }, () => ({ seconds: 0, tests: [] }));
    for (const test of this.sort(tests)) {
      const [shortest] = shards.toSorted((one, other) => one.seconds - other.seconds);
      shortest.tests.push(test);
      shortest.seconds += getSeconds(test);
    }
    return shards[shardIndex - 1].tests;
  }
}

function getSeconds({ path }) {
  return seconds[relative(root, path)] ?? (path.endsWith(".nightly.test.ts") ? 60 : 1);
}

function compare(one, other) {
  return one < other ? -1 : 1;
}
