import type { User } from "../state";

/** The person's name, or the e-mail address: this API knows nobody without a name. */
export function nameOf({ name, email }: User): string {
  return name ?? email;
}
