import { readFileSync } from "node:fs";
import * as z from "zod";
import { getTypeName } from "#framework/messages";
import { resources } from "#provider";
import type { ObjectEffect } from "./property";
import { kinds, liveTypes, objectTypes, rows, type SettingSection, sections } from "./rows";

/** The resources whose changes a review only lists, and for which it requires approval. */
const listed: readonly string[] = [
  // Such as "Device".
];

test("each resource of the provider has a row in a file of gitops/src/objects, or is listed", () => {
  expect([...Object.keys(rows), ...listed].sort()).toEqual(resources.map(getTypeName).sort());
});

test("an effect without a risk states the reason", () => {
  // `tsc` reports the line that has no error.
  const effects: readonly ObjectEffect[] = [
    { words: "created", risks: ["issuesToken"] },
    { words: "created", risks: [], whyNoRisk: "It gives nobody access." },
    // @ts-expect-error -- the reason is missing
    { words: "created", risks: [] },
  ];
  expect(effects).toHaveLength(3);
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

const properties = z.record(z.string(), z.object({ secret: z.boolean().default(false) }));
const schema = z.object({
  resources: z.record(z.string(), z.object({ properties, inputProperties: properties.default({}) })),
});
const { resources: described } = schema.parse(JSON.parse(readFileSync("schema.json", "utf8")));

test.each(kinds)("each output of %s has a row in drift, or a reason why it has none", (kind) => {
  const { properties = {}, inputProperties = {} } = described[`peridio:index:${kind}`] ?? {};
  const outputs = Object.keys(properties).filter((name) => !(name in inputProperties));
  expect([...rows[kind].outputs].sort()).toEqual(outputs.sort());
});

test("each live object whose resource has a secret output says so", () => {
  // An export then does not offer an import that lacks the secret.
  for (const { kind, showsSecretOnce } of objectTypes.map((type) => liveTypes[type])) {
    const outputs = Object.values(described[`peridio:index:${kind}`]?.properties ?? {});
    expect([kind, showsSecretOnce]).toEqual([kind, outputs.some(({ secret }) => secret)]);
  }
});
