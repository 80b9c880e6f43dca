/** Builds `pulumi-resource-peridio/dynamic` in dist/dynamic, with which a program in TypeScript manages Peridio without the plugin. */
import { join } from "node:path";
import { packageDynamic } from "#framework/build";
import { name as title, version } from "../package.json";
import { dynamicSource } from "./programs";

packageDynamic(dynamicSource, join(__dirname, "../dist/dynamic"), { title, version }).catch((error: unknown) => {
  console.error("cannot package the dynamic provider:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
