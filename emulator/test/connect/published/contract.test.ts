import fc from "fast-check";
import { ours, type Operation } from "../apiDocument";
import { compare, type Comparison } from "./comparison";
import { createPublishedValidator, published, createOwnValidator, isSuccess, fail, pairs, theirs } from "./documents";

function compareSchemas(our: unknown, their: unknown): Comparison {
  return compare({ document: ours, node: our }, { document: theirs, node: their });
}

/** Compares our parameters with the published ones of the same name. */
function compareParameters(our: Operation, their: Operation) {
  return our.parameters.map((parameter) => {
    const published = their.parameters.find(({ name }) => name === parameter.name);
    const comparison = compareSchemas(
      parameter.schema,
      published?.schema ?? fail(`${parameter.name} is not published`),
    );
    return { name: parameter.name, sources: parameter["x-source"], comparison };
  });
}

/** Compares our request body with the published one, if any. */
function compareBodies(our: Operation, their: Operation) {
  if (our.body === undefined && their.body === undefined) return [];
  const [inner, outer] = [our.body, their.body].map((body) => body?.content["application/json"].schema);
  return [{ inner, outer, comparison: compareSchemas(inner, outer) }];
}

/** Compares our successful responses that have a body with the published ones. */
function compareSuccesses(our: Operation, their: Operation) {
  return Object.entries(our.responses).flatMap(([status, { schema, examples }]) => {
    const outer = their.responses[status]?.schema;
    if (!isSuccess(status) || (schema === undefined && outer === undefined)) return [];
    return [{ status, outer, examples, comparison: compareSchemas(schema, outer) }];
  });
}

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.constantFrom("admin", "bob@acme.example", "https://acme.example", "2027-01-01T00:00:00Z", "Ünïcode", ""),
  integer: fc.integer(),
  boolean: fc.boolean(),
  array: fc.array(fc.string()),
};

/** Generates values that our schema often accepts, so that the test finds enough of them. */
function generateValue(schema: unknown): fc.Arbitrary<unknown> {
  const { type = [], properties, required } = ours.schema(schema);
  if (!type.includes("object"))
    return fc.oneof(...type.map((name) => values[name] ?? fc.constant(null)), fc.jsonValue());
  const generators = Object.entries(properties).map(([name, property]) => [name, generateValue(property)] as const);
  return fc.record(Object.fromEntries(generators), { requiredKeys: required });
}

published.describe("the published document", () => {
  test.each(pairs)("has %s at the same path", (_id, our, their) => {
    expect(our.route).toBe(their.route);
  });

  test.each(pairs)("accepts our parameters of %s", (_id, our, their) => {
    const facts = ({ parameters }: Operation) =>
      parameters.map(({ name, in: location, required }) => `${location} ${name} ${required ? "required" : "optional"}`);
    expect(facts(our).sort()).toEqual(facts(their).sort());
    for (const { name, comparison } of compareParameters(our, their)) {
      expect({ name, ...comparison }).toMatchObject({ name, conflicts: [], missing: [] });
    }
  });

  test.each(pairs)("accepts every body of %s that our document accepts", (_id, our, their) => {
    expect(our.body?.required).toBe(their.body?.required);
    for (const { inner, outer, comparison } of compareBodies(our, their)) {
      expect(comparison).toMatchObject({ conflicts: [], missing: [] });
      const [isValid, listDeviations] = [createOwnValidator(inner), createPublishedValidator(outer)];
      fc.assert(
        fc.property(generateValue(inner), (sent) => {
          fc.pre(isValid(sent));
          expect(listDeviations(sent)).toEqual([]);
        }),
        // Most generated bodies are invalid in both documents.
        { maxSkipsPerRun: 1000 },
      );
    }
  });

  test.each(pairs)("accepts our successful responses of %s", (_id, our, their) => {
    const statuses = ({ responses }: Operation) => Object.keys(responses).filter(isSuccess);
    expect(statuses(our)).toEqual(statuses(their));
    for (const { status, outer, examples, comparison } of compareSuccesses(our, their)) {
      expect({ status, ...comparison }).toMatchObject({ status, conflicts: [], missing: [] });
      for (const example of examples) expect(createPublishedValidator(outer)(example)).toEqual([]);
    }
  });

  test.each(pairs)("says less about %s than ours only where ours records a decision", (_id, our, their) => {
    const additions = [
      ...[...compareBodies(our, their), ...compareSuccesses(our, their)].flatMap(
        ({ comparison }) => comparison.additions,
      ),
      ...compareParameters(our, their).flatMap(({ name, sources, comparison }) =>
        comparison.additions.map(({ text }) => ({ path: name, text, sources })),
      ),
      ...Object.entries(our.responses)
        .filter(([status]) => their.responses[status] === undefined)
        .map(([status, { sources }]) => ({ path: "", text: `is answered with ${status}`, sources })),
    ];
    expect(additions.filter(({ sources }) => !sources.includes("decision"))).toEqual([]);
  });
});
