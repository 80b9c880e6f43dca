import { execFileSync } from "node:child_process";
import { cpus, totalmem, type } from "node:os";
import { format } from "prettier";
import type { Size } from "./program";
import { pulumi } from "./project";
import { type Section, renderVerdicts } from "./section";
import { repeats } from "./sideBySide";

/** Returns all results as a page. */
export function renderPage(sections: readonly Section[], { organizations, people }: Size): Promise<string> {
  const text = `# Performance

This page shows the time, the memory and the requests that the provider uses for up to 10,000 people, and the time of reviews. \`make bench\`
writes it. [How it is measured](#how-it-is-measured) explains the terms in the tables.
[Many organizations](#many-organizations-in-one-stack) has the seconds of fleets.

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

Each comparison with the no-op provider runs the real Pulumi CLI with a Pulumi YAML program. Unless a section says otherwise, the program
has ${organizations} organizations with ${people} invited people each. Every run has a new stack and a new emulator for each provider. The providers take
turns at each command, so other load on the machine affects both. Each run performs \`up\` and destroy once, and each other operation ${repeats} times. The provider's time
contains the time of the emulator, on the same machine. The no-op's time does not, because the no-op sends no requests.

- **The no-op provider** speaks Pulumi's protocol with the same libraries. It returns every declared object at once, and never finds a
  difference. Its responses are about as long as the real ones, because Pulumi writes them to its state. Like the provider, it asks Pulumi
  to read resources with pending invitations before each update (\`refreshBeforeUpdate\`), so Pulumi makes the same calls to both. **The no-op
  without early reads** does not ask for them.
- **Bare writes and reads** are the requests of an \`up\`, sent by a program without Pulumi, ten at once. A roster sends many requests within one call of Pulumi's engine, so its \`up\` is compared with the no-op's time plus the bare writes.
- **The bare gRPC server** is a Node.js program with empty handlers for the same gRPC service, bundled into one file like the no-op provider.
  Only the provider is compiled to an executable.
- **An unchanged \`up\`** reads the members and invitations of organizations with a pending invitation. The ratio contains the full cost of
  these requests, in client and server. The bare reads come from a program that has already sent a thousand requests.
- **The state** is a file. By default, Pulumi writes the whole file before and after each step. With a thousand
  resources, these writes take much longer than any provider. In the sections that say so, and from 100 to 10,000 people, Pulumi writes
  the state once at the end (\`PULUMI_SKIP_CHECKPOINTS\`), for both providers.
- **Fewest possible** is the minimum that the API's contract allows:
  - for an \`up\` and a destroy, one write for each organization and each invited person
  - one read to check the API key
  - for an unchanged \`up\`, an unchanged preview and a refresh, one read for each hundred pending invitations of an
    organization and, with rosters, for each hundred members, at least one
  - for a refresh, one read for each hundred organizations
- **Memory** is the peak memory of the plugin's largest process (\`VmHWM\`). **CPU** is the user and system time of all
  processes of the plugin. Both are sampled 20 times a second, on Linux only.
- **From 100 to 10,000 people**, one run uses 25 existing organizations, whose user limit is raised to the API's maximum.

## Why some targets are missed

- **Unchanged \`up\` and refresh**: The no-op sends no requests. The provider's time also contains its requests, the
  emulator's work, and the compilation of functions that run often. Without the last stage of this compilation, the provider used a
  fifth to a quarter less processor time, but an executable has no setting for this
  ([decision 0020](decisions/0020-compile-the-programs-with-bun.md)).
- **First preview of Memberships**: Pulumi 3.274 builds the whole state after each step of a preview. With a thousand Memberships, this
  takes much longer than the provider's work, and longer than for the no-op, whose objects are smaller. In the sections with state written
  once at the end, Pulumi omits it.
- **Responses 50 ms late**: Pulumi reads eight resources at once on two cores, and these resources usually belong to one
  organization ([decision 0003](decisions/0003-read-each-object-once-per-process.md#alternatives)).
- **Review of a changed program**: The review previews each stack with the program of main too
  ([decision 0044](decisions/0044-only-the-review-of-a-pull-request-has-a-base.md)).
- **Memory of rosters**: The peak depends on when the runtime collects its garbage. In four trials of 10,000 people, it was
  between 228 and 271 MB.

## Next

- [Decision 0015](decisions/0015-read-pending-invitations-in-every-update.md) explains the targets of the unchanged \`up\`.
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
