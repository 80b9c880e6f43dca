import { z } from "zod";
import { EmulatedPeridio } from "./peridio";
import { organizationNames, type Size } from "./program";

/** How many requests are under way at once, as the provider has it by default. */
const together = 10;

const created = z.object({ data: z.object({ prn: z.string() }) });

/** Sends the writes of an `up` to a new Peridio with no provider and no Pulumi: the seconds that they take. */
export async function bareWrites({ organizations, people }: Size, latency: number): Promise<number> {
  const peridio = await EmulatedPeridio.start();
  try {
    await peridio.delay(latency);
    const started = performance.now();
    const prns = await inTurns(organizationNames(organizations), async (name) => {
      const answer = created.parse(await post(peridio, "/v2/organizations", { name }));
      return answer.data.prn;
    });
    const invitations = prns.flatMap((prn) => Array.from({ length: people }, (_, index) => ({ prn, index })));
    await inTurns(invitations, ({ prn, index }) =>
      post(peridio, `/v2/organizations/${prn}/invitations`, {
        email: `person-${index + 1}@acme.example`,
        role: "viewer",
      }),
    );
    return (performance.now() - started) / 1_000;
  } finally {
    await peridio.stop();
  }
}

async function post({ environment }: EmulatedPeridio, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${environment.PERIDIO_BASE_URL}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${environment.PERIDIO_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status}`);
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
