import type { Declared, Program, Wire } from "./engine";

/** An organization of that name. */
export function organization(name: string, more: Wire = {}): Declared {
  return { type: "Organization", inputs: () => ({ name, ...more }) };
}

/** A person in the organization that the program calls `dev`. */
export function member(email: string, role: string, more: Partial<Declared> = {}): Declared {
  return { type: "Membership", inputs: (id) => ({ organizationId: id("dev"), email, role }), ...more };
}

/** The settings of the organization that the program calls `dev`. */
export function policy(settings: Wire, more: Partial<Declared> = {}): Declared {
  return { type: "SecurityPolicy", inputs: (id) => ({ organizationId: id("dev"), ...settings }), ...more };
}

export const dev: Program = { dev: organization("acme-dev") };
