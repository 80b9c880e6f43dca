/** Reads the hand-written part of the reference: for each resource or function, a page with front matter, `provider/reference/NAME.md`. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import {
  type DocumentKind,
  InvalidDocumentError,
  parseYaml,
  sortMistakes,
  type SourceFile,
  suggest,
  validateShape,
} from "#framework/documents";

/** An error that users meet. */
const typicalError = z.strictObject({
  /** Its message, with `…` for the variable parts. */
  message: z.string(),
  /** The remedy, in whole sentences. */
  remedy: z.string(),
});

export type TypicalError = z.output<typeof typicalError>;

/** The part of a page of the reference that the schema does not contain. */
export interface PageSource {
  /** Examples of the ids that import accepts, the shortest to type first. Absent if nothing can be imported. */
  readonly imports?: readonly string[] | undefined;
  /** Sentences that follow the permitted users. */
  readonly permissions?: string | undefined;
  readonly errors: readonly TypicalError[];
  /** Markdown that follows the description, or nothing. */
  readonly notes: string;
}

/** The file of errors that several pages list by name. */
const sharedErrors = "shared-errors.yaml";

const kind: DocumentKind = {
  one: "the page",
  many: "pages of the reference",
  ifEmpty: "begin it with front matter that lists `imports`, `permissions` or `errors`, or remove the file",
};

/**
 * Returns the source pages in a folder by the names of their resources and functions.
 * @throws InvalidDocumentError with the mistakes of a file, their lines and remedies.
 */
export function readSources(folder: string): ReadonlyMap<string, PageSource> {
  const read = (name: string): SourceFile => {
    const file = join(folder, name);
    return { file, text: readFileSync(file, "utf8") };
  };
  const shared = parseAs(z.record(z.string(), typicalError), read(sharedErrors));
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return new Map(names.map((name) => [basename(name, ".md"), parseSource(read(name), shared)]));
}

/** Parses a page. Its front matter lists errors, or the names of shared ones. */
export function parseSource({ file, text }: SourceFile, shared: Readonly<Record<string, TypicalError>>): PageSource {
  const [, frontMatter = "", notes = ""] = /^(---\n[^]*?\n)---\n([^]*)$/.exec(text) ?? [];
  const sharedError = z.string().transform((name, context) => {
    const error = shared[name];
    if (error !== undefined) return error;
    const message = `is not in ${sharedErrors}${suggest(name, Object.keys(shared))}`;
    context.issues.push({ code: "custom", message, input: name });
    return z.NEVER;
  });
  const schema = z.strictObject({
    imports: z.array(z.string()).min(1).optional(),
    permissions: z.string().optional(),
    errors: z.array(z.union([typicalError, sharedError])).default([]),
  });
  return { ...parseAs(schema, { file, text: frontMatter }), notes: notes.trim() };
}

function parseAs<T>(schema: z.ZodType<T>, source: SourceFile): T {
  const document = parseYaml(source, kind);
  const mistakes = [...document.mistakes, ...validateShape(document, schema)];
  if (mistakes.length > 0) throw new InvalidDocumentError(kind, sortMistakes(mistakes));
  return schema.parse(document.value);
}
