/** Prints the dynamic provider's classes and functions: `ts-node scripts/classes.ts > provider/src/dynamic/classes.ts`. */
import { format } from "prettier";
import { configuration } from "../provider/src/core/configuration";
import { packageSchema } from "../provider/src/core/schema";
import { functions } from "../provider/src/functions";
import { resources } from "../provider/src/resources";
import { dynamicClasses } from "./dynamicClasses";

const repeats = new Map(resources.map((resource) => [resource.token, resource.repeats]));

void format(dynamicClasses(packageSchema(resources, functions, configuration), repeats), {
  parser: "typescript",
  printWidth: 120,
}).then((text) => process.stdout.write(text));
