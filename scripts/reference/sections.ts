/** What pages about resources and about functions share. */
import type { Right, TypicalError } from "../../provider/src/core/reference";
import type { Example } from "./examples";
import { block, code, table } from "./markdown";
import type { Properties } from "./package";
import { typeText } from "./types";

/** The first line of every page. */
export const written = "<!-- Written by scripts/reference.ts. To change it, edit provider/src and run: make sdk -->";

/** Who may do something, as the end of "the user of the API key has to be". */
export const rights: Readonly<Record<Right, string>> = {
  anybody: "anybody: each learns what the key can see",
  viewer: "a member of the organization, with any role",
  developer: "a developer, a manager or an admin",
  manager: "a manager or an admin",
  admin: "an admin",
  owner: "the owner",
  account: "anybody, with a key that is bound to no organization",
};

export function examples({ typescript, python, go, yaml }: Example): readonly string[] {
  return [
    "## Example",
    "### TypeScript",
    block("ts", typescript),
    "### Python",
    block("python", python),
    "### Go",
    block("go", go),
    "### YAML",
    block("yaml", yaml),
  ];
}

export function outputs(properties: Properties, required: readonly string[], ...first: readonly string[][]): string {
  const rows = Object.entries(properties).map(([name, property]) => [
    code(name),
    typeText(property),
    required.includes(name) ? "" : "may be absent",
    property.description,
  ]);
  return table(["output", "type", "", "meaning"], [...first, ...rows]);
}

const general = "What every resource and function may meet is in [Troubleshooting](../troubleshooting.md).";

export function errors(typical: readonly TypicalError[]): readonly string[] {
  const rows = typical.map(({ says, remedy }) => [says, remedy]);
  return ["## Errors", ...(rows.length === 0 ? [] : [table(["message", "what to do"], rows)]), general];
}
