import { z } from "zod";
import { EmulatedPeridio } from "./peridio";
import { listOrganizationNames, type Size } from "./program";

/** The number of concurrent requests, equal to the default of the provider. */
const together = 10;

const created = z.object({ data: z.object({ prn: z.string() }) });

/** The seconds that the requests of an operation take without Pulumi and the provider. */
export interface Bare {
  /** The writes of an `up`. */
  readonly writes: number;
  /** The reads of an unchanged `up`, in a process that has already sent requests. */
  readonly reads: number;
}

/** Sends the requests to a new Peridio, without Pulumi and the provider. */
export async function sendBareRequests({ organizations, people }: Size, latency: number): Promise<Bare> {
  const peridio = await EmulatedPeridio.start();
  try {
    await peridio.delay(latency);
    const started = performance.now();
    const prns = await runInTurns(listOrganizationNames(organizations), async (name) => {
      const answer = created.parse(await send(peridio, "/v2/organizations", { name }));
      return answer.data.prn;
    });
    const invitations = prns.flatMap((prn) => Array.from({ length: people }, (_, index) => ({ prn, index })));
    await runInTurns(invitations, ({ prn, index }) =>
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
    await runInTurns(lists, (list) => send(peridio, `/v2/organizations/${list}`));
    return { writes: (written - started) / 1_000, reads: (performance.now() - written) / 1_000 };
  } finally {
    await peridio.stop();
  }
}

/** Sends a POST with a body, or a GET without one. */
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

/** Runs the action for all items, several at a time. Returns the results in the order of the items. */
async function runInTurns<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: together }, worker));
  return results;
}
