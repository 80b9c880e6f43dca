import { canonicalizeEmail, version } from "#provider";
import {
  formatLayoutMistake,
  InvalidLayoutError,
  type Layout,
  type LayoutCohort,
  type LayoutOrganization,
  parseLayout,
  readLayoutFiles,
} from "#layout";
import { getDate } from "../days";
import type { Subject } from "../sarif/sarif";
import type { Terminal } from "../terminal/terminal";

/**
 * Reads a layout, a file or a folder. Prints its warnings to standard error.
 * @throws InvalidLayoutError or UserError if the layout cannot be read.
 */
export function readLayout(path: string, terminal: Terminal): Layout {
  const layout = parseLayoutAt(path, terminal);
  printWarnings(layout, terminal);
  return layout;
}

/** Prints the warnings of a layout to standard error. */
export function printWarnings({ warnings }: Pick<Layout, "warnings">, terminal: Terminal): void {
  for (const warning of warnings) terminal.say(`peridio-gitops: ${formatLayoutMistake(warning)}\n`);
}

/**
 * Reads a layout without printing its warnings.
 * @throws InvalidLayoutError or UserError if the layout cannot be read.
 */
export function parseLayoutAt(path: string, { folder, now }: Pick<Terminal, "folder" | "now">): Layout {
  return parseLayout(readLayoutFiles(path, folder), { now, version });
}

/** Reads layouts as of the first moment of a day, UTC, by default as of `now`. Returns the first mistake, in a sentence, if a layout is not valid then. */
export function readLayoutsOn(
  paths: readonly string[],
  { folder, now, day }: { readonly folder: string; readonly now: Date; readonly day: string | undefined },
): readonly Layout[] | string {
  try {
    const moment = day === undefined ? now : new Date(day);
    return paths.map((path) => parseLayoutAt(path, { folder, now: moment }));
  } catch (error) {
    if (!(error instanceof InvalidLayoutError)) throw error;
    const [first] = error.mistakes;
    return `On ${day ?? getDate(now.toISOString())}, a layout is not valid: ${first === undefined ? "correct it" : formatLayoutMistake(first)}.`;
  }
}

/** A project or a cohort of a layout. */
export interface LayoutObject extends Pick<LayoutCohort, "name" | "everyoneEnabled" | "access"> {
  readonly kind: "project" | "cohort";
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name. Names in a layout contain no slash. */
  readonly path: string;
  /** The path of a cohort's project. */
  readonly parent?: string;
}

/** Lists the projects of an organization, each with its cohorts. */
export function listLayoutObjects({ projects = [] }: LayoutOrganization): readonly LayoutObject[] {
  return projects.flatMap(({ cohorts, ...project }): readonly LayoutObject[] => [
    { ...project, kind: "project", path: project.name },
    ...cohorts.map(
      (cohort) =>
        ({ ...cohort, kind: "cohort", path: `${project.name}/${cohort.name}`, parent: project.name }) as const,
    ),
  ]);
}

/** The sections of a review that are keys of an organization in a layout. */
const sections: readonly string[] = ["security", "billing", "tunnels"];

/** Returns the place of a person, of a section or, without one, of the organization. */
export function locateDeclaration(
  { organizations, findDeclarations }: Layout,
  { organization, person, section }: Subject,
) {
  if (organization === undefined || !organizations.some(({ name }) => name === organization)) return undefined;
  const path =
    person === undefined ? sections.filter((name) => name === section) : ["members", canonicalizeEmail(person)];
  return findDeclarations(organization, path).findLast(({ location }) => location)?.location;
}
