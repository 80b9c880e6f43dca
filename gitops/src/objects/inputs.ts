import * as z from "zod";
import { roles } from "#provider";
import type { Hidden } from "../hidden";
import { reference, type TypedInput } from "./property";
import { readItems, readText } from "./reading";

// The inputs that several resources share.

/** The organization of a resource. */
export const organizationId: TypedInput<string> = {
  schema: z.string(),
  isNeverRemoved: true,
  neverDrifts: true,
  read: readText,
  ...reference,
};

/** An input whose change replaces the object, so that only the words of the replacement read it. Nothing outside Pulumi changes it. */
export const identifying = { schema: z.string(), isNeverRemoved: true, isIdentity: true, neverDrifts: true } as const;

/** The project of an object in a project. */
export const projectId = { ...identifying, ...reference } as const;

/** The name of an object. */
export const name: TypedInput<string> = { schema: z.string(), isNeverRemoved: true, read: readText };

/** The e-mail address of a person. */
export const email: TypedInput<string> = { schema: z.string(), isNeverRemoved: true, read: readText };

/** The role of a person. */
export const role: TypedInput<string> = { schema: z.enum(roles), isNeverRemoved: true, read: readText };

/** A text that is no name. */
export const text: TypedInput<string> = { schema: z.string(), read: readText };

/** A list of texts, of which a preview may hide items. */
export const list: TypedInput<readonly (string | Hidden)[]> = { schema: z.array(z.string()), read: readItems };
