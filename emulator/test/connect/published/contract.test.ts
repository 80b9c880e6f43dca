import fc from "fast-check";
import type { Operation } from "./apiDocument";
import { compare, type Comparison } from "./comparison";
import { comparing, deviations, fitsOurs, isSuccess, never, ours, pairs, theirs } from "./documents";

function compared(our: unknown, their: unknown): Comparison {
  return compare({ document: ours, node: our }, { document: theirs, node: their });
}

/** Each parameter of ours with the published one of the same name. */
function parametersOf(our: Operation, their: Operation) {
  return our.parameters.map((parameter) => {
    const twin = their.parameters.find(({ name }) => name === parameter.name);
    const comparison = compared(parameter.schema, twin?.schema ?? never(`${parameter.name} is not published`));
    return { name: parameter.name, sources: parameter["x-source"], comparison };
  });
}

/** Our request body and the published one, if there is one. */
function bodiesOf(our: Operation, their: Operation) {
  if (our.body === undefined && their.body === undefined) return [];
  const [inner, outer] = [our.body, their.body].map((body) => body?.content["application/json"].schema);
  return [{ inner, outer, comparison: compared(inner, outer) }];
}

/** Each success answer of ours that has a body, with the published one. */
function successesOf(our: Operation, their: Operation) {
  return Object.entries(our.responses).flatMap(([status, { schema, examples }]) => {
    const outer = their.responses[status]?.schema;
    if (!isSuccess(status) || (schema === undefined && outer === undefined)) return [];
    return [{ status, outer, examples, comparison: compared(schema, outer) }];
  });
}

comparing("the published document", () => {
  test.each(pairs)("has %s where ours has it", (_id, our, their) => {
    expect(our.place).toBe(their.place);
  });

  test.each(pairs)("has the parameters of %s, and takes what ours takes", (_id, our, their) => {
    const facts = ({ parameters }: Operation) =>
      parameters.map(({ name, in: place, required }) => `${place} ${name} ${required ? "required" : "optional"}`);
    expect(facts(our).sort()).toEqual(facts(their).sort());
    for (const { name, comparison } of parametersOf(our, their)) {
      expect({ name, ...comparison }).toMatchObject({ name, conflicts: [], missing: [] });
    }
  });

  test.each(pairs)("takes every body of %s that ours takes", (_id, our, their) => {
    expect(our.body?.required).toBe(their.body?.required);
    const value = fc.oneof(fc.constantFrom("owner", "admin", "member", "bob@acme.example", null), fc.jsonValue());
    const body = fc.record({ email: value, role: value, group_id: value }, { requiredKeys: [] });
    for (const { inner, outer, comparison } of bodiesOf(our, their)) {
      expect(comparison).toMatchObject({ conflicts: [], missing: [] });
      const [fits, deviationsOf] = [fitsOurs(inner), deviations(outer)];
      fc.assert(
        fc.property(body, (sent) => {
          fc.pre(fits(sent));
          expect(deviationsOf(sent)).toEqual([]);
        }),
        // Most of what is made up fits neither.
        { maxSkipsPerRun: 1000 },
      );
    }
  });

  test.each(pairs)("has the success of %s, and every answer that fits ours fits it", (_id, our, their) => {
    const statuses = ({ responses }: Operation) => Object.keys(responses).filter(isSuccess);
    expect(statuses(our)).toEqual(statuses(their));
    for (const { status, outer, examples, comparison } of successesOf(our, their)) {
      expect({ status, ...comparison }).toMatchObject({ status, conflicts: [], missing: [] });
      for (const example of examples) expect(deviations(outer)(example)).toEqual([]);
    }
  });

  test.each(pairs)("says less of %s than ours does only where ours calls that a decision", (_id, our, their) => {
    const additions = [
      ...[...bodiesOf(our, their), ...successesOf(our, their)].flatMap(({ comparison }) => comparison.additions),
      ...parametersOf(our, their).flatMap(({ name, sources, comparison }) =>
        comparison.additions.map(({ what }) => ({ place: name, what, sources })),
      ),
      ...Object.entries(our.responses)
        .filter(([status]) => their.responses[status] === undefined)
        .map(([status, { sources }]) => ({ place: "", what: `is answered with ${status}`, sources })),
    ];
    expect(additions.filter(({ sources }) => !sources.includes("decision"))).toEqual([]);
  });
});
