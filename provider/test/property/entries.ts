import type { Engine, Kept } from "../support/engine";
import { isRecord, type Values } from "../../src/core/values";
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
  /** Whom a roster declares. */
  readonly members: readonly string[];
  /** The users whom it knew behind the addresses, by person. */
  readonly users: ReadonlyMap<string, string>;
  /** Of whom it says that they have not accepted: `pending` or `expired`, by person. */
  readonly waiting: ReadonlyMap<string, unknown>;
}

/** All entries of an engine's state, those that are still to be deleted included. */
export function entriesOf({ state, doomed }: Pick<Engine, "state" | "doomed">): Entry[] {
  return [...state, ...doomed].map(([name, kept]) => entry(name, kept));
}

function entry(name: string, { type, id, inputs, outputs }: Kept): Entry {
  const { email, members, organizationId } = inputs;
  const known = standings(email, outputs);
  return {
    name,
    type,
    id,
    organizationId: typeof organizationId === "string" ? organizationId : id,
    person: typeof email === "string" ? person(email) : undefined,
    members: isRecord(members) ? Object.keys(members).map(person) : [],
    users: new Map(known.flatMap(([name, { userId }]) => (typeof userId === "string" ? [[name, userId]] : []))),
    waiting: new Map(known.flatMap(([name, { status }]) => (status === "active" ? [] : [[name, status]]))),
  };
}

/** How far people have come, as an entry has it. */
function standings(email: unknown, outputs: Values): [string, Values][] {
  if (typeof email === "string") return [[person(email), outputs]];
  const people = isRecord(outputs.people) ? outputs.people : {};
  return Object.entries(people).flatMap(([name, one]) => (isRecord(one) ? [[person(name), one]] : []));
}

/** The organization of that full name: `acme-dev` is dev. */
export function organizationNamed(text: string): OrganizationName | undefined {
  return organizations.find((name) => fullName(name) === text);
}
