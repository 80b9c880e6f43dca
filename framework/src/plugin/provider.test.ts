import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as z from "zod";
import { defineResourceFor } from "../definition";
import type { AnyClient } from "../client";
import { defineProvider } from "../provider";
import { connect } from "../testing/inProcess";
import { ProviderClient } from "../testing/providerClient";
import { Provider } from "./provider";

const title = z.string().meta({ description: "The title.", replaceOnChange: true });

/** The ids of deleted books. */
let deleted: readonly string[] = [];
afterEach(() => {
  deleted = [];
});

/** A book, whose title was its name in an earlier version. */
const book = defineResourceFor<AnyClient>()({
  token: "shelf:index:Book",
  description: "A book.",
  inputs: z.object({ title }),
  outputs: z.object({ title }),
  identity: "id",
  deleteBeforeReplace: true,
  formerTokens: ["shelf:index:Volume"],
  migrate: ({ name, ...others }) => (name === undefined ? others : { title: name, ...others }),
  create: (_, { title }) => Promise.resolve({ id: "1", title }),
  read: (_, id, { state }) => Promise.resolve(deleted.includes(id) ? undefined : { id, title: String(state.title) }),
  delete: (_, { id }) => {
    deleted = [...deleted, id];
    return Promise.resolve();
  },
});

/** Starts a provider of books. */
async function start(client: AnyClient = { name: "the shelf" }) {
  const shelf = defineProvider({
    package: { name: "shelf", version: "1.0.0", description: "Books." },
    resources: [book],
    connect: () => ({ client }),
  });
  const log = { log: () => undefined, flush: () => Promise.resolve() };
  const { calls, end } = connect(new Provider(shelf, {}, "", log));
  const engine = new ProviderClient("shelf", calls);
  await engine.configure({});
  return { engine, calls, end };
}

/** The book in the state of an earlier version. */
const old = { type: "Book", id: "1", inputs: { name: "Emma" }, outputs: { name: "Emma" }, look: false };

test("the state of an earlier version is no change, and a refresh reads it", async () => {
  const { engine, end } = await start();
  expect(await engine.check("emma", "Book", old.inputs, { title: "Emma" })).toEqual({ title: "Emma" });
  expect((await engine.diff("emma", old, { title: "Emma" })).diff).toEqual({});
  expect((await engine.diff("emma", old, { title: "Persuasion" })).diff).toEqual({ title: "update-replace" });
  expect(await engine.read("emma", old)).toMatchObject({ inputs: { title: "Emma" }, outputs: { title: "Emma" } });
  end();
});

test("a refresh and a destroy without a program receive a former type", async () => {
  const { engine, end } = await start();
  const volume = { ...old, type: "Volume" };
  expect(await engine.read("emma", volume)).toMatchObject({ inputs: { title: "Emma" } });
  await engine.delete("emma", volume);
  expect(deleted).toEqual(["1"]);
  end();
});

test("a replacement deletes first if the resource says so", async () => {
  const { calls, end } = await start();
  const request = new pb.DiffRequest()
    .setId("1")
    .setType("shelf:index:Book")
    .setUrn("urn:pulumi:a::b::shelf:index:Book::emma");
  request.setOlds(Struct.fromJavaScript({ title: "Emma" })).setOldInputs(Struct.fromJavaScript({ title: "Emma" }));
  request.setNews(Struct.fromJavaScript({ title: "Persuasion" }));
  const response = await new Promise<pb.DiffResponse | undefined>((resolve) => {
    calls.diff(request, (_, answer) => {
      resolve(answer);
    });
  });
  expect(response?.getDeletebeforereplace()).toBe(true);
  end();
});

test("a later Configure revives a cancelled provider", async () => {
  let signals: readonly AbortSignal[] = [];
  const client: AnyClient = {
    name: "the shelf",
    with: ({ signal }) => {
      if (signal) signals = [...signals, signal];
      return client;
    },
  };
  const { engine, end } = await start(client);
  await engine.cancel();
  await engine.configure({});
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  end();
});
