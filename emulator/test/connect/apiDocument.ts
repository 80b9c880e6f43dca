import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { connect } from "../../src/apis/connect/api";

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
  content: z.object({ "application/json": z.object({ schema: z.unknown(), example: z.unknown().optional() }) }),
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
  /** The sources of the operation; empty in a document without them. */
  readonly sources: readonly string[];
  /** The roles that can send the request, which only our document names. */
  readonly requiredRoles: readonly string[];
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
    const { operationId, parameters = [], requestBody, responses, "x-required-role": roles = [] } = this.resolve(node);
    return {
      id: z.string().parse(operationId),
      route,
      sources: sources.parse(this.resolve(node)["x-source"]),
      requiredRoles: z.array(z.string()).parse(roles),
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

export const ours = ApiDocument.read(connect.documentPath);
