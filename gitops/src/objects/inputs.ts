import * as z from "zod";
import { roles } from "#provider";
import type { Input } from "./property";

/** The inputs that several resources share. */

export const organizationId: Input = { schema: z.string(), isPermanent: true };

export const name: Input = { schema: z.string(), isPermanent: true };

export const description: Input = { schema: z.string() };

export const email: Input = { schema: z.string(), isPermanent: true };

export const role: Input = { schema: z.enum(roles), isPermanent: true };
