/** Prints the dynamic provider's classes: `ts-node scripts/classes.ts > provider/src/dynamic/classes.ts`. */
import { format } from "prettier";
import { configuration } from "../provider/src/core/configuration";
import { packageSchema } from "../provider/src/core/schema";
import { resources } from "../provider/src/resources";
import { dynamicClasses } from "./dynamicClasses";

void format(dynamicClasses(packageSchema(resources, [], configuration)), {
  parser: "typescript",
  printWidth: 120,
}).then((text) => process.stdout.write(text));
