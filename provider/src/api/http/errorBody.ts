import * as z from "zod";

/** What an error body says, whatever its shape. */
export interface ErrorBody {
  readonly codes: readonly { readonly code: string; readonly context: Readonly<Record<string, unknown>> }[];
  /** Messages by property, in the names of the wire. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly text: string | null;
}

const nothing: ErrorBody = { codes: [], fields: {}, text: null };

const coded = z.object({ code: z.string(), context: z.record(z.string(), z.unknown()).catch({}) });
type Coded = z.infer<typeof coded>;

const parameter = z.object({ parameter: z.string(), reason: z.string() });

/** All shapes that are known from Peridio. The order matters: a detail would also pass as a property. */
const shapes = z.union([
  z
    .object({ errors: z.array(coded) })
    .transform(({ errors }) => ({ ...nothing, codes: errors, fields: parameters(errors) })),
  z.object({ errors: z.object({ detail: z.string() }) }).transform(({ errors }) => text(errors.detail)),
  z.object({ errors: z.record(z.string(), z.unknown()) }).transform(({ errors }) => ({
    ...nothing,
    fields: Object.fromEntries(Object.entries(errors).map(([property, value]) => [property, messages(value)])),
  })),
  z.object({ error: z.string(), message: z.string().optional() }).transform(({ error, message }) => ({
    ...nothing,
    text: message ?? null,
    codes: [{ code: error, context: {} }],
  })),
  coded.transform((error) => ({ ...nothing, codes: [error], fields: parameters([error]) })),
  z.object({ status: z.string() }).transform(({ status }) => text(status)),
  z.object({ errors: z.string() }).transform(({ errors }) => text(errors)),
]);

/** Understands every error body known from Peridio; of any other, nothing. */
export function parseErrorBody(body: string): ErrorBody {
  return shapes.catch(nothing).parse(json(body));
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function text(text: string): ErrorBody {
  return { ...nothing, text };
}

/** Codes that name a property, as messages about it. */
function parameters(codes: readonly Coded[]): ErrorBody["fields"] {
  const faults = codes.map(({ context }) => parameter.safeParse(context)).flatMap(({ data }) => data ?? []);
  return Object.fromEntries(faults.map(({ parameter, reason }) => [parameter, [reason.replaceAll("_", " ")]]));
}

/** Reading a body that is nested too deeply would exhaust the stack. */
const deepest = 8;

function messages(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth === deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item) => messages(item, depth + 1));
  const entries: [string, unknown][] = Object.entries(value);
  return entries.flatMap(([key, inner]) => messages(inner, depth + 1).map((message) => `${key} ${message}`));
}
