import { type ClientResponse, readText, readValue, Client } from "../../client";
import { lists, rows, createFixture } from "../fixture";
import { connect } from "../../../src/apis/connect/api";
import {
  createPublishedValidator,
  published,
  createOwnValidator,
  isSuccess,
  fail,
  pairs,
  sharedResponses,
  theirs,
} from "./documents";

/** A response of the emulator. */
export interface Collected {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
}

/** Collects responses of every operation: success, lists in pages, and every kind of error. */
export async function collectAnswers(): Promise<Collected[]> {
  const collected: Collected[] = [];
  for (const collect of [succeed, browse, reject]) {
    const fixture = await createFixture();
    const call = async (client: Client, method: string, path: string, body?: unknown): Promise<ClientResponse> => {
      const answer = await client.call(method, path, body);
      const { operation } = fixture.emulator.requests().at(-1) ?? {};
      if (typeof operation === "string") collected.push({ operation, status: answer.status, body: answer.body });
      return answer;
    };
    await collect(fixture, call);
  }
  return collected;
}

type Fixture = Awaited<ReturnType<typeof createFixture>>;
type Call = (client: Client, method: string, path: string, body?: unknown) => Promise<ClientResponse>;

async function succeed({ ada, path }: Fixture, call: Call): Promise<void> {
  for (const [, method, template, body] of rows) await call(ada, method, path(template), body);
}

/** Reads whole lists and pages, with invitations of every status and one without an inviter. */
async function browse({ emulator, ada, org, path }: Fixture, call: Call): Promise<void> {
  emulator.control.accept("dora@acme.example", "acme-dev");
  await emulator.control.invite("old@acme.example", "acme-dev", "viewer");
  emulator.control.advance(8 * 86_400);
  await emulator.control.invite("new@acme.example", "acme-dev", "admin");
  emulator.control.addGroup("office", "acme-dev");
  emulator.control.access.addProject("gateway", "acme-dev", { everyone_enabled: false });
  emulator.control.access.addCohort("munich", "thermostat", "acme-dev", { description: "In Munich" });
  const cohort_id = path("{cohort}").slice(-36);
  await call(ada, "POST", `${org}/claim_tokens`, { claim_token: { cohort_id, max_uses: 1 } });
  emulator.control.tokens.consumeClaimToken("factory", "acme-dev");
  await call(ada, "GET", path("{claim}"));
  for (const template of lists) {
    for (const query of ["", "?limit=100", "?limit=1", "?limit=1&direction=before", "?limit=x"]) {
      const { body } = await call(ada, "GET", `${path(template)}${query}`);
      const cursor = readValue(body, "meta.after");
      if (typeof cursor === "string") await call(ada, "GET", `${path(template)}?limit=1&cursor=${cursor}`);
    }
  }
  const key = emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" });
  await call(new Client(emulator, key), "GET", "/api/me");
  const { body } = await call(ada, "POST", `${org}/api-tokens`, { name: "laptop" });
  await call(new Client(emulator, readText(body, "data.token.token")), "GET", "/api/me");
  emulator.control.tokens.setApiToken("laptop", "acme-dev", { expires_at: "2027-02-01T00:00:00Z" });
  await call(ada, "GET", `${org}/api-tokens`);
}

async function reject({ emulator, ada, as, path, org, role, member }: Fixture, call: Call): Promise<void> {
  const [bob, eve] = [as("bob@acme.example"), as("eve@acme.example")];
  emulator.control.addUser("mallory@elsewhere.example");
  await emulator.control.createOrganization("elsewhere");
  const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "elsewhere" }));
  for (const client of [new Client(emulator, null), bound, as("mallory@elsewhere.example"), eve]) {
    for (const [, method, template, body] of rows) {
      await call(client, method, path(template), body);
    }
  }
  await call(bob, "DELETE", member("bob@acme.example"));
  await call(bob, "DELETE", member("ada@acme.example"));
  for (const [caller, email, sentRole] of [
    [bob, "bob@acme.example", "member"],
    [bob, "ada@acme.example", "member"],
    [bob, "eve@acme.example", "owner"],
    [ada, "bob@acme.example", "boss"],
  ] as const) {
    await call(caller, "PUT", role(email), { role: sentRole });
  }
  for (const body of [
    {},
    { email: "eve@acme.example" },
    { email: "dora@acme.example" },
    { email: "x@acme.example", role: "owner" },
  ]) {
    await call(bob, "POST", `${org}/invitations`, body);
  }
  await call(ada, "POST", `${org}/api-tokens`, { name: " " });
  await call(ada, "POST", `${org}/webhooks`, { webhook_endpoint: { url: "acme.example" } });
  await call(ada, "POST", `${org}/claim_tokens`, { claim_token: { cohort_id: "berlin", max_uses: 0 } });
  await call(ada, "PUT", path("{claim}"), { claim_token: { expires_at: "2020-01-01T00:00:00Z" } });
  emulator.control.setLimits("acme-dev", { webhooks: 1 });
  await call(ada, "POST", `${org}/webhooks`, { webhook_endpoint: { url: "https://acme.example" } });
  emulator.control.setLimits("acme-dev", { users: 1 });
  await call(ada, "POST", `${org}/invitations`, { email: "grace@acme.example" });
  emulator.control.accept("dora@acme.example", "acme-dev");
  await call(ada, "DELETE", path("{dora}"));
}

/** The codes of published examples, for the statuses that all operations share. */
const codes = Object.entries({ Unauthorized: 401, Forbidden: 403, NotFound: 404, Conflict: 409, Gone: 410 }).map(
  ([name, status]) => [status, () => readValue(sharedResponses[name]?.examples[0], "error")] as const,
);

/** Returns the published schema of a response: the operation's own, or that of an error. */
function schemaFor(operation: string, status: number, body: unknown): unknown {
  const [, , their] = pairs.find(([id]) => id === operation) ?? fail(`There is no ${operation}.`);
  // A 422 can have either format, although operations name one.
  if (readValue(body, "error") !== undefined) return { $ref: "#/components/schemas/Error" };
  if (readValue(body, "errors") !== undefined) return { $ref: "#/components/schemas/ValidationError" };
  const declared = their.responses[status] ?? fail(`${operation} publishes no answer ${status}`);
  return declared.schema;
}

published.describe("the published document", () => {
  test("describes every response of the emulator", async () => {
    const collected = await collectAnswers();
    const successful = collected.filter(({ status }) => isSuccess(String(status)));
    expect(new Set(successful.map(({ operation }) => operation))).toEqual(new Set(rows.map(([id]) => id)));
    const answers = collected.filter(({ operation }) => pairs.some(([id]) => id === operation));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 401, 403, 404, 422]));
    for (const { operation, status, body } of answers) {
      const schema = schemaFor(operation, status, body);
      const wrong =
        schema === undefined ? [body].filter((one) => one !== undefined) : createPublishedValidator(schema)(body);
      expect({ operation, status, body, wrong }).toMatchObject({ wrong: [] });
    }
  });

  test.each(codes)("has the emulator's code for %i", async (status, code) => {
    expect(readValue(connect.createErrorBody(status), "error")).toBe(code());
    const answers = await collectAnswers();
    for (const answer of answers.filter((one) => one.status === status))
      expect(readValue(answer.body, "error")).toBe(code());
  });

  test("has no example of an error that our document does not describe", () => {
    const named = theirs.operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, response]) => (isSuccess(status) ? [] : [response])),
    );
    const examples = [...Object.values(sharedResponses), ...named].flatMap((response) => response.examples);
    const fits = createOwnValidator({ $ref: "#/components/schemas/unprocessable" });
    expect(examples.length).toBeGreaterThanOrEqual(codes.length);
    expect(examples.filter((example) => !fits(example))).toEqual([]);
  });
});
