/** Prints the JSON Schema of layout files, for editors: `ts-node scripts/layoutSchema.ts > layout.schema.json`. */
import { format } from "prettier";
import { layoutFileSchema } from "./layouts/jsonSchema";

void format(JSON.stringify(layoutFileSchema()), { parser: "json", printWidth: 120 }).then((text) =>
  process.stdout.write(text),
);
