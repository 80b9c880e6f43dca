/** Prints the JSON Schema of what a command of peridio-gitops prints: `ts-node scripts/gitopsSchema.ts audit > gitops/audit.schema.json`. */
import { format } from "prettier";
import { printedSchema } from "./gitops/jsonSchemas";

const [command = ""] = process.argv.slice(2);
void format(JSON.stringify(printedSchema(command)), { parser: "json", printWidth: 120 }).then((text) =>
  process.stdout.write(text),
);
