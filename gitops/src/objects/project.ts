import * as z from "zod";
import { isRecord } from "#framework";
import { isWithheld } from "../withheld";
import { list, name, organizationId, text } from "./inputs";
import { grantees } from "./outputs";
import type { TypedInput, ValuesOf } from "./property";
import { readSwitch, readValues } from "./reading";
import { createRow } from "./row";

/** The grants, with the values that the review understands. */
export const accessInput = z.strictObject({ users: z.array(z.string()), groups: z.array(z.string()) }).partial();

const access: TypedInput<ValuesOf<{ readonly users: typeof list; readonly groups: typeof list }>> = {
  schema: accessInput,
  getReferences: (value) => (isRecord(value) && !isWithheld(value) ? value.groups : undefined),
  read(value) {
    if (value === undefined || isWithheld(value)) return value;
    return isRecord(value) ? readValues({ users: list, groups: list }, value) : {};
  },
};

const everyoneEnabled: TypedInput<boolean> = { schema: z.boolean(), isPermanent: true, read: readSwitch };

/** The inputs that projects and cohorts have in common. */
export const accessInputs = { name, description: text, everyoneEnabled, access } as const;

export const project = createRow({
  noun: "project",
  order: 80,
  type: "project",
  comparison: "projects",
  isInLayout: true,
  inputs: { organizationId, ...accessInputs },
  ignoredOutputs: grantees,
});
