/** Prints the dynamic provider's classes: `ts-node scripts/classes.ts > provider/src/dynamic/classes.ts`. */
import { configuration } from "../provider/src/core/configuration";
import { packageSchema } from "../provider/src/core/schema";
import { resources } from "../provider/src/resources";
import { dynamicClasses } from "./dynamicClasses";

void dynamicClasses(packageSchema(resources, configuration)).then((text) => process.stdout.write(text));
