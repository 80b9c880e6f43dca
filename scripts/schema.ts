/** Prints the Pulumi package schema: `ts-node scripts/schema.ts > schema.json`. */
import { format } from "prettier";
import { components } from "../provider/src/components";
import { configuration } from "../provider/src/core/configuration";
import { packageSchema } from "../provider/src/core/schema";
import { functions } from "../provider/src/functions";
import { resources } from "../provider/src/resources";

void format(JSON.stringify(packageSchema(resources, functions, configuration, components)), {
  parser: "json",
  printWidth: 120,
}).then((text) => process.stdout.write(text));
