import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { isRecord } from "#framework";
import { kindNames, requirements } from "../src/rules/kinds";
import { accessTest, testedRoles } from "../src/rules/tests/schema";
import { change, type Findings, type Place, placeNames, Places } from "./support/places";

/** All places that judge access rules and tests of access, against the table in `fixtures/verdicts.yaml`. */

const sentence = z.string();
const findings = z.record(z.string(), z.union([sentence.transform((one) => [one]), z.array(sentence)]));
const reasons = z.partialRecord(z.enum(placeNames), z.string());
const row = change.extend({
  finds: findings,
  differs: z
    .array(z.strictObject({ places: z.array(z.enum(placeNames)), because: z.string(), finds: findings }))
    .default([]),
});
const rows = z.record(z.string(), row);
const table = z
  .strictObject({
    unjudged: z.partialRecord(z.enum(kindNames), reasons),
    rules: z.record(z.enum(kindNames), rows),
    tests: rows,
  })
  .parse(parse(readFileSync(join(__dirname, "fixtures/verdicts.yaml"), "utf8")));

type Row = z.output<typeof row>;
type Reasons = z.output<typeof reasons>;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "verdicts-"))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Returns what a place finds: the same as a review, except for the differences of the row. */
function expectFindings(place: Place, row: Row, unjudged: Reasons): Findings {
  if (place in unjudged) return {};
  const usual = omitEmpty(deriveFindings(place, row, unjudged));
  const difference = row.differs.find(({ places }) => places.includes(place))?.finds;
  if (difference === undefined) return usual;
  const found = Object.keys(difference).length === 0 ? {} : omitEmpty({ ...usual, ...difference });
  expect(found).not.toEqual(usual);
  return found;
}

function deriveFindings(place: Place, row: Row, unjudged: Reasons): Findings {
  if (place === "review" || place === "plan") return row.finds;
  if (place === "write") return mapFindings(expectFindings("engine", row, unjudged), () => ["stops"]);
  return mapFindings(row.finds, (found) => found.map((one) => one.replace(/^\(before\) /, "")).sort());
}

function mapFindings(findings: Findings, map: (found: readonly string[]) => readonly string[]): Findings {
  return Object.fromEntries(Object.entries(findings).map(([name, found]) => [name, map(found)]));
}

function omitEmpty(findings: Findings): Findings {
  return Object.fromEntries(Object.entries(findings).filter(([, found]) => found.length > 0));
}

function expectAll(all: Readonly<Partial<Record<Place, Findings>>>, row: Row, unjudged: Reasons = {}): void {
  const places = placeNames.filter((place) => all[place] !== undefined);
  // An audit says why it does not judge a rule.
  const omitReason = (place: Place) =>
    mapFindings(all[place] ?? {}, (found) => found.filter((one) => one !== `${unjudged[place] ?? ""}.`));
  expect(Object.fromEntries(places.map((place) => [place, omitEmpty(omitReason(place))]))).toEqual(
    Object.fromEntries(places.map((place) => [place, expectFindings(place, row, unjudged)])),
  );
}

describe.each(kindNames)("%s", (kind) => {
  test.each(Object.entries(table.rules[kind]))("%s", async (_, row) => {
    await Places.use(folder, row, async (places) => {
      expectAll(await places.judgeRules(Object.keys(row.finds)), row, table.unjudged[kind]);
    });
  });
});

describe("tests of access", () => {
  test.each(Object.entries(table.tests))("%s", async (_, row) => {
    await Places.use(folder, row, async (places) => {
      expectAll(await places.judgeTests(Object.keys(row.finds)), row);
    });
  });
});

/** Returns the keys and words of a schema. Other tests cover patterns and roles. */
function listOptions(schema: unknown): readonly string[] {
  if (!isRecord(schema)) return Array.isArray(schema) ? schema.flatMap(listOptions) : [];
  const { properties, enum: words, const: word } = schema;
  const keys = isRecord(properties) ? Object.keys(properties) : [];
  const own = z
    .array(z.string())
    .parse([keys, words ?? [], word ?? []].flat().filter((one) => typeof one === "string"));
  const nested = isRecord(properties) ? Object.values(properties) : [];
  return [...own, ...[...nested, ...Object.values(schema)].flatMap(listOptions)].filter((one) => !covered.has(one));
}

const covered = new Set(["like", "except", "listed", ...testedRoles]);
const ofAccess = accessTest.omit({ severity: true, existing: true, because: true });

test.each([
  ...kindNames.map((kind) => [kind, requirements[kind], table.rules[kind]] as const),
  ["tests of access", ofAccess, table.tests] as const,
])("the rows contain every option of %s, and find something and nothing", (_, schema, rows) => {
  const found = Object.values(rows).flatMap(({ finds }) => Object.entries(finds));
  const names = found.map(([name]) => name).join();
  const options = listOptions(z.toJSONSchema(schema, { io: "input" }));
  expect(options.filter((option) => !new RegExp(`\\b${option}\\b`).test(names))).toEqual([]);
  expect(new Set(found.map(([, sentences]) => sentences.length > 0))).toEqual(new Set([true, false]));
});
