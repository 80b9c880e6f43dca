import * as z from "zod";
import { isRecord } from "#framework";
import { isHidden } from "../hidden";
import { group } from "./group";
import { list, name, text } from "./inputs";
import type { TypedInput, ValuesOf } from "./property";
import { readSwitch, readValues } from "./reading";

/** The grants of a project or cohort, with the values that the review understands. */
export const grantsSchema = z.strictObject({ users: z.array(z.string()), groups: z.array(z.string()) }).partial();

const grants: TypedInput<ValuesOf<{ readonly users: typeof list; readonly groups: typeof list }>> = {
  schema: grantsSchema,
  staysWhenUndeclared: true,
  getReferences: (value) => (isRecord(value) && !isHidden(value) ? value.groups : undefined),
  read(value) {
    if (value === undefined || isHidden(value)) return value;
    return isRecord(value) ? readValues({ users: list, groups: list }, value) : {};
  },
};

const everyoneEnabled: TypedInput<boolean> = { schema: z.boolean(), isNeverRemoved: true, read: readSwitch };

/** The inputs that projects and cohorts have in common. */
export const projectAndCohortInputs = { name, description: text, everyoneEnabled, access: grants } as const;

/** The inputs of groups, projects and cohorts, which decide about access. */
export const accessInputs = { ...group.inputs, ...projectAndCohortInputs } as const;
