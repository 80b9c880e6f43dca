/**
 * Reports if a text can be a login at GitHub or GitLab, such as `ada` or `renovate[bot]`. With another text for an author, such as
 * `@ada`, an approval by `ada` would count.
 */
export function isLogin(text: string): boolean {
  return /^[A-Za-z0-9_.-]+(?:\[bot\])?$/.test(text);
}

/** Returns the words of a text that separates them by spaces or commas. */
export function splitLogins(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((login) => login !== "");
}

/** Compares logins without case. */
export function includesLogin(logins: readonly string[], login: string): boolean {
  return logins.some((one) => one.toLowerCase() === login.toLowerCase());
}
