import { getTypeName } from "#framework";
import { resources } from "#provider";
import { kinds, liveTypes, objectTypes, rows, type SettingSection, sections } from "./rows";

/** The resources whose changes a review only lists, and for which it requires approval. */
const listed: readonly string[] = [
  // Such as "Device".
];

test("each resource of the provider has a row in a file of gitops/src/objects, or is listed", () => {
  expect([...Object.keys(rows), ...listed].sort()).toEqual(resources.map(getTypeName).sort());
});

test("each object is in a section of reviews", () => {
  // A section that reviews do not know is also a type error.
  const used: readonly SettingSection[] = kinds.flatMap((kind) => rows[kind].object?.section ?? []);
  expect(used.filter((section) => !sections.includes(section))).toEqual([]);
});

test("each live object is in an organization or in a project", () => {
  // An export counts the objects of these parents.
  for (const { kind, parent } of objectTypes.map((type) => liveTypes[type]))
    expect([kind, Object.keys(rows[kind].allInputs)]).toEqual([kind, expect.arrayContaining([`${parent}Id`])]);
});
