/** Normalizes an e-mail address. Peridio ignores its case. */
export function key(email: string): string {
  return email.toLowerCase();
}
