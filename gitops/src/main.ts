import { findEngineAddress } from "./policyPack/engineAddress";
import type * as PolicyPack from "./policyPack/main";
import { run } from "./program";
import { createProcessTerminal } from "./terminal/terminal";

const args = process.argv.slice(2);
const engine = findEngineAddress(args);
if (engine === undefined) {
  void run(args, createProcessTerminal()).then((code) => {
    process.exitCode = code;
  });
} else {
  void loadPolicyPack().serveEngine(engine);
}

/** Loads gRPC, which every other command starts without. */
function loadPolicyPack(): typeof PolicyPack {
  // eslint-disable-next-line @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-assertions -- an import would be loaded at the start
  return require("./policyPack/main") as typeof PolicyPack;
}
