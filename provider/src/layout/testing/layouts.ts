import type { LayoutSource } from "../files";
import { type Layout, type LayoutOptions, parseLayout } from "../layout";
import { formatLayoutMistake, InvalidLayoutError } from "../mistakes";

/** A layout without mistakes. */
export const acme = `
organizations:
  acme-dev: { displayName: Acme development }
people:
  ada@acme.example: { acme-dev: admin }
`;

/** Parses the text of a single file, `acme.yaml`. */
export function parseText(text: string, options: Partial<LayoutOptions> = {}): Layout {
  return parseLayout([{ file: "acme.yaml", text }], { now: new Date("2027-01-31"), version: "0.1.0", ...options });
}

/** Returns the mistakes in the text of `acme.yaml`, or in several sources. */
export function listMistakes(
  sources: string | readonly LayoutSource[],
  options: Partial<LayoutOptions> = {},
): readonly string[] {
  try {
    if (typeof sources === "string") parseText(sources, options);
    else parseLayout(sources, { now: new Date("2027-01-31"), version: "0.1.0", ...options });
    return [];
  } catch (error) {
    if (error instanceof InvalidLayoutError) return error.mistakes.map(formatLayoutMistake);
    throw error;
  }
}

/** Returns the roles in an organization by e-mail address. */
export function getMembers({ organizations }: Layout, name = "acme-dev"): Readonly<Record<string, string>> | undefined {
  return organizations.find((organization) => organization.name === name)?.members;
}
