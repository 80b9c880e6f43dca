import { format } from "prettier";

/** Prints a schema as it is committed. */
export async function print(schema: Readonly<Record<string, unknown>>): Promise<void> {
  process.stdout.write(await format(JSON.stringify(schema), { parser: "json", printWidth: 120 }));
}
