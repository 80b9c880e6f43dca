/**
 * The kinds of tests, by the names of their files. The first pattern that matches decides. `seconds` is the budget of CPU
 * time of a kind in `make test`, on the machine of `calibration.mjs`. Nightly tests have no budget.
 */
export const kinds = [
  { name: "nightly", pattern: /\.nightly\.test\.ts$/ },
  { name: "end to end", pattern: /\.e2e\.test\.ts$/, seconds: 390 },
  { name: "pages", pattern: /\.page\.test\.ts$/, seconds: 30 },
  { name: "histories", pattern: /^provider\/test\/property\//, seconds: 45 },
  { name: "lifecycle", pattern: /^provider\/test\/lifecycle\//, seconds: 125 },
  { name: "others", pattern: /./, seconds: 350 },
];

/** Returns the kind of a test file, whose path begins in the repository. */
export function findKind(path) {
  return kinds.find(({ pattern }) => pattern.test(path));
}
