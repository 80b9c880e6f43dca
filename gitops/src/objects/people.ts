import * as z from "zod";
import type { OwnerStatus, PersonRole } from "../roles";
import type { Hidden } from "../hidden";

/** The people that a Membership or a roster names, in its inputs or in its outputs. */
export interface NamedPeople {
  /** By canonical address. */
  readonly people: ReadonlyMap<string, NamedPerson>;
  /** Set if the preview hides the person, or all people of a roster. */
  readonly hidden: Hidden | undefined;
  /** The patterns for the people that a roster leaves alone. */
  readonly ignore: readonly string[] | Hidden;
  /** The groups that people join by accepting the invitation. Hidden if the preview hides the person or all groups. */
  readonly groups: readonly GroupOfInvitation[] | Hidden;
  /** The canonical addresses of the people who have accepted, even if the preview hides the people. */
  readonly accepted: ReadonlySet<string>;
}

/** A person that a resource names. */
export interface NamedPerson {
  /** In its original spelling. */
  readonly email: string;
  readonly role: PersonRole | Hidden;
  readonly ownership: OwnerStatus | undefined;
  /** The end of access in canonical form: the last day, UTC, such as `2027-01-31`, or a moment; undefined for none. */
  readonly lastDay: string | Hidden | undefined;
  /** The role after this end; undefined for none. */
  readonly afterwards?: PersonRole | Hidden | undefined;
  /** Undefined in inputs. */
  readonly status: z.output<typeof reportedStatus>;
  /** The user's PRN, if it is known. */
  readonly userId: string | undefined;
  /** True if an expired invitation stays as it is. */
  readonly isExpiryIgnored: boolean;
}

/** The id of the group that a person joins. */
type GroupOfInvitation = readonly [email: string, groupId: string | Hidden];

/** The statuses that Peridio reports. Another one is unknown. */
export const reportedStatus = z.enum(["active", "pending", "expired"]).optional().catch(undefined);
