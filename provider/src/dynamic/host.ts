import { runtime } from "@pulumi/pulumi";
import { printed } from "./failure";
import { serve as provider } from "./provider";
import type { Host } from "./remote";

export { ask } from "./asking";

export const serve: Host["serve"] = (token, config) => {
  settleIn();
  return provider(token, config);
};

let settled = false;

/** Makes Pulumi's dynamic host, which serves other providers too, fit for ours. */
function settleIn(): void {
  if (settled) return;
  settled = true;
  // Pulumi starts the host with the engine's address as the argument; the SDK's log wants to be told.
  runtime.resetOptions("", "", 1, process.argv[2] ?? "", "", false, "");
  // The host prints failures besides answering with them, and the CLI would show each twice.
  const print = console.error;
  console.error = (...texts: unknown[]) => {
    if (texts[0] !== printed) print(...texts);
  };
}
