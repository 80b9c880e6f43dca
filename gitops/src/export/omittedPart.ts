/** The optional settings of an organization in a layout. */
export const optionalSettings = ["owner", "security", "billing", "tunnels"] as const;

/** The parts that can be missing from a layout; `organization` is the whole organization. */
export const omittableParts = [
  ...optionalSettings,
  "group",
  "project",
  "cohort",
  "invitationGroups",
  "organization",
] as const;

/** Something that Peridio has and a layout rejects. */
export interface OmittedPart {
  readonly organization: string;
  readonly part: (typeof omittableParts)[number];
  /** The name of the group or project; of a cohort and its `tunnels`, the names of its project and the cohort, such as `firmware/canary`. */
  readonly name?: string | undefined;
  /** The broken rules of layouts, each as a sentence without a full stop. */
  readonly reasons: readonly string[];
  /** The value in the spelling of a layout. */
  readonly value: unknown;
}

/** Returns the part in words, such as `security` or `project "firmware"`. */
export function describePart({ part, name }: Pick<OmittedPart, "part" | "name">): string {
  return name === undefined ? part : `${part} ${JSON.stringify(name)}`;
}
