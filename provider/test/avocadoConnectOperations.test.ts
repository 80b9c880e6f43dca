import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { findUnmet } from "#framework/definitions";
import { getTypeName } from "#framework/messages";
import { functions } from "../src/functions";
import { resources } from "../src/resources";
import { unreachablePeridio } from "./support/offline";
import { published, publishedDocument } from "./support/published";

const root = join(__dirname, "../..");
const page = "docs/reference/avocado-connect-operations.md";

interface Operation {
  readonly id: string;
  /** The method and path, such as `GET /api/me`. */
  readonly request: string;
}

/** A row of the page's tables. */
interface Row extends Operation {
  readonly decision: string;
  /** True if only Peridio's user guide contains the operation. */
  readonly isOnlyInGuide: boolean;
}

/** The heading of the section with the operations that only Peridio's user guide contains. */
const guideSection = "## Operations of Peridio's user guide";

/** Returns the rows of all tables. A row of another format has no decision. */
function readRows(markdown: string): Row[] {
  const [start, end] = [markdown.indexOf(guideSection), markdown.indexOf("\n## ", markdown.indexOf(guideSection) + 1)];
  return [...markdown.matchAll(/^\|(?! operation | -).*$/gm)].map(({ 0: line, index }) => {
    const [, id = line, request = "", decision = ""] = /^\| `(\S+)` +\| `(\S+ \S+)` +\| (.+?) +\|$/.exec(line) ?? [];
    return { id, request, decision, isOnlyInGuide: start !== -1 && index > start && (end === -1 || index < end) };
  });
}

const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operationSchema = z.looseObject({
  operationId: z.string(),
  /** The sources of an operation of our contract. */
  "x-source": z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((sources) => [sources ?? []].flat()),
});
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** The operations of an OpenAPI document in YAML or JSON. */
function readOperations(document: string): (Operation & { readonly sources: readonly string[] })[] {
  return Object.entries(documentSchema.parse(parse(document)).paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => {
        const { operationId: id, "x-source": sources } = operationSchema.parse(operation);
        return { id, request: `${method.toUpperCase()} ${path}`, sources };
      }),
  );
}

/** Returns an instruction for each difference between the page and a document. */
function compare(rows: readonly Operation[], operations: readonly Operation[]): string[] {
  const documented = new Map(operations.map(({ id, request }) => [id, request]));
  const listed = new Set(rows.map(({ id }) => id));
  const corrections = rows.flatMap(({ id, request }) => {
    const actual = documented.get(id);
    if (actual === undefined) return [`Remove the row of ${id} (${request}): the document has no such operation.`];
    return actual === request ? [] : [`Change the request in the row of ${id} to ${actual}. The row has ${request}.`];
  });
  const additions = operations
    .filter(({ id }) => !listed.has(id))
    .map(
      ({ id, request }) => `Add a row for ${id} (${request}) to ${page}, and decide: used, planned or out of scope?`,
    );
  return [...corrections, ...additions];
}

/** Returns the names in a decision, such as `resource Membership`. */
function readNames({ decision }: Row): string[] {
  return decision.startsWith("out of scope") ? [] : decision.replaceAll("`", "").split(", ");
}

const rows = readRows(readFileSync(join(root, page), "utf8"));
const contract = readOperations(readFileSync(join(root, "api/connect.openapi.yaml"), "utf8"));
const isUsed = ({ decision }: Row) => /^(?:resource|function) /.test(decision);
const isInContract = ({ id }: Row) => contract.some((operation) => operation.id === id);

const api = unreachablePeridio("connect");
/** All resources and functions that Avocado Connect supports, such as `resource Membership`. */
const supported = [["resource", resources] as const, ["function", functions] as const].flatMap(([kind, all]) =>
  all.filter((one) => findUnmet(api, one, {}).length === 0).map((one) => `${kind} ${getTypeName(one)}`),
);

published.describe("the published document", () => {
  test("has the operations, methods and paths of the page", () => {
    const published = rows.filter(({ isOnlyInGuide }) => !isOnlyInGuide);
    expect(compare(published, readOperations(readFileSync(publishedDocument, "utf8")))).toEqual([]);
  });
});

test("a difference names the row to add, remove or change", () => {
  const index = { id: "Group_index", request: "GET /api/groups" };
  const create = { id: "Group_create", request: "POST /api/groups" };
  expect(compare([index, create], [index, create])).toEqual([]);
  expect(compare([index], [index, create])).toEqual([
    `Add a row for Group_create (POST /api/groups) to ${page}, and decide: used, planned or out of scope?`,
  ]);
  expect(compare([index, create], [index])).toEqual([
    "Remove the row of Group_create (POST /api/groups): the document has no such operation.",
  ]);
  expect(compare([create], [{ ...create, request: "PUT /api/groups" }])).toEqual([
    "Change the request in the row of Group_create to PUT /api/groups. The row has POST /api/groups.",
  ]);
  expect(compare([create], [{ ...create, id: "Group_add" }])).toHaveLength(2);
});

test("the page separates the operations that only Peridio's user guide contains", () => {
  const inGuide = rows.filter((row) => row.isOnlyInGuide && isUsed(row)).map(({ id }) => id);
  const sourced = contract.filter(({ sources }) => !sources.includes("peridio"));
  expect(inGuide.sort()).toEqual(sourced.map(({ id }) => id).sort());
  // A decision alone is no source of an operation.
  expect(sourced.filter(({ sources }) => !sources.includes("guide"))).toEqual([]);
});

test("each operation has one row", () => {
  const ids = rows.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("each row has a decision", () => {
  const used = "(?:resource `[A-Z]\\w+`|function `get[A-Z]\\w+`)";
  const planned = "planned `(?:get)?[A-Z]\\w+`";
  const decision = new RegExp(`^(?:${used}(?:, ${used})*|${planned}|out of scope: \\S.{15,})$`);
  const undecided = rows.filter((row) => !decision.test(row.decision));
  expect(undecided.map((row) => `${row.id}: "${row.decision}" is not a decision`)).toEqual([]);
});

test("the page names all resources and functions that Avocado Connect supports, and no others", () => {
  const named = rows.filter(isUsed).flatMap(readNames);
  expect([...new Set(named)].sort()).toEqual([...supported].sort());
});

test("the page has a row for each operation of our contract, and excludes none of them", () => {
  const described = rows.filter(isInContract);
  expect(compare(described, contract)).toEqual([]);
  const excluded = described.filter(({ decision }) => decision.startsWith("out of scope"));
  expect(excluded.map(({ id }) => `${id} is in api/connect.openapi.yaml, but out of scope on the page`)).toEqual([]);
});

test("our contract describes each operation that the page assigns to a resource or function", () => {
  const missing = rows.filter((row) => isUsed(row) && !isInContract(row));
  expect(missing.map(({ id, request }) => `Describe ${id} (${request}) in api/connect.openapi.yaml`)).toEqual([]);
});

test("no operation of our contract is planned for a resource or function that exists", () => {
  const existing = supported.map((name) => name.replace(/^\w+/, "planned"));
  const outdated = rows.filter((row) => isInContract(row) && readNames(row).some((name) => existing.includes(name)));
  expect(outdated.map(({ id, decision }) => `${id} is still ${decision}`)).toEqual([]);
});
