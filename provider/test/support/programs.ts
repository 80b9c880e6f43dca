import type { Declared, Program, Wire } from "./engine";

/** An organization of that name. */
export function organization(name: string, more: Wire = {}): Declared {
  return { type: "Organization", inputs: () => ({ name, ...more }) };
}

/** A person in the organization that the program calls `dev`. */
export function member(email: string, role: string, more: Partial<Declared> = {}, settings: Wire = {}): Declared {
  return { type: "Membership", inputs: (id) => ({ organizationId: id("dev"), email, role, ...settings }), ...more };
}

/** The roster of the organization with the logical name `dev`. */
export function roster(members: Wire, settings: Wire = {}, more: Partial<Declared> = {}): Declared {
  return {
    type: "OrganizationMembers",
    inputs: (id) => ({ organizationId: id("dev"), members: { ...members }, ...settings }),
    ...more,
  };
}

/** The settings of the organization that the program calls `dev`. */
export function policy(settings: Wire, more: Partial<Declared> = {}): Declared {
  return { type: "SecurityPolicy", inputs: (id) => ({ organizationId: id("dev"), ...settings }), ...more };
}

export const dev: Program = { dev: organization("acme-dev") };
