import { format } from "prettier";
import { machine } from "./machine";
import type { Size } from "./program";
import { type Section, verdictTable } from "./section";

/** All results as a page. */
export function document(sections: readonly Section[], { organizations, people }: Size): Promise<string> {
  const text = `# Performance

Written by \`make bench\`, which measures the provider beside a no-op provider that answers every call at once.

${machine()}

${targets(sections)}${sections.map(({ title, body }) => `## ${title}\n\n${body}`).join("\n\n")}

${method(organizations, people)}`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

function targets(sections: readonly Section[]): string {
  const verdicts = sections.flatMap(({ verdicts }) => verdicts);
  return verdicts.length === 0 ? "" : `## Targets\n\n${verdictTable(verdicts)}\n\n`;
}

function method(organizations: number, people: number): string {
  return `## How it is measured

The real Pulumi CLI runs a Pulumi YAML program of ${organizations} organizations with ${people} invited people each, as often as each section says, each time with a
new stack and a new emulator for each provider. The providers take turns at each command, so that a machine that is busy with something else is so for both.
Figures are medians; those of the growth are of one run. Everything runs on one machine: what the emulator computes for the provider's requests is in the
provider's time, and in none of the no-op's.

- **The no-op provider** speaks Pulumi's protocol on the same libraries as the provider. What is declared exists, nothing ever differs, and
  nothing is asked of anybody. Its answers are as long as the real ones, since Pulumi writes them all into its state, and it asks Pulumi to look
  at pending people before each update (\`refreshBeforeUpdate\`), as the provider does, so that Pulumi makes the same calls of both.
  *No-op that never looks* does not ask for that: the difference is what it costs to see at each \`up\` who has accepted or whose invitation has expired.
- **The bare writes** are those of an \`up\`, sent to a new emulator ten at a time by a program that does nothing else. A roster makes many requests in one
  of the engine's calls, where the no-op makes none, so a roster's \`up\` is held against the no-op and the bare writes together.
- **The bare gRPC server** is a Node.js program that registers the same service with empty handlers, bundled in the same way and started
  without the launcher that looks for a Node.js. Neither it nor the no-op keeps what V8 compiles for its next start, or is spared what is not used at the start, as the provider does and is.
- **An unchanged \`up\` reads** who is in the organizations where an invitation waits, since somebody may have accepted it, or it may have run out. The no-op reads
  nothing, so what these requests cost, on both sides of the wire, is all in the ratio. What they take alone is measured in a program that has just made
  a thousand others; each \`up\` makes them in a process that has made none. docs/decisions/0015 says what else is in the ratio.
- **Where the state is written**: by default Pulumi writes the whole state before and after each step, which takes much more time than any provider where
  the state is in a file and there are a thousand resources. The sections that say so let it write once, at the end (\`PULUMI_SKIP_CHECKPOINTS\`), for both sides;
  there the provider's own share shows, and its ratios are the harshest. The growth is measured like that too.
- **Fewest possible** is what the API's contract allows, whoever asks: the writes, one read that shows that the key is valid, and, where
  the state of things has to be seen, the organizations and each organization's pending invitations (for a roster its members too), a hundred a page.
- **Memory and CPU** are of the plugin's processes (\`VmHWM\`, user and system time), looked at 20 times a second, on Linux only.
- **Growth**: the organizations exist already, 25 of them, with their limit of users lifted to the maximum of the API.
`;
}
