/** The optional settings of an organization in a layout. */
export const optionalSettings = ["owner", "security", "billing", "tunnels"] as const;

/** The parts of a layout that an export can leave out; `organization` is the whole organization. */
export const layoutParts = [
  ...optionalSettings,
  "group",
  "project",
  "cohort",
  "invitationGroups",
  "organization",
] as const;

/** A part that the export leaves out, because a layout cannot declare it. */
export interface LeftOutPart {
  readonly organization: string;
  readonly part: (typeof layoutParts)[number];
  /** The name of the group or project; of a cohort and its `tunnels`, the names of its project and the cohort, such as `firmware/canary`. */
  readonly name?: string | undefined;
  /** The broken rules of layouts, each as a sentence without a full stop. */
  readonly reasons: readonly string[];
  /** The value in the spelling of a layout. */
  readonly value: unknown;
}

/** Returns the part in words, such as `security` or `project "firmware"`. */
export function describePart({ part, name }: Pick<LeftOutPart, "part" | "name">): string {
  return name === undefined ? part : `${part} ${JSON.stringify(name)}`;
}
