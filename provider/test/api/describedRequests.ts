import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { z } from "zod";
import type { LoggedRequest } from "../../../emulator/src";

const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({}),
});

const operation = z.looseObject({
  operationId: z.string(),
  requestBody: z.unknown().optional(),
  parameters: z
    .array(
      z
        .union([z.object({ $ref: z.string() }), z.object({ name: z.string(), in: z.string() })])
        .transform((one) => ("$ref" in one ? (one.$ref.split("/").at(-1) ?? "") : one.name).toLowerCase()),
    )
    .default([]),
});

/** What an OpenAPI document would not have in a request. The emulator itself ignores unknown properties and parameters. */
export function requestFaults(text: unknown): (request: LoggedRequest) => string[] {
  const described = document.parse(text);
  const operations = new Map(
    Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, one]) => {
        const { success, data } = operation.safeParse(one);
        return success ? [[data.operationId, { ...data, path, method }] as const] : [];
      }),
    ),
  );
  const schemas = addFormats(new Ajv2020({ strict: false, validateSchema: false })).addSchema(described, "contract");
  return ({ operation: id, method, path, body, query }) => {
    const one = operations.get(id ?? "");
    if (!one) return ["it is no operation"];
    const found = Object.keys(query)
      .filter((name) => !one.parameters.includes(name))
      .map((name) => `${name} is no parameter`);
    if (one.method.toUpperCase() !== method || !leadsTo(one.path, path)) found.push(`${method} ${path} is another one`);
    if (one.parameters.includes("limit") && query.limit === undefined) found.push("limit is missing");
    if (one.requestBody === undefined) return body === null ? found : [...found, "it has a body"];
    const pointer = ["paths", one.path, one.method, "requestBody", "content", "application/json", "schema"];
    const schema = `contract#/${pointer.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`;
    const validate = schemas.compile({ $ref: schema, unevaluatedProperties: false });
    return validate(body) ? found : [...found, schemas.errorsText(validate.errors)];
  };
}

/** Whether a path is one of a template's, such as `/api/orgs/{org_id}/members`. */
function leadsTo(template: string, path: string): boolean {
  const steps = template.split("/");
  const taken = path.split("/");
  return steps.length === taken.length && steps.every((step, index) => step.startsWith("{") || step === taken[index]);
}
