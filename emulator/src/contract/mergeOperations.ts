import { z } from "zod";
import type { Organization } from "../model/state";
import type { Operation, Operations } from "./api";

/** The operations of one file. */
type OperationsOfFile<O extends Organization> = readonly [name: string, operations: Operations<O>];

interface Contract {
  /** An OpenAPI document. */
  readonly document: object;
  /** The path of the document. */
  readonly documentPath: string;
  /** The path of the folder with the files. */
  readonly folder: string;
}

/**
 * Merges the operations of the files of a folder. `files` has the name of each file, without its extension.
 * @throws Error that lists each operation that the contract or the folder lacks, or that is there twice, with the file to edit
 */
export function mergeOperations<O extends Organization>(
  { document, documentPath, folder }: Contract,
  files: readonly OperationsOfFile<O>[],
): Operations<O> {
  const routes = listRoutes(document);
  const merged: Record<string, Operation<O>> = {};
  const sources = new Map<string, string>();
  const mistakes: string[] = [];
  for (const [name, operations] of files) {
    const file = `${folder}/${name}.ts`;
    for (const [id, operation] of Object.entries(operations)) {
      const other = sources.get(id);
      if (other !== undefined) mistakes.push(`${id} is in ${other} and in ${file}. Remove or rename one of them.`);
      else if (!routes.has(id))
        mistakes.push(`${id} is only in ${file}. Add it to ${documentPath}, or remove it from the file.`);
      sources.set(id, file);
      merged[id] = operation;
    }
  }
  for (const [id, { method, path }] of routes) {
    if (sources.has(id)) continue;
    const [sibling] = [...sources].find(([other]) => isOnSameList(routes.get(other)?.path, path)) ?? [];
    const file = sibling === undefined ? `a file in ${folder}/, and run \`make schema\`` : sources.get(sibling);
    mistakes.push(`${id} (${method} ${path}) is only in ${documentPath}. Add it to ${file}.`);
  }
  if (mistakes.length > 0)
    throw new Error([`The emulator's operations differ from ${documentPath}:`, ...mistakes].join("\n- "));
  return merged;
}

interface Route {
  readonly method: string;
  readonly path: string;
}

// A path also has members that are no operations, such as its parameters.
const outline = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }).optional().catch(undefined))),
});

/** Returns the route of each operation of a document, by `operationId`. */
function listRoutes(document: object): ReadonlyMap<string, Route> {
  const routes = Object.entries(outline.parse(document).paths).flatMap(([path, members]) =>
    Object.entries(members).flatMap(([method, operation]) =>
      operation === undefined ? [] : [[operation.operationId, { method: method.toUpperCase(), path }] as const],
    ),
  );
  return new Map(routes);
}

/** Reports if two paths are those of one list or of its objects, whatever the names of their parameters. */
function isOnSameList(path: string | undefined, other: string): boolean {
  return path !== undefined && getList(path) === getList(other);
}

function getList(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "{}").replace(/\/\{\}$/, "");
}
