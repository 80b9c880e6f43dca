import type * as z from "zod";
import type { Values } from "../../../provider/src/core/values";
import { key as canonical } from "../../../provider/src/resources/people/roster";
import { Failure } from "../failure";
import type { State } from "../preview/resource";
import type { Organization, Person } from "./access";
import { type Hidden, isHidden } from "./hidden";
import type { People } from "./people";
import { billing, general, security } from "./settings";

/** What an organization is put together from. */
export interface Ingredients {
  readonly key: string;
  /** The Organization resource, where a stack has one. */
  readonly itself: State | undefined;
  /** As it was seen before, if it was. */
  readonly earlier?: Organization | undefined;
  readonly owner: string | Hidden | undefined;
  readonly people: People;
  /** People who are there although nobody declares them. */
  readonly besides?: readonly Person[];
  readonly hasRoster: boolean;
  /** Whether it is managed with Avocado Connect, which tells no owners. */
  readonly connect: boolean;
  readonly general: Values | undefined;
  readonly security: Values | undefined;
  readonly billing: Values | undefined;
}

/** @throws Failure if a setting is not what this version understands. */
export function organizationOf(parts: Ingredients): Organization {
  const { key, itself, earlier, owner, people, besides = [], hasRoster, connect } = parts;
  const everybody = new Map(besides.map((person) => [canonical(person.email), undeclared(person)]));
  for (const [address, person] of people.known) everybody.set(address, person);
  return {
    key,
    id: key.startsWith("prn:") ? key : undefined,
    name: nameIn(itself) ?? earlier?.name,
    protected: itself?.protected,
    owner,
    general: read(general, parts.general ?? {}, key),
    people: withOwner(everybody, owner),
    hasRoster,
    hasUntoldOwners: connect && owner === undefined,
    hiddenPeople: people.hidden,
    hasHiddenRoster: people.hasHiddenRoster,
    security: parts.security && read(security, parts.security, key),
    billing: parts.billing && read(billing, parts.billing, key),
  };
}

/** The name that an Organization resource declares, or was seen with. */
export function nameIn(itself: State | undefined): string | undefined {
  return [itself?.inputs.name, itself?.outputs?.name].find((name) => typeof name === "string");
}

function undeclared(person: Person): Person {
  return { ...person, isOwner: false, declaredBy: [] };
}

/** An owner is always an admin and a member of the organization, even if no stack declares that. */
function withOwner(people: Map<string, Person>, owner: string | Hidden | undefined): ReadonlyMap<string, Person> {
  if (owner === undefined || isHidden(owner)) return people;
  const found = people.get(canonical(owner));
  const place = { email: owner, role: "admin", standing: "active", userId: undefined, declaredBy: [] } as const;
  return people.set(canonical(owner), { ...(found ?? place), standing: "active", isOwner: true });
}

function read<T extends z.ZodType>(schema: T, values: Values, key: string): z.output<T> {
  const { data, error } = schema.safeParse(values);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new Failure(
    `\`${issue?.path.join(".") ?? ""}\` of ${key} ${issue?.message ?? ""}: use a peridio-gitops of the same version as the provider`,
  );
}
