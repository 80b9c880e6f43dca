import { connect } from "../../../src/apis/connect/api";
import { at } from "../../client";
import { rows } from "../calls";
import { collectAnswers } from "./answers";
import { comparing, deviations, fitsOurs, isSuccess, never, pairs, sharedResponses, theirs } from "./documents";

/** The code in the published example of an answer to that status, for those that the document defines for all operations. */
const codes = Object.entries({ Unauthorized: 401, Forbidden: 403, NotFound: 404, Conflict: 409, Gone: 410 }).map(
  ([name, status]) => [status, () => at(sharedResponses[name]?.examples[0], "error")] as const,
);

/** The published schema of an answer: what the operation names, or the shape of an error that it has. */
function schemaFor(operation: string, status: number, body: unknown): unknown {
  const [, , their] = pairs.find(([id]) => id === operation) ?? never(`There is no ${operation}.`);
  // A 422 may have either shape, though operations name one.
  if (at(body, "error") !== undefined) return { $ref: "#/components/schemas/Error" };
  if (at(body, "errors") !== undefined) return { $ref: "#/components/schemas/ValidationError" };
  const declared = their.responses[status] ?? never(`${operation} publishes no answer ${status}`);
  return declared.schema;
}

comparing("the published document", () => {
  test("describes every answer of the emulator", async () => {
    const answers = await collectAnswers();
    const successful = answers.filter(({ status }) => isSuccess(String(status)));
    expect(new Set(successful.map(({ operation }) => operation))).toEqual(new Set(rows.map(([id]) => id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 401, 403, 404, 422]));
    for (const { operation, status, body } of answers) {
      const schema = schemaFor(operation, status, body);
      const wrong = schema === undefined ? [body].filter((one) => one !== undefined) : deviations(schema)(body);
      expect({ operation, status, body, wrong }).toMatchObject({ wrong: [] });
    }
  });

  test.each(codes)("has the emulator's code for %i", async (status, code) => {
    expect(at(connect.createErrorBody(status), "error")).toBe(code());
    const answers = await collectAnswers();
    for (const answer of answers.filter((one) => one.status === status)) expect(at(answer.body, "error")).toBe(code());
  });

  test("has no example of an error that ours does not describe", () => {
    const named = theirs.operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, response]) => (isSuccess(status) ? [] : [response])),
    );
    const examples = [...Object.values(sharedResponses), ...named].flatMap((response) => response.examples);
    const fits = fitsOurs({ $ref: "#/components/schemas/unprocessable" });
    expect(examples.length).toBeGreaterThanOrEqual(codes.length);
    expect(examples.filter((example) => !fits(example))).toEqual([]);
  });
});
