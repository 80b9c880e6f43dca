import { isHidden, type Hidden } from "../access/hidden";
import type { Person } from "../access/access";
import { asRole } from "../wording/role";

/** Why a value cannot be told, as the rest of a sentence. */
export function hiddenWords({ hidden }: Hidden): string {
  return hidden === "secret" ? "is kept secret" : "is not known before the update";
}

const ways: Readonly<Record<Person["standing"], (role: string, where: string) => string>> = {
  active: (role, where) => `has the role ${role} in ${where}`,
  pending: (role, where) => `is invited to ${where} ${asRole(role)}`,
  planned: (role, where) => `is to be invited to ${where} ${asRole(role)}`,
  expired: (role, where) => `has an expired invitation to ${where} ${asRole(role)}`,
};

/** Somebody's place, such as `bob@acme.example has the role developer in acme-dev`. */
export function placeWords({ email, role, standing }: Person, where: string): string {
  if (isHidden(role)) return `${email} has a role in ${where} that ${hiddenWords(role)}`;
  return `${email} ${ways[standing](role, where)}`;
}
