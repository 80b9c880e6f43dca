/** Returns the address of a person. A program may spell it differently: `BOB` is BOB@acme.example. Gus is a partner. */
export function address(name: string): string {
  return `${name}@${toName(name) === "gus" ? "partner" : "acme"}.example`;
}

/** Returns the name of a person from any spelling of the name or the address. */
export function toName(spelled: string): string {
  return spelled.toLowerCase().replace(/@.*$/, "");
}
