import * as z from "zod";
import { defineResourceFor } from "../definition";
import type { AnyClient } from "../client";
import { defineProvider } from "../provider";
import { connect } from "../testing/inProcess";
import { ProviderClient } from "../testing/providerClient";
import { Provider } from "./provider";

test("a later Configure revives a cancelled provider", async () => {
  let signals: readonly AbortSignal[] = [];
  const client: AnyClient = {
    name: "the shelf",
    with: ({ signal }) => {
      if (signal) signals = [...signals, signal];
      return client;
    },
  };
  const book = defineResourceFor<AnyClient>()({
    token: "shelf:index:Book",
    description: "A book.",
    inputs: z.object({ title: z.string().meta({ description: "The title.", replaceOnChange: true }) }),
    outputs: z.object({ title: z.string().meta({ description: "The title." }) }),
    identity: "id",
    create: (_, { title }) => Promise.resolve({ id: "1", title }),
    read: () => Promise.resolve(undefined),
    delete: () => Promise.resolve(),
  });
  const shelf = defineProvider({
    package: { name: "shelf", version: "1.0.0", description: "Books." },
    resources: [book],
    connect: () => ({ client }),
  });
  const { calls, end } = connect(new Provider(shelf, {}, "", { log: () => undefined, flush: () => Promise.resolve() }));
  const engine = new ProviderClient("shelf", calls);
  await engine.configure({});
  await engine.cancel();
  await engine.configure({});
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  end();
});
