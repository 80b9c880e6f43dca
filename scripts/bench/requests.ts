import type { Operation } from "./cases";
import type { Requests } from "./peridio";
import type { Form, Size } from "./program";

/** The longest page that the API gives. */
const pageLength = 100;

function pages(count: number): number {
  return Math.max(1, Math.ceil(count / pageLength));
}

/**
 * The fewest requests with which the API lets an operation be done on organizations that the program declares, all of
 * whose people are invited and none has accepted.
 *
 * One read shows that the key is valid. To see that invitations still wait, they are listed; a roster is listed with its
 * members besides, to see who is there undeclared. Organizations are listed a hundred at a time.
 */
export function fewest(operation: Operation, form: Form, { organizations, people }: Size): Requests {
  const key = 1;
  const all = organizations + organizations * people;
  const lists = pages(people) + (form === "OrganizationMembers" ? 1 : 0);
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
      return { reads: key + pages(organizations) + organizations * lists, writes: 0 };
  }
}

/** The most reads that an operation may take; a write is never done twice. */
export function mostReads(operation: Operation, { organizations, people }: Size): number {
  // A destroy asks for the deletion readiness before the first part and before the organization.
  const each = { refresh: Math.ceil(people / pageLength) + 4, destroy: 5 };
  return organizations * (operation === "refresh" || operation === "destroy" ? each[operation] : 4);
}
