/** The one form of an e-mail address, whose case Peridio ignores. */
export function key(email: string): string {
  return email.toLowerCase();
}
