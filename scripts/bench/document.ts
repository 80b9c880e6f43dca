import { execFileSync } from "node:child_process";
import { cpus, totalmem, type } from "node:os";
import { format } from "prettier";
import type { Size } from "./program";
import { pulumi } from "./project";
import { type Section, renderVerdicts } from "./section";

/** Returns all results as a page. */
export function renderPage(sections: readonly Section[], { organizations, people }: Size): Promise<string> {
  const text = `# Performance

This page shows the time, the memory and the requests that the provider uses for up to 10,000 people, and the time of reviews. \`make bench\`
writes this page. The benchmark compares the provider with a no-op provider, which responds to every call at once.
[How it is measured](#how-it-is-measured) explains the terms in the tables.

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

Each comparison with the no-op provider runs the real Pulumi CLI with a Pulumi YAML program. The program has ${organizations}
organizations with ${people} invited people each, except in the sections on growth, on many organizations and on many stacks. Every run has
a new stack and a new emulator for each provider. The providers take turns at each command, so other load on the machine
affects both. If a figure has several measurements, it is their median. The sections on growth show one run. Everything
runs on one machine. The provider's time therefore contains the time of the emulator. The no-op's time does not, because
the no-op sends no requests.

- **The no-op provider** speaks Pulumi's protocol with the same libraries. It sends no requests, returns every declared
  object, and never finds a difference. Its responses are about as long as the real ones, because Pulumi writes them to
  its state. Like the provider, it asks Pulumi to read resources with pending invitations before each update
  (\`refreshBeforeUpdate\`). Pulumi therefore makes the same calls to both.
- **The no-op without early reads** does not ask Pulumi for these reads.
- **The bare writes** are the writes of an \`up\`, sent to a new emulator by a program without Pulumi, with ten concurrent
  requests. A roster sends many requests within one call of Pulumi's engine, and the no-op sends none. The \`up\` of a roster is
  therefore compared with the sum of the no-op's time and the time of the bare writes.
- **The bare gRPC server** is a Node.js program with empty handlers for the same gRPC service. It is bundled into one file,
  as the no-op provider is. Only the provider is compiled to an executable, and loads some modules only when it uses them.
- **Start** is the time from the start of the process until the plugin has printed its port, and until it has answered
  Configure.
- **An unchanged \`up\`** reads the members and invitations of organizations with a pending invitation. The no-op reads
  nothing, so the ratio contains the full cost of these requests, in client and server. The text above each table shows
  the time of the same reads in a program that has already sent a thousand requests. An \`up\` sends these reads from a new
  process.
- **Parallel operations**: By default, Pulumi runs four operations for each core at once. In the section with 256 parallel
  operations, every command has the option \`--parallel 256\`, for both providers.
- **The state** is a file. By default, Pulumi writes the whole file before and after each step. With a thousand
  resources, these writes take much longer than any provider. In the sections that say so, and in the sections on
  growth, Pulumi writes the state once at the end (\`PULUMI_SKIP_CHECKPOINTS\`), for both providers. The ratios in these
  sections are the strictest, because the provider has the largest share of the time.
- **Fewest possible** is the minimum that the API's contract allows:
  - for an \`up\` and a destroy, one write for each organization and each invited person
  - one read to check the API key
  - for an unchanged \`up\`, an unchanged preview and a refresh, one read for each hundred pending invitations of an
    organization
  - for the same operations with rosters, one read for each hundred members of an organization, and at least one
  - for a refresh, one read for each hundred organizations
- **Memory** is the peak memory of the plugin's largest process (\`VmHWM\`). **CPU** is the user and system time of all
  processes of the plugin. Both are sampled 20 times a second, on Linux only.
- **Growth** means the sections from 100 to 10,000 people. They use 25 existing organizations, whose user limit is raised
  to the API's maximum.

## Why some targets are missed

- **Unchanged \`up\` and refresh**: The no-op sends no requests. The provider's time also contains its requests, the
  emulator's work, and the processor time of its runtime. After the start, the runtime still compiles the functions that
  run often, on the cores that Pulumi uses. In a trial without the last stage of this compilation, the provider used a
  fifth to a quarter less processor time, but an executable has no setting for this
  ([decision 0020](decisions/0020-compile-the-programs-with-bun.md)).
- **First preview of Memberships**: Pulumi 3.274 builds the whole state after each step of a preview, and Pulumi 3.259 did
  not. With a thousand Memberships, this takes much longer than the provider's work. The provider's objects are larger
  than those of the no-op, so it takes longer still. In the sections with state written once at the end, Pulumi omits it.
- **Responses 50 ms late**: Pulumi reads eight resources at once on two cores, and these resources usually belong to one
  organization. With \`--parallel 256\`, the target is met
  ([decision 0003](decisions/0003-read-each-object-once-per-process.md#alternatives)).
- **Review of a changed program**: Code can read any file, so the review previews each stack with the program of main too. A change of
  the layout or of the access rules beside a YAML program of layouts needs this second preview only for the stacks that it affects
  ([decision 0044](decisions/0044-only-the-review-of-a-pull-request-has-a-base.md)).
- **Memory of rosters**: The peak depends on when the runtime collects its garbage. In four trials of 10,000 people, it was
  between 228 and 271 MB.

## Next

- [Decision 0015](decisions/0015-read-pending-invitations-in-every-update.md) explains the targets of the unchanged \`up\`.
- [Decision 0003](decisions/0003-read-each-object-once-per-process.md) explains the number of reads, and the effect of
  parallel operations.
- [Decision 0005](decisions/0005-waiting-for-the-rate-limiter-uses-no-retry-budget.md) explains the rate limiter.
`;
}

/** Returns the date, the machine and the versions of the measurement. */
export function describeMachine(): string {
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
