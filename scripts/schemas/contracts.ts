/** The read requests of both contracts, for `peridio-gitops doctor`: the forms of their responses, and the source of each fact. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const files = { "admin-v2": "api/admin-v2.openapi.yaml", connect: "api/connect.openapi.yaml" };

const response = z.looseObject({
  content: z.object({ "application/json": z.looseObject({ schema: z.unknown() }) }).optional(),
});

const sources = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const operation = z.looseObject({
  operationId: z.string(),
  "x-required-role": z.array(z.string()),
  "x-source": sources.optional(),
  parameters: z.array(z.looseObject({ $ref: z.string().optional(), name: z.string().optional() })).default([]),
  responses: z.record(z.string(), z.unknown()),
});

const document = z.looseObject({
  paths: z.record(z.string(), z.looseObject({ get: operation.optional() })),
  components: z.looseObject({
    schemas: z.record(z.string(), z.unknown()),
    responses: z.looseObject({ "not-found": response }),
  }),
});

const node = z.record(z.string(), z.unknown());

/** The keywords of a schema that the comparison uses. Examples and descriptions are left out. */
const keywords = ["type", "properties", "required", "items", "enum", "const", "format", "pattern", "allOf", "oneOf"];

type Json = Readonly<Record<string, unknown>>;

/** The contracts by API. */
export const contracts: Readonly<Record<string, Json>> = Object.fromEntries(
  Object.entries(files).map(([backend, file]) => [backend, reduce(readFileSync(file, "utf8"))]),
);

function reduce(text: string): Json {
  const { paths, components } = document.parse(parse(text));
  const operations = Object.entries(paths).flatMap(([path, { get }]) => {
    if (get === undefined) return [];
    const { content } = response.parse(get.responses["200"]);
    return [
      {
        id: get.operationId,
        path,
        roles: get["x-required-role"],
        sources: get["x-source"] ?? [],
        hasPages: get.parameters.some(({ $ref = "", name = "" }) => /(?:^|\/)limit$/.test($ref) || name === "limit"),
        response: simplify(content?.["application/json"].schema),
      },
    ];
  });
  return {
    operations,
    notFound: simplify(components.responses["not-found"].content?.["application/json"].schema),
    schemas: mapValues(components.schemas, simplify),
  };
}

function simplify(schema: unknown): Json {
  const { $ref, "x-source": source, ...rest } = node.parse(schema);
  const kept = Object.fromEntries(
    Object.entries(rest)
      .filter(([name]) => keywords.includes(name))
      .map(([name, value]) => [name, simplifyKeyword(name, value)]),
  );
  return {
    ...(typeof $ref === "string" && { ref: $ref.slice($ref.lastIndexOf("/") + 1) }),
    ...kept,
    ...(source !== undefined && { sources: sources.parse(source) }),
  };
}

function simplifyKeyword(name: string, value: unknown): unknown {
  if (name === "properties") return mapValues(node.parse(value), simplify);
  if (name === "items") return simplify(value);
  if (name === "allOf" || name === "oneOf") return z.array(z.unknown()).parse(value).map(simplify);
  return value;
}

function mapValues(object: Json, change: (value: unknown) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
