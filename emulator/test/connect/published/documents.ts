import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { z } from "zod";
import { testsWith } from "#testing";
import { connect } from "../../../src/apis/connect/api";

const sources = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((source) => [source ?? []].flat());

const schemaShape = z.looseObject({
  type: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((type) => (type === undefined ? undefined : [type].flat())),
  nullable: z.boolean().default(false),
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).default([]),
  "x-source": sources,
});

/** A schema of OpenAPI 3.0 or 3.1 with unresolved references. */
export type Schema = z.infer<typeof schemaShape>;

const parameterShape = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: z.unknown(),
  "x-source": sources,
});

const bodyShape = z.object({
  required: z.boolean().default(false),
  content: z.object({ "application/json": z.object({ schema: z.unknown() }) }),
});

const responseShape = z.object({
  "x-source": sources,
  content: z
    .object({
      "application/json": z.object({
        schema: z.unknown(),
        example: z.unknown().optional(),
        examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
      }),
    })
    .optional(),
});

const methods = ["get", "post", "put", "patch", "delete"] as const;

export interface Operation {
  readonly id: string;
  /** The method and path, such as `GET /api/me`. */
  readonly route: string;
  readonly parameters: readonly z.infer<typeof parameterShape>[];
  readonly body: z.infer<typeof bodyShape> | undefined;
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Response {
  readonly sources: readonly string[];
  /** Undefined without a body. */
  readonly schema: unknown;
  readonly examples: readonly unknown[];
}

const nodeShape = z.record(z.string(), z.unknown());

/** An OpenAPI document that can be compared with another. */
export class ApiDocument {
  readonly root: Readonly<Record<string, unknown>>;

  constructor(document: unknown) {
    this.root = nodeShape.parse(document);
  }

  /** Reads a document in YAML or JSON. */
  static read(file: string): ApiDocument {
    return new ApiDocument(parse(readFileSync(file, "utf8")));
  }

  /** Resolves a reference and adds the properties beside it. */
  resolve(node: unknown): Readonly<Record<string, unknown>> {
    const { $ref, ...siblings } = nodeShape.parse(node);
    if (typeof $ref !== "string") return siblings;
    const steps = $ref.split("/").slice(1);
    const target = steps.reduce<unknown>((at, step) => nodeShape.parse(at)[step], this.root);
    const referenced = this.resolve(target);
    // The reference and its target can have different sources.
    const sources = [referenced, siblings].flatMap((part) => part["x-source"] ?? []);
    return { ...referenced, ...siblings, ...(sources.length > 0 && { "x-source": sources }) };
  }

  /** Resolves a schema and merges its `allOf`. */
  schema(node: unknown): Schema {
    const { allOf, ...own } = schemaShape.parse(this.resolve(node));
    return allOf
      .map((part) => this.schema(part))
      .reduce(
        (whole, part) => ({
          ...part,
          ...whole,
          type: whole.type ?? part.type,
          enum: whole.enum ?? part.enum,
          required: [...part.required, ...whole.required],
          properties: { ...part.properties, ...whole.properties },
        }),
        { ...own, allOf: [] },
      );
  }

  get operations(): Operation[] {
    return Object.entries(nodeShape.parse(this.root.paths)).flatMap(([path, item]) => {
      const { parameters: shared = [], ...rest } = this.resolve(item);
      return methods.flatMap((method) => {
        const node = rest[method];
        return node === undefined ? [] : [this.#operation(`${method.toUpperCase()} ${path}`, node, shared)];
      });
    });
  }

  #operation(route: string, node: unknown, shared: unknown): Operation {
    const { operationId, parameters = [], requestBody, responses } = this.resolve(node);
    return {
      id: z.string().parse(operationId),
      route,
      parameters: [shared, parameters]
        .flatMap((list) => z.array(z.unknown()).parse(list))
        .map((parameter) => parameterShape.parse(this.resolve(parameter))),
      body: requestBody === undefined ? undefined : bodyShape.parse(this.resolve(requestBody)),
      responses: this.responses(responses),
    };
  }

  /** From a status, or a name, to what is answered. */
  responses(node: unknown): Record<string, Response> {
    const entries = Object.entries(nodeShape.parse(node)).map(([status, response]) => {
      const { content, "x-source": of } = responseShape.parse(this.resolve(response));
      const { schema, example, examples = {} } = content?.["application/json"] ?? {};
      const given = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
      return [status, { sources: of, schema, examples: given }] as const;
    });
    return Object.fromEntries(entries);
  }
}

// To compare our document with a copy of the published one, run:
// PERIDIO_CONNECT_OPENAPI=FILE npx jest --testPathPatterns connect/published
const file = process.env.PERIDIO_CONNECT_OPENAPI ?? "";

/** Declares tests that compare something with the published document. */
export const describePublished = testsWith(
  "a copy of Peridio's document of Avocado Connect. PERIDIO_CONNECT_OPENAPI contains its path",
  file !== "",
).describe;
export const ours = ApiDocument.read(connect.documentPath);
/** The published document. */
export const theirs = file === "" ? ours : ApiDocument.read(file);

/** Our operations with the published ones of the same name. */
export const pairs = ours.operations.map((our) => {
  const their = theirs.operations.find(({ id }) => id === our.id);
  return [our.id, our, their ?? fail(`${our.id} is not published`)] as const;
});

/** The published responses that operations share, by name. */
export const sharedResponses = theirs.responses(theirs.resolve(theirs.root.components).responses ?? {});

/** Creates a function that lists deviations from a schema of the published document. */
export function createPublishedValidator(schema: unknown): (value: unknown) => string[] {
  const validate = addFormats(new Ajv({ allErrors: true, strict: false })).compile({
    ...theirs.resolve(schema),
    components: theirs.root.components,
  });
  return (value) => {
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = "is wrong" }) => `${instancePath} ${message}`);
  };
}

/** Creates a function that validates values against a schema of our document. */
export function createOwnValidator(schema: unknown): (value: unknown) => boolean {
  const validate = addFormats(new Ajv2020({ strict: false })).compile({
    ...ours.resolve(schema),
    components: ours.root.components,
  });
  return (value) => validate(value);
}

export function isSuccess(status: string): boolean {
  return status.startsWith("2");
}

export function fail(reason: string): never {
  throw new Error(reason);
}
