import { execFileSync } from "node:child_process";
import { cpus, totalmem, type } from "node:os";
import { pulumi } from "./project";

/** On what and when the results were measured. */
export function machine(): string {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const cli = execFileSync(pulumi, ["version"], { encoding: "utf8", env }).trim();
  return [
    `- ${new Date().toISOString().slice(0, 10)}`,
    `- ${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${gigabytes} GB of memory, ${type()}`,
    `- Node.js ${process.versions.node}, Pulumi ${cli}`,
  ].join("\n");
}
