import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { isRecord } from "#framework";
import { getBehaviours } from "#framework/definitions";
import { getTypeName } from "#framework/messages";
import { resources } from "../src/resources";
import { securityPolicy } from "../src/resources/securityPolicy";

/** Compares the limits of inputs with those that the contracts state for the bodies of requests. */

const limits = ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "enum"] as const;

/** The resource of each operation whose `operationId` does not begin with the name of its resource. */
const resourceOf: Readonly<Record<string, string>> = {
  "create-an-organization": "Organization",
  "update-an-organization": "Organization",
  "update-security-settings": "SecurityPolicy",
  "update-billing-settings": "BillingSettings",
  "update-a-member": "Membership",
  "create-an-invitation": "Membership",
  Organization_update_member_role: "Membership",
  OrgInvitation_create: "Membership",
};

/** The limits that only one side has, each with the reason. */
const differences: Readonly<Record<string, string>> = {
  "SecurityPolicy.sessionTimeout minimum": "The input is a duration in words. Another test compares its limits.",
  "SecurityPolicy.sessionTimeout maximum": "The input is a duration in words. Another test compares its limits.",
  "ClaimToken.maxUses maximum": "It is the greatest whole number that JavaScript represents exactly.",
};

type Schema = Readonly<Record<string, unknown>>;
type Resolve = (schema: Schema) => Schema;
/** Limits, such as `usageAlerts.thresholdPercent maximum`, with their values. */
type Limits = readonly (readonly [path: string, value: unknown])[];

/** Lists the limits of a schema and of its parts. */
function listLimits(schema: unknown, resolve: Resolve, path: string): Limits {
  if (!isRecord(schema)) return [];
  const { properties = {}, items, anyOf, oneOf, ...own } = resolve(schema);
  const parts = isRecord(properties) ? Object.entries(properties) : [];
  return [
    ...limits.flatMap((limit) => (own[limit] === undefined ? [] : [[`${path} ${limit}`, own[limit]] as const])),
    ...[items, anyOf, oneOf].flat().flatMap((part) => listLimits(part, resolve, path)),
    ...parts.flatMap(([name, part]) => listLimits(part, resolve, `${path}.${toCamel(name)}`)),
  ];
}

function toCamel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const body = z.object({
  content: z.object({ "application/json": z.object({ schema: z.record(z.string(), z.unknown()) }) }),
});
const operation = z.object({ operationId: z.string(), requestBody: body });
const contract = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** Returns the schema of the properties of a body, which may be in the only property of the body. */
function unwrap(schema: Schema, resolve: Resolve): Schema {
  const { properties } = resolve(schema);
  const [only, ...others] = isRecord(properties) ? Object.values(properties) : [];
  const isWrapper = others.length === 0 && isRecord(only) && isRecord(resolve(only).properties);
  return isWrapper ? only : schema;
}

/** Lists the limits of all bodies, below the name of the resource. */
function listContractLimits(file: string): Limits {
  const { paths, components } = contract.parse(parse(readFileSync(file, "utf8")));
  const resolve: Resolve = ({ $ref, ...schema }) =>
    typeof $ref === "string"
      ? { ...resolve(components.schemas[$ref.split("/").at(-1) ?? ""] ?? {}), ...schema }
      : schema;
  const operations = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap((value) => operation.safeParse(value).data ?? []);
  return operations.flatMap(({ operationId, requestBody }) => {
    const type = resourceOf[operationId] ?? operationId.split("_")[0] ?? "";
    return listLimits(unwrap(requestBody.content["application/json"].schema, resolve), resolve, type);
  });
}

/** Lists the limits of all inputs that Peridio stores, below the name of the resource. */
const ofInputs: Limits = resources.flatMap((resource) => {
  const behaviours = getBehaviours(resource.inputs);
  const stored = Object.entries(resource.inputs.shape).filter(([name]) => behaviours[name]?.providerOnly !== true);
  return stored.flatMap(([name, input]) => {
    const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any", metadata: z.registry() });
    return listLimits(schema, (part) => part, `${getTypeName(resource)}.${name}`);
  });
});

/** Returns the values of each limit. The two APIs have different roles, and null removes a value. */
function group(all: Limits): Readonly<Record<string, readonly unknown[]>> {
  const values: Record<string, readonly unknown[]> = {};
  for (const [path, value] of all)
    values[path] = [...new Set([...(values[path] ?? []), ...[value].flat()])].filter((one) => one !== null).sort();
  return values;
}

const ofContract = [
  ...listContractLimits("api/admin-v2.openapi.yaml"),
  ...listContractLimits("api/connect.openapi.yaml"),
];

test("inputs have the limits of the contract", () => {
  const [stated, own] = [group(ofContract), group(ofInputs)];
  // The provider rejects empty texts that the contract permits, because they remove a value or name nothing.
  const paths = new Set([...Object.keys(stated), ...Object.keys(own).filter((path) => !path.endsWith(" minLength"))]);
  const different = [...paths].filter((path) => JSON.stringify(stated[path]) !== JSON.stringify(own[path]));
  const unexplained = different.filter((path) => differences[path] === undefined);
  expect(unexplained.map((path) => ({ path, contract: stated[path], input: own[path] }))).toEqual([]);
  expect(different.sort()).toEqual(Object.keys(differences).sort());
});

test("a session timeout has the limits of the contract", () => {
  const { "SecurityPolicy.sessionTimeout minimum": min, "SecurityPolicy.sessionTimeout maximum": max } =
    Object.fromEntries(ofContract);
  const accepts = (seconds: number) => securityPolicy.inputs.shape.sessionTimeout.safeParse(`${seconds}s`).success;
  const [least, most] = [Number(min), Number(max)];
  expect([least - 1, least, most, most + 1].map(accepts)).toEqual([false, true, true, false]);
});
