/** The size of a program. */
export interface Size {
  readonly organizations: number;
  /** The number in each organization, without its owner. */
  readonly people: number;
}

/** The resource that declares people: one for each person, or one for each organization. */
export type Form = "Membership" | "OrganizationMembers";

interface ProgramResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resources of a Pulumi YAML program, by name. */
export type ProgramResources = Readonly<Record<string, ProgramResource>>;

/** Returns names for this number of organizations. */
export function listOrganizationNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
}

/** Returns a program with organizations and invited people. */
export function declareAll({ organizations, people }: Size, form: Form): ProgramResources {
  return merge(
    listOrganizationNames(organizations).map((name, index) => {
      const key = `organization${index + 1}`;
      const declared = { [key]: { type: "peridio:Organization", properties: { name } } };
      return { ...declared, ...declareInvitations(`\${${key}.id}`, index + 1, people, form) };
    }),
  );
}

/** Returns a program with people who are invited to existing organizations. */
export function declarePeople(organizationIds: readonly string[], people: number, form: Form): ProgramResources {
  return merge(organizationIds.map((id, index) => declareInvitations(id, index + 1, people, form)));
}

/** Returns the address of a person. Both numbers start at 1. */
export function formatAddress(organization: number, person: number): string {
  return `person${person}@business${organization}.example`;
}

function declareInvitations(organizationId: string, number: number, people: number, form: Form): ProgramResources {
  const emails = Array.from({ length: people }, (_, index) => formatAddress(number, index + 1));
  const role = "developer";
  if (form === "OrganizationMembers") {
    const members = Object.fromEntries(emails.map((email) => [email, role]));
    // A destroy counts as removals unless the organization goes too, so the guardrail must allow it.
    const properties = { organizationId, members, maxRemovals: "100%" };
    return { [`roster${number}`]: { type: `peridio:${form}`, properties } };
  }
  return Object.fromEntries(
    emails.map((email, index) => [
      `person${number}x${index + 1}`,
      { type: `peridio:${form}`, properties: { organizationId, email, role } },
    ]),
  );
}

function merge(parts: readonly ProgramResources[]): ProgramResources {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
