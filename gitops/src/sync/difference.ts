import type { Path } from "#framework";
import type { Adoptable } from "../edit/adopt";
import type { LayoutFiles } from "../edit/layoutFiles";

/** A difference between a live organization and its declaration in a layout. */
export interface Difference extends Adoptable {
  readonly organization: string;
  /** The person or the thing that differs, such as `ada@acme.example`, `security.sessionTimeout` or `group field`. */
  readonly subject: string;
  /** The name on the command line: the person's address, or a setting such as `acme-dev/security.sessionTimeout`. */
  readonly name?: string;
  /** True for a declared person who has left, was removed or has declined. An expired invitation is no decision of a person. */
  readonly gone?: true;
  /** The declaration and the live value in words. */
  readonly declared: string;
  readonly live: string;
  /** The effect of the next `pulumi up --refresh`, as the rest of a sentence. */
  readonly undo: string;
}

/** Returns the texts that identify a difference. */
export function getKey({ organization, subject, declared, live }: Difference): string {
  return JSON.stringify([organization, subject, declared, live]);
}

/** A part of an organization in the files of a layout. */
export interface LayoutPart {
  readonly files: LayoutFiles;
  readonly organization: string;
  /** The path below the organization. */
  readonly path: Path;
}

/** Returns the path of a part in the files. */
export function getFullPath({ organization, path }: Pick<LayoutPart, "organization" | "path">): Path {
  return ["organizations", organization, ...path];
}
