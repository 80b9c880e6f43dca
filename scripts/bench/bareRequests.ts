import { z } from "zod";
import { EmulatedPeridio } from "./peridio";
import { organizationNames, type Size } from "./program";

/** How many requests are under way at once, as the provider has it by default. */
const together = 10;

const created = z.object({ data: z.object({ prn: z.string() }) });

/** The seconds that an operation's requests take alone. */
export interface Bare {
  /** The writes of an `up`. */
  readonly writes: number;
  /** The reads of an unchanged `up`, in a program that has sent requests before: a new process takes longer. */
  readonly reads: number;
}

/** Sends the requests to a new Peridio with no provider and no Pulumi. */
export async function bareRequests({ organizations, people }: Size, latency: number): Promise<Bare> {
  const peridio = await EmulatedPeridio.start();
  try {
    await peridio.delay(latency);
    const started = performance.now();
    const prns = await inTurns(organizationNames(organizations), async (name) => {
      const answer = created.parse(await send(peridio, "/v2/organizations", { name }));
      return answer.data.prn;
    });
    const invitations = prns.flatMap((prn) => Array.from({ length: people }, (_, index) => ({ prn, index })));
    await inTurns(invitations, ({ prn, index }) =>
      send(peridio, `/v2/organizations/${prn}/invitations`, {
        email: `person-${index + 1}@acme.example`,
        role: "viewer",
      }),
    );
    const written = performance.now();
    await send(peridio, "/v2/users/me");
    const lists = prns.flatMap((prn) =>
      ["members?limit=100", "invitations?limit=100&search=status:'pending'"].map((list) => `${prn}/${list}`),
    );
    await inTurns(lists, (list) => send(peridio, `/v2/organizations/${list}`));
    return { writes: (written - started) / 1_000, reads: (performance.now() - written) / 1_000 };
  } finally {
    await peridio.stop();
  }
}

/** A POST if there is something to send, else a GET. */
async function send({ environment }: EmulatedPeridio, path: string, body?: object): Promise<unknown> {
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(`${environment.PERIDIO_BASE_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${environment.PERIDIO_API_KEY}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

/** Does it for all items, some at a time, and keeps their order. */
async function inTurns<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: together }, worker));
  return results;
}
