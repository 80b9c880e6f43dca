/** A number as people write it: `2,000`. */
export function numbered(count: number): string {
  return count.toLocaleString("en");
}

/** A number of things: `1 person`, `2,000 people`. Of most words the plural need not be given: `2 days`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numbered(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return joined(words, "or");
}

/** `a`, `a and b`, `a, b and c`. */
export function all(words: readonly string[]): string {
  return joined(words, "and");
}

function joined(words: readonly string[], last: string): string {
  const rest = words.slice(0, -1);
  return [...(rest.length > 0 ? [rest.join(", ")] : []), ...words.slice(-1)].join(` ${last} `);
}

/** Roles in words. Whoever is in an organization is a member of it, so that the role `member` is always called a role. */

/** A role that stands alone: `viewer`, `role member`. */
export function roleName(role: string): string {
  return role === "member" ? "role member" : role;
}

/** In what way somebody is invited: `as viewer`, `with the role member`. */
export function asRole(role: string): string {
  return role === "member" ? "with the role member" : `as ${role}`;
}

/** What somebody is: `is an admin`, `has the role member`. */
export function isRole(role: string): string {
  if (role === "member") return "has the role member";
  return role === "admin" ? "is an admin" : `is a ${role}`;
}

/** How many people have a role: `1 admin`, `2 viewers`, `2 with the role member`. */
export function countedRole(count: number, role: string): string {
  return role === "member" ? `${numbered(count)} with the role member` : counted(count, role);
}
