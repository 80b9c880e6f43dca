import type * as z from "zod";
import type { Path } from "#framework";
import type { Adoptable } from "../edit/adopt";
import type { LayoutFiles } from "../edit/layoutFiles";
import { definition, mark, string } from "../schema";

/** The schema of a difference in reports. */
export const difference = definition("Difference", "A difference between a live organization and the layout.", {
  organization: string("The organization's name."),
  subject: string("The person or the thing that differs, such as `security.sessionTimeout` or `group field`."),
  name: string(
    "The name for `--adopt`: the person's e-mail address, or a setting such as `acme-dev/security.sessionTimeout`. Absent for whole objects.",
  ).optional(),
  gone: mark("True for a declared person who has left, was removed or has declined. Absent for all others."),
  declared: string("The declaration in the layout, in words."),
  live: string("The live value, in words."),
  undo: string("The effect of the next `pulumi up --refresh`, as the rest of a sentence."),
  adopt: string(
    "The effect of an adoption on the layout, as the rest of a sentence. Absent if no edit is safe.",
  ).optional(),
  reason: string(
    "The reason why a person must decide, in whole sentences. Absent if an edit can adopt the difference.",
  ).optional(),
});

/** A difference between a live organization and its declaration in a layout. */
export type Difference = Omit<z.output<typeof difference>, "adopt" | "reason"> & Adoptable;

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
