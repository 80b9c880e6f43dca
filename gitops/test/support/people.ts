import { organization, type PrintedStep, prn, review, told } from "./document";

/** People in one organization, as Pulumi prints what is done with them. */

export const dev = organization("acme-dev", 1);
export const organizationId = prn(1);

/** A membership as it is. */
export function membership(email: string, role: string, more: object = {}): NonNullable<PrintedStep["before"]> {
  return {
    id: `${organizationId}/${email}`,
    inputs: { organizationId, email, role },
    outputs: { organizationId, email, role, status: "active", userId: `prn:1:user:${email}`, ...more },
  };
}

/** A membership as it is declared. */
export function declared(email: string, role: string): NonNullable<PrintedStep["after"]> {
  return { inputs: { organizationId, email, role } };
}

/** How far everybody in a roster has come. */
export const people = (members: Record<string, string>, status = "active") =>
  Object.fromEntries(Object.keys(members).map((email) => [email, { status }]));

/** A roster that goes from one declaration to another. */
export function roster(
  before: Record<string, string> | undefined,
  after: Record<string, string> | undefined,
  more: { status?: string; ignore?: readonly string[]; op?: string } = {},
): PrintedStep {
  const { status, ignore, op = "update" } = more;
  return {
    op,
    name: "OrganizationMembers::acme-dev",
    before: before && {
      id: organizationId,
      inputs: { organizationId, members: before },
      outputs: { organizationId, members: before, people: people(before, status) },
    },
    after: after && { inputs: { organizationId, members: after, ...(ignore && { ignore }) } },
  };
}

/** What such steps change for people. */
export const changes = (...steps: readonly PrintedStep[]) => told(review([dev, ...steps]).people);
