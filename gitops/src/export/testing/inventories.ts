import type { Organization } from "#provider";
import type { Inventory } from "../inventory";

type Person = Inventory["people"][number];

const owner = { id: "prn:1:user:00000000-0000-4000-8000-000000000001", email: "ada@acme.example" };

/** Returns a new organization with its owner as the only member, and with the given changes. */
export function inventory(
  name: string,
  more: Partial<Omit<Inventory, "organization">> & { readonly organization?: Partial<Organization> } = {},
): Inventory {
  const { organization, ...rest } = more;
  return {
    organization: {
      id: `prn:1:${name}`,
      name,
      displayName: name,
      description: null,
      contactEmail: null,
      owner,
      createdAt: "2027-01-01T00:00:00Z",
      ...organization,
    },
    people: [member(owner.email, "admin")],
    expired: [],
    security: { requireTwoFactor: false, ipAllowlist: [], sessionTimeout: null, apiKeyRotation: null },
    billing: { billingEmail: null, paymentMethod: null, usageAlerts: [] },
    access: undefined,
    ...rest,
  };
}

export function member(email: string, role: Person["role"]): Person {
  return { kind: "member", email, role };
}

export function invitation(email: string, role: Person["role"]): Person {
  return { kind: "invitation", email, role };
}
