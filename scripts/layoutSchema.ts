/** Prints the JSON Schema of layout files, for editors: `ts-node scripts/layoutSchema.ts > layout.schema.json`. */
import { layoutSchema } from "./editors/layout";
import { print } from "./editors/print";

void print(layoutSchema);
