import { runPlugin } from "pulumi-provider-kit/plugin";
import { createProvider, packageNames } from "./packages";

// Serves a package of Pulumi's language tests: `NAME VERSION ENGINE`. Without arguments, lists the packages.
const [name, version] = process.argv.slice(2);
if (name === undefined || version === undefined) process.stdout.write(`${packageNames.join("\n")}\n`);
else runPlugin(createProvider(name, version));
