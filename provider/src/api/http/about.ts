import type { z } from "zod";
import { key } from "../address";

/**
 * Accepts an answer only if it is about the object that the request named: `identity` holds the expected ids and addresses by
 * their names in the port. Case does not distinguish them.
 */
export function about<T extends object>(
  answer: z.ZodType<T>,
  identity: Partial<Readonly<Record<keyof T & string, string>>>,
): z.ZodType<T> {
  return answer.superRefine((value, context) => {
    const answered = new Map<string, unknown>(Object.entries(value));
    for (const [name, expected] of Object.entries<string | undefined>(identity)) {
      const found = String(answered.get(name));
      if (expected === undefined || key(found) === key(expected)) continue;
      context.addIssue({ code: "custom", path: [name], message: `expected ${expected}, received ${found}` });
    }
  });
}
