import type { Operation } from "./cases";
import type { Requests } from "./peridio";
import type { Form, Size } from "./program";

/** The largest page of the API. */
const pageLength = 100;

function countPages(count: number): number {
  return Math.max(1, Math.ceil(count / pageLength));
}

/**
 * Returns the fewest requests with which the API allows an operation. All people have a pending invitation.
 *
 * One read checks the API key. One list shows the pending invitations of an organization. A roster also lists the members, to find
 * undeclared ones. A list of organizations has pages of a hundred.
 */
export function countFewestRequests(operation: Operation, form: Form, { organizations, people }: Size): Requests {
  const key = 1;
  const all = organizations + organizations * people;
  const lists = countPages(people) + (form === "OrganizationMembers" ? 1 : 0);
  switch (operation) {
    case "first preview":
      return { reads: key, writes: 0 };
    case "up":
    case "destroy":
      return { reads: key, writes: all };
    case "unchanged up":
    case "unchanged preview":
      return { reads: key + organizations * lists, writes: 0 };
    case "refresh":
      return { reads: key + countPages(organizations) + organizations * lists, writes: 0 };
  }
}

/** Returns the highest number of reads that the bench accepts, or undefined for an operation without this target. */
export function countMostReads(operation: Operation, { organizations, people }: Size): number | undefined {
  if (operation === "up") return organizations * 4;
  if (operation === "refresh") return organizations * (Math.ceil(people / pageLength) + 4);
  return undefined;
}
