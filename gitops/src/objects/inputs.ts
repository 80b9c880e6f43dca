import * as z from "zod";
import { roles } from "#provider";
import type { Hidden } from "../preview/resource";
import type { Input, TypedInput } from "./property";
import { readItems, readText } from "./reading";

/** The inputs that several resources share. */

export const organizationId: TypedInput<string> = { schema: z.string(), isPermanent: true, read: readText };

export const name: TypedInput<string> = { schema: z.string(), isPermanent: true, read: readText };

export const description: TypedInput<string> = { schema: z.string(), read: readText };

export const email: Input = { schema: z.string(), isPermanent: true };

export const role: Input = { schema: z.enum(roles), isPermanent: true };

/** A list of texts, of which a preview may hide items. */
export const list: TypedInput<readonly (string | Hidden)[]> = { schema: z.array(z.string()), read: readItems };
