import { getTypeName } from "#framework";
import { resources } from "#provider";
import { rows } from "./rows";

/** The resources whose changes a review only lists, and for which it requires approval. */
const listed: readonly string[] = [
  // Such as "Device".
];

test("each resource of the provider has a row in gitops/src/objects/rows.ts, or is listed", () => {
  expect([...Object.keys(rows), ...listed].sort()).toEqual(resources.map(getTypeName).sort());
});
