import type { Engine, Kept } from "../support/engine";
import { isRecord } from "../../src/core/values";
import { fullName, type OrganizationName, organizations } from "./declarations";
import { person } from "./people";

/** An entry of the state, in the words of these tests. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly id: string;
  /** The PRN of the organization. */
  readonly organizationId: string;
  /** Whom a Membership is about. */
  readonly person: string | undefined;
  /** Whom it knew behind the address, if anybody. */
  readonly userId: string | undefined;
  /** Whom a roster declares. */
  readonly members: readonly string[];
}

/** All entries of an engine's state, those that are still to be deleted included. */
export function entriesOf({ state, doomed }: Pick<Engine, "state" | "doomed">): Entry[] {
  return [...state, ...doomed].map(([name, kept]) => entry(name, kept));
}

function entry(name: string, { type, id, inputs, outputs }: Kept): Entry {
  const { email, members, organizationId } = inputs;
  return {
    name,
    type,
    id,
    organizationId: typeof organizationId === "string" ? organizationId : id,
    person: typeof email === "string" ? person(email) : undefined,
    userId: typeof outputs.userId === "string" ? outputs.userId : undefined,
    members: isRecord(members) ? Object.keys(members).map(person) : [],
  };
}

/** The organization of that full name: `acme-dev` is dev. */
export function organizationNamed(text: string): OrganizationName | undefined {
  return organizations.find((name) => fullName(name) === text);
}
