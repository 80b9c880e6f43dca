import process from "node:process";

/** The CPU time of the loop, in milliseconds, on the machine for which the budgets of `kinds.mjs` hold. */
export const referenceMilliseconds = 3;

/**
 * Returns the CPU time of a constant piece of work, in milliseconds. A machine that is twice as slow, or whose other programs slow it down,
 * takes about twice as long for this and for the tests.
 */
export function measureLoop() {
  const before = process.cpuUsage();
  for (let round = 0; round < 40; round += 1) work(round);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Does what most tests do most: it makes, prints, reads and sorts small objects. */
function work(round) {
  const objects = Array.from({ length: 60 }, (_, index) => ({
    name: `object-${index * round}`,
    values: [index, round],
    isSet: true,
  }));
  const read = JSON.parse(JSON.stringify(objects));
  return new Map(read.sort((one, other) => (one.name < other.name ? -1 : 1)).map((one) => [one.name, one]));
}
