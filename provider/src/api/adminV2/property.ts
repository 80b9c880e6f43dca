/** The port's name of a property on the wire, for messages about it. */
export function property(onWire: string): string {
  if (onWire === "two_factor_required") return "requireTwoFactor";
  return onWire.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
