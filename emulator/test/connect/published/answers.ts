import { at, Client, type Answer } from "../../client";
import { rows } from "../calls";
import { stage } from "../stage";

/** What the emulator answered to an operation. */
export interface Collected {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
}

/** Answers of every operation: its success, lists in pages, and every kind of refusal. */
export async function collectAnswers(): Promise<Collected[]> {
  const collected: Collected[] = [];
  for (const visit of [succeed, browse, refuse]) {
    const staged = await stage();
    const call = async (client: Client, method: string, path: string, body?: unknown): Promise<Answer> => {
      const answer = await client.call(method, path, body);
      const { operation } = staged.emulator.requests().at(-1) ?? {};
      if (typeof operation === "string") collected.push({ operation, status: answer.status, body: answer.body });
      return answer;
    };
    await visit(staged, call);
  }
  return collected;
}

type Stage = Awaited<ReturnType<typeof stage>>;
type Call = (client: Client, method: string, path: string, body?: unknown) => Promise<Answer>;

async function succeed({ ada, path }: Stage, call: Call): Promise<void> {
  for (const [, method, template, body] of rows) await call(ada, method, path(template), body);
}

/** Lists whole and in pages, with invitations of every status and one that nobody has sent. */
async function browse({ emulator, ada, org }: Stage, call: Call): Promise<void> {
  emulator.control.accept("dora@acme.example", "acme-dev");
  await emulator.control.invite("old@acme.example", "acme-dev", "viewer");
  emulator.control.advance(8 * 86_400);
  await emulator.control.invite("new@acme.example", "acme-dev", "admin");
  for (const list of ["members", "invitations"]) {
    for (const query of ["", "?limit=100", "?limit=1", "?limit=1&direction=before", "?limit=x"]) {
      const { body } = await call(ada, "GET", `${org}/${list}${query}`);
      const cursor = at(body, "meta.after");
      if (typeof cursor === "string") await call(ada, "GET", `${org}/${list}?limit=1&cursor=${cursor}`);
    }
  }
  const key = emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" });
  await call(new Client(emulator, key), "GET", "/api/me");
}

async function refuse({ emulator, ada, as, path, org, role, member }: Stage, call: Call): Promise<void> {
  const [bob, eve] = [as("bob@acme.example"), as("eve@acme.example")];
  emulator.control.addUser("mallory@elsewhere.example");
  await emulator.control.createOrganization("elsewhere");
  const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "elsewhere" }));
  for (const client of [new Client(emulator, null), bound, as("mallory@elsewhere.example"), eve]) {
    for (const [, method, template, body] of rows) {
      if (client !== eve || !template.includes("eve")) await call(client, method, path(template), body);
    }
  }
  await call(bob, "DELETE", member("bob@acme.example"));
  await call(bob, "DELETE", member("ada@acme.example"));
  for (const [who, whom, sent] of [
    [bob, "bob@acme.example", "member"],
    [bob, "ada@acme.example", "member"],
    [ada, "bob@acme.example", "owner"],
    [ada, "bob@acme.example", "boss"],
  ] as const) {
    await call(who, "PUT", role(whom), { role: sent });
  }
  for (const body of [
    {},
    { email: "eve@acme.example" },
    { email: "dora@acme.example" },
    { email: "x@acme.example", role: "owner" },
  ]) {
    await call(ada, "POST", `${org}/invitations`, body);
  }
  emulator.control.setLimits("acme-dev", { users: 1 });
  await call(ada, "POST", `${org}/invitations`, { email: "grace@acme.example" });
  emulator.control.accept("dora@acme.example", "acme-dev");
  await call(ada, "DELETE", path("{dora}"));
}
