import { z, ZodError } from "zod";
import { badMethod, json } from "../answers";
import type { Emulator } from "../emulator";
import { commands } from "./commands";
import { ControlError } from "./controlError";
import { readOverview } from "./overview";

const filter = z.strictObject({
  method: z.string().optional(),
  operation: z.string().optional(),
  path: z.string().optional(),
  status: z.coerce.number().optional(),
  last: z.coerce.number().int().positive().optional(),
});

type Reader = (emulator: Emulator, query: Record<string, string>) => unknown;

const readers: Readonly<Record<string, Reader>> = {
  overview: (emulator) => readOverview(emulator),
  snapshot: (emulator) => emulator.snapshot(),
  requests: (emulator, query) => emulator.requests(filter.parse(query)),
  counters: ({ traffic }) => traffic.log.counters(),
  faults: ({ traffic }) => traffic.faults.list(),
};

const erasers: Readonly<Record<string, (emulator: Emulator) => void>> = {
  requests: ({ traffic }) => {
    traffic.log.clear();
  },
  faults: ({ control }) => {
    control.clearFaults();
  },
};

/** The control plane over HTTP. Its errors are `{"error": "…"}`, so that nobody takes them for the contract's. */
export async function answerControl(emulator: Emulator, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const name = pathname.split("/").slice(2).join("/");
  try {
    return await dispatch(emulator, request, name, Object.fromEntries(searchParams));
  } catch (error) {
    if (error instanceof ControlError) return json(error.status, { error: error.message });
    if (error instanceof ZodError) return json(400, { error: z.prettifyError(error) });
    throw error;
  }
}

async function dispatch(
  emulator: Emulator,
  request: Request,
  name: string,
  query: Record<string, string>,
): Promise<Response> {
  if (request.method === "GET") {
    const read = own(readers, name);
    if (read !== undefined) return json(200, read(emulator, query));
  }
  if (request.method === "DELETE") {
    const erase = own(erasers, name);
    if (erase !== undefined) {
      erase(emulator);
      return new Response(null, { status: 204 });
    }
  }
  if (request.method === "POST") {
    const command = own(commands, name);
    if (command !== undefined) {
      const result = await command.run(emulator, parsed(await request.text()));
      return result === undefined ? new Response(null, { status: 204 }) : json(200, result);
    }
  }
  const allowed = Object.entries({ GET: readers, DELETE: erasers, POST: commands }).flatMap(([method, table]) =>
    Object.hasOwn(table, name) ? [method] : [],
  );
  if (allowed.length > 0) return badMethod(allowed);
  throw new ControlError(
    404,
    `There is no ${request.method} /_emulator/${name}. There are GET ${Object.keys(readers).join(", ")}; ` +
      `DELETE ${Object.keys(erasers).join(", ")}; POST ${Object.keys(commands).join(", ")}.`,
  );
}

function own<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ControlError(400, `The body is not JSON: ${cause instanceof Error ? cause.message : "unreadable"}.`);
  }
}
