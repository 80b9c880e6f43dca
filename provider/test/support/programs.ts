import type { Declared, Program, Wire } from "./engine";

/** An organization of that name. */
export function organization(name: string, more: Wire = {}): Declared {
  return { type: "Organization", inputs: () => ({ name, ...more }) };
}

/** A resource that belongs to the organization with the logical name `dev`. */
export function part(type: string, settings: Wire, more: Partial<Declared> = {}): Declared {
  return { type, inputs: (id) => ({ organizationId: id("dev"), ...settings }), ...more };
}

/** A person in that organization. */
export function member(email: string, role: string, more: Partial<Declared> = {}, settings: Wire = {}): Declared {
  return part("Membership", { email, role, ...settings }, more);
}

/** The roster of that organization. */
export function roster(members: Wire, settings: Wire = {}, more: Partial<Declared> = {}): Declared {
  return part("OrganizationMembers", { members: { ...members }, ...settings }, more);
}

/** The security settings of that organization. */
export function policy(settings: Wire, more: Partial<Declared> = {}): Declared {
  return part("SecurityPolicy", settings, more);
}

export const dev: Program = { dev: organization("acme-dev") };
