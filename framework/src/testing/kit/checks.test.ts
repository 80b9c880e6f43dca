import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { AlreadyExistsError } from "../../errors";
import { defineProvider } from "../../provider";
import { defineResourceFor } from "../../definition";
import { ApiError } from "../../request";
import type { ClientOptions } from "../../client";
import { secret } from "../program";
import { listChecks } from "./checks";
import type { Subject } from "./subject";

const note = z.object({ id: z.string(), title: z.string(), text: z.string(), tags: z.array(z.string()).default([]) });
const notes = new Map<string, z.output<typeof note>>();

/** A service of notes: `/notes` and `/notes/ID`. It never returns a password. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const [, , id] = (request.url ?? "").split("/");
    const answer = (status: number, body?: unknown) => response.writeHead(status).end(JSON.stringify(body));
    const reply = async () => {
      const known = notes.get(id ?? "");
      if (id !== undefined && known === undefined) return answer(404, { message: "not found" });
      if (request.method === "GET") return answer(200, known ?? [...notes.values()]);
      if (request.method === "DELETE") return answer(notes.delete(id ?? "") ? 204 : 404);
      const saved = note.parse({ ...(known ?? { id: randomUUID() }), ...Object(await json(request)) });
      notes.set(saved.id, saved);
      return answer(known === undefined ? 201 : 200, saved);
    };
    void reply();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** The mistakes of a provider. */
type Mistake =
  | "writes in plans"
  | "always differs"
  | "rejects unknown values"
  | "keeps outputs that change"
  | "repeats creations"
  | "fails without an object"
  | "trusts deletions"
  | "ignores the end"
  | "encodes the password";

class Notes {
  readonly name = "Notes";

  constructor(
    private readonly url: string,
    private readonly signals: readonly AbortSignal[] = [],
  ) {}

  with({ signal, onlySignal }: ClientOptions): Notes {
    if (onlySignal !== undefined) return new Notes(this.url, [onlySignal]);
    return new Notes(this.url, signal === undefined ? this.signals : [...this.signals, signal]);
  }

  async send<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T | undefined> {
    const request = { method, path, requestId: null };
    const response = await fetch(this.url + path, {
      method,
      signal: AbortSignal.any([...this.signals]),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      const isAmbiguous = method !== "GET";
      throw new ApiError("Notes sent no response. Try again.", { ...request, status: null, isAmbiguous, cause });
    });
    const text = await response.text();
    const { status } = response;
    if (status === 404) return undefined;
    if (!response.ok)
      throw new ApiError(`Notes refused the request: ${text}. Correct it.`, { ...request, status, isAmbiguous: false });
    return schema.parse(text === "" ? undefined : JSON.parse(text));
  }
}

const defineResource = defineResourceFor<Notes>();

function createProvider(mistake?: Mistake) {
  const inputs = z.object({
    title: z.string().meta({ description: "The title.", replaceOnChange: true }),
    text: z.string().meta({ description: "The text." }),
    tags: z
      .array(z.string())
      .optional()
      .meta({ description: "Words.", itemKey: String, resetsTo: () => [] }),
    password: z.string().optional().meta({ description: "Protects the note.", secret: true }),
  });
  const outputs = inputs.extend({
    revision: z.int().meta({ description: "The revision." }),
    hint: z.string().optional().meta({ description: "A hint." }),
  });
  const observe = (found: z.output<typeof note>, password: unknown) => ({
    ...found,
    revision: mistake === "keeps outputs that change" ? found.text.charCodeAt(0) : 1,
    ...(typeof password === "string" && { password }),
    ...(mistake === "encodes the password" &&
      typeof password === "string" && { hint: Buffer.from(password).toString("base64") }),
  });
  const find = async ({ api }: { readonly api: Notes }, title: string) =>
    (await api.send(z.array(note), "GET", "/notes"))?.find((one) => one.title === title);
  const made = defineResource({
    token: "notes:index:Note",
    description: "A note.",
    inputs,
    outputs,
    identity: ["title"],
    findExisting: async (context, { title }) => {
      if (await find(context, title)) throw new AlreadyExistsError(title, "in the notebook");
      return undefined;
    },
    plan: async ({ api }, { desired, phase }) => {
      if (mistake === "writes in plans" && phase === "preview") await api.send(note, "POST", "/notes", desired);
      if (mistake === "rejects unknown values" && typeof desired.text !== "string") throw new Error("no text");
      return undefined;
    },
    create: async (context, desired) => {
      const post = () => context.api.send(note, "POST", "/notes", desired);
      const recover = async (error: unknown) => {
        if (!(error instanceof ApiError) || !error.isAmbiguous) throw error;
        return mistake === "repeats creations" ? post() : ((await find(context, desired.title)) ?? post());
      };
      const created = await post().catch(recover);
      if (created === undefined) throw new Error("not found");
      return observe(created, desired.password);
    },
    read: async ({ api }, id, { state }) => {
      const found = await api.send(note, "GET", `/notes/${id}`);
      if (found === undefined && mistake === "fails without an object") throw new Error("not found");
      return found && observe(found, state.password);
    },
    update: async ({ api }, desired, { id }) => {
      const updated = await api.send(note, "PATCH", `/notes/${id}`, desired);
      if (updated === undefined) throw new Error("not found");
      return observe(updated, desired.password);
    },
    delete: async ({ api }, { id }) => {
      await api.send(z.undefined(), "DELETE", `/notes/${id}`);
    },
    ...(mistake === "trusts deletions" && { mayOutliveDeletion: true as const }),
    ...(mistake === "always differs" && { assess: () => ({ drifted: ["revision"] }) }),
  });
  return defineProvider({
    package: { name: "notes", version: "1.0.0", description: "Notes." },
    configuration: z.object({ url: z.string().meta({ description: "The address." }) }),
    resources: [made],
    connect: ({ url }) => {
      const client = new Notes(url);
      if (mistake === "ignores the end") client.with = () => client;
      return { client };
    },
  });
}

async function begin(mistake?: Mistake): Promise<Subject> {
  const server = await serve();
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const declare = (text: string, tags: readonly string[]) => ({
    first: {
      type: "Note",
      inputs: () => ({ title: "First", text, tags: [...tags], password: secret("correct horse") }),
    },
    second: { type: "Note", inputs: () => ({ title: `Second ${text}`, text }) },
  });
  return {
    provider: createProvider(mistake),
    url: `http://127.0.0.1:${port}`,
    end: async () => {
      server.close();
      await once(server, "close");
      notes.clear();
    },
    configure: (url) => ({ url }),
    program: declare("one", ["b", "a"]),
    changed: declare("two", ["c"]),
    ...(mistake === "ignores the end" && { endsWithin: 0.1 }),
    exceptions: { "shows no change after an import": { first: "Notes never returns the password." } },
  };
}

test.each(listChecks(begin))("a provider $name", ({ run }) => run());

test.each<[Mistake, string]>([
  ["writes in plans", "writes nothing in a preview"],
  ["always differs", "does nothing in a second update"],
  ["always differs", "shows no change in a refresh without drift"],
  ["always differs", "shows no change after an import"],
  ["rejects unknown values", "accepts unknown values for each input"],
  ["keeps outputs that change", "previews the outputs of an update"],
  ["repeats creations", "repeats no write whose answer was lost"],
  ["fails without an object", "deletes an object that is gone"],
  ["trusts deletions", "keeps an object whose deletion had no effect"],
  ["ignores the end", "ends an update when the user cancels it"],
  ["encodes the password", "shows no secret"],
])("a provider that %s does not pass the check that it %s", async (mistake, name) => {
  const check = listChecks(() => begin(mistake)).find((one) => one.name === name);
  await expect(check?.run()).rejects.toThrow(/./);
});

test.each(["writes nothing in a preview", "repeats no write whose answer was lost", "shows no secret"])(
  "the check that a provider %s proves nothing without a write, and fails",
  async (name) => {
    const blind = async () => ({ ...(await begin()), isWrite: () => false });
    const check = listChecks(blind).find((one) => one.name === name);
    await expect(check?.run()).rejects.toThrow("The update sent no write.");
  },
);
