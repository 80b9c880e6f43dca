import * as z from "zod";
import { key } from "../../api";
import { email as address } from "../types/email";
import { pattern } from "../types/pattern";
import { role } from "../types/role";

/** Roles by e-mail address. */
export const members = z.record(z.string(), role).superRefine((map, context) => {
  const refuse = (message: string, ...path: string[]) => {
    context.addIssue({ code: "custom", message, path });
  };
  if (Object.keys(map).length === 0) {
    refuse(
      "must name somebody: an empty roster would remove everybody. To manage nobody and let everybody stay, give the resource the option `retainOnDelete`, run `pulumi up`, and take it out of the program",
    );
  }
  const spelled = new Map<string, string>();
  for (const email of Object.keys(map)) {
    if (!address.safeParse(email).success) refuse("is not an e-mail address, such as ada@acme.example", email);
    const twin = spelled.get(key(email));
    if (twin !== undefined) refuse(`is the same address as ${twin}: keep one of the two`, email);
    spelled.set(key(email), email);
  }
});

/** Patterns of addresses. */
export const ignore = z.array(z.string().min(1, "must not be empty")).max(100, "must have at most 100 patterns");

/** Whether an address matches one of the patterns, in which `*` stands for any characters. */
export function matching(patterns: unknown): (email: string) => boolean {
  const expressions = ignore.safeParse(patterns).data?.map((text) => pattern(text, "i"));
  return (email) => expressions?.some((expression) => expression.test(email)) ?? false;
}

export { key };
