import { execFileSync } from "node:child_process";
import { cpus, totalmem, type } from "node:os";
import { format } from "prettier";
import type { Size } from "./program";
import { pulumi } from "./project";
import { type Section, renderVerdicts } from "./section";

/** Returns all results as a page. */
export function renderPage(sections: readonly Section[], { organizations, people }: Size): Promise<string> {
  const text = `# Performance

This page shows the time, memory and requests of the provider for up to 10,000 people. \`make bench\` writes this page. The bench compares the provider with a no-op provider,
which responds to every call at once.

${describeMachine()}

${renderTargets(sections)}${sections.map(({ title, body }) => `## ${title}\n\n${body}`).join("\n\n")}

${renderMethod(organizations, people)}`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

function renderTargets(sections: readonly Section[]): string {
  const verdicts = sections.flatMap(({ verdicts }) => verdicts);
  return verdicts.length === 0 ? "" : `## Targets\n\n${renderVerdicts(verdicts)}\n\n`;
}

function renderMethod(organizations: number, people: number): string {
  return `## How it is measured

Except for the start and the review, each measurement runs the real Pulumi CLI. The Pulumi YAML program declares ${organizations} organizations with ${people} invited people each. Every run has a new stack
and a new emulator for each provider. The providers take turns at each command, so other load on the machine affects both. The figures are medians, except
for the growth, which is measured once. Everything runs on one machine. The provider's time therefore contains the time of the
emulator, and the no-op's time does not.

- **The no-op provider** speaks Pulumi's protocol with the same libraries. It sends no requests, returns every declared object, and never finds a difference. Its
  responses are as long as the real ones, because Pulumi writes them to its state. Like the provider, it asks Pulumi to read pending people before each update
  (\`refreshBeforeUpdate\`), so Pulumi makes the same calls to both.
- **The no-op without early reads** does not ask Pulumi for these reads. The difference between the two no-ops is the cost of finding accepted and expired invitations at each \`up\`.
- **The bare writes** are the writes of an \`up\`, sent to a new emulator by a program without Pulumi, with ten concurrent requests. A roster sends many requests within one call of
  the engine, and the no-op sends none. The \`up\` of a roster is therefore compared with the no-op and the bare writes together.
- **The bare gRPC server** is a Node.js program with empty handlers for the same service. Like the no-op, it is a bundle that Node.js runs. Only the provider is
  compiled, and loads code late that a start does not use.
- **An unchanged \`up\`** reads the members and invitations of organizations with a pending invitation. The no-op reads nothing, so the ratio contains the full cost of
  these requests, in client and server. The reads alone are measured in a program that has already sent a thousand requests. Each \`up\` sends them from a new process.
- **The state** is a file. By default, Pulumi writes it completely before and after each step. With a thousand resources, that takes much longer than any provider. In the
  sections that say so, and in the growth, Pulumi writes the state once at the end (\`PULUMI_SKIP_CHECKPOINTS\`), for both providers. The time that Pulumi needs for
  its state then hides less of the provider's time.
- **Fewest possible** is the minimum that the API's contract allows:
  - the writes
  - one read to check the API key
  - for an unchanged \`up\` or preview, and for a refresh, one read for each hundred pending invitations of an organization
  - for the same operations with rosters, one read for each hundred members of an organization, and at least one
  - for a refresh, one read for each hundred organizations
- **Memory and CPU** belong to the plugin's processes (\`VmHWM\`, user and system time). They are sampled 20 times a second, on Linux only.
- **Growth** uses 25 existing organizations, with their user limit raised to the API's maximum.

## Next

- [Decision 0015](decisions/0015-read-pending-invitations-in-every-update.md) explains the targets of the unchanged \`up\`.
- [Decision 0003](decisions/0003-read-each-object-once-per-process.md) explains the number of reads.
- [Decision 0005](decisions/0005-waiting-for-the-rate-limiter-uses-no-retry-budget.md) explains the rate limiter.
`;
}

/** Returns the date, the machine and the versions of the measurement. */
function describeMachine(): string {
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
