import { canonicalizeEmail } from "#provider";
import type { PersonRole } from "../../roles";
import type { Access, Organization, Person, MemberStatus } from "../../model/organization";
import { type DeclaredGroup, noObjects } from "../../model/declaredObjects";
import { isHidden, type Hidden } from "../../hidden";
import type { Violation } from "../../review/review";
import { checkRules } from "../checkRules";
import { parseRulesFile } from "../readRules";
import type { Circumstances } from "../scope";

export const [ada, bob, carl, dora, eve, grace] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@partner.example",
  "dora@acme.example",
  "eve@acme.example",
  "grace@acme.example",
];

type DeclaredAccess =
  | PersonRole
  | Hidden
  | { readonly role: PersonRole | Hidden; readonly status?: MemberStatus; readonly lastDay?: Person["lastDay"] };

/** Returns an existing, completely declared organization, with `people` in a few words. */
export function createOrganization({
  people = {},
  ...rest
}: Partial<Omit<Organization, "people">> & {
  readonly people?: Readonly<Record<string, DeclaredAccess>>;
} = {}): Organization {
  const name = "name" in rest ? rest.name : "acme-dev";
  const id = "id" in rest ? rest.id : `prn:1:${name ?? "00000000-0000-0000-0000-000000000000"}`;
  const all = Object.entries(people).map(([email, access]) => createPerson(email, access, rest.owner));
  return {
    key: id ?? `urn:pulumi:dev::acme::peridio:index:Organization::${name ?? "unnamed"}`,
    isProtected: true,
    owner: undefined,
    general: {},
    hasRoster: true,
    isConnect: rest.hasUnreportedOwners ?? false,
    hasUnreportedOwners: false,
    hiddenPeople: 0,
    hasHiddenRoster: false,
    security: undefined,
    billing: undefined,
    objects: noObjects,
    endpoints: [],
    ...rest,
    name,
    id,
    people: new Map(all.map((person) => [canonicalizeEmail(person.email), person])),
  };
}

function createPerson(email: string, access: DeclaredAccess, owner: Organization["owner"]): Person {
  const full = typeof access === "object" && "role" in access ? access : { role: access };
  const isOwner = typeof owner === "string" && canonicalizeEmail(owner) === canonicalizeEmail(email);
  return { email, status: "active", lastDay: undefined, ...full, isOwner, userId: undefined, declaredBy: [] };
}

/** Returns a declared group that does not change. */
export function createGroup(name: DeclaredGroup["name"], ...members: readonly string[]): DeclaredGroup {
  const words = isHidden(name) ? "group" : `group ${name}`;
  return { key: words, words, name, members, isManaged: true, hiddenMembers: 0 };
}

export function createAccess(...organizations: readonly Organization[]): Access {
  return { organizations: new Map(organizations.map((organization) => [organization.key, organization])) };
}

export const circumstances: Circumstances = { before: undefined, now: new Date("2027-01-31") };

/** Checks rules, in YAML as below `rules`, against some access. */
export function checkYaml(
  rules: string,
  state: Access | Organization,
  besides: Partial<Circumstances> = {},
): readonly Violation[] {
  const text = `rules:\n${rules.replace(/^/gm, "  ")}`;
  const all = "organizations" in state ? state : createAccess(state);
  return checkRules(parseRulesFile({ file: "access-rules.yaml", text }).rules, all, { ...circumstances, ...besides });
}

/** Returns only the messages. */
export function checkMessages(...args: Parameters<typeof checkYaml>): readonly string[] {
  return checkYaml(...args).map(({ message }) => message);
}
