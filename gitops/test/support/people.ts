import { organization, type PrintedStep, prn, review, describeChanges } from "./document";

/** People in one organization, in Pulumi's output. */

export const dev = organization("acme-dev", 1);
export const organizationId = prn(1);

/** An observed membership. */
export function membership(email: string, role: string, more: object = {}): NonNullable<PrintedStep["before"]> {
  return {
    id: `${organizationId}/${email}`,
    inputs: { organizationId, email, role },
    outputs: { organizationId, email, role, status: "active", userId: `prn:1:user:${email}`, ...more },
  };
}

/** A declared membership. */
export function declared(email: string, role: string): NonNullable<PrintedStep["after"]> {
  return { inputs: { organizationId, email, role } };
}

/** The status of all people in a roster. */
export const people = (members: Record<string, string>, status = "active") =>
  Object.fromEntries(Object.keys(members).map((email) => [email, { status }]));

/** A roster that changes from one declaration to another. */
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

/** Returns the changes of people by these steps. */
export const changes = (...steps: readonly PrintedStep[]) => describeChanges(review([dev, ...steps]).people);
