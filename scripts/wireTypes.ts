/** Writes the types of the objects in a contract, without its operations. Usage: `ts-node scripts/wireTypes.ts CONTRACT FILE`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { parse } from "yaml";
import { z } from "zod";

/** The parts of an OpenAPI document that define objects. */
const contract = z.object({
  openapi: z.string(),
  info: z.unknown(),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

async function write(source: string, file: string): Promise<void> {
  const objects = contract.parse(parse(readFileSync(source, "utf8")));
  const types = await openapiTS(Buffer.from(JSON.stringify({ ...objects, paths: {} })));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, COMMENT_HEADER + astToString(types));
}

const [, , source, file] = process.argv;
if (source === undefined || file === undefined) throw new Error("usage: wireTypes.ts CONTRACT FILE");
void write(source, file);
