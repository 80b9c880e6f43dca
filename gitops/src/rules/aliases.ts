import { canonicalizeEmail } from "#provider";
import { groupBy } from "../grouping";
import { type Access, getOrganizationName } from "../model/organization";
import type { Rule } from "./rule";
import { listPeople } from "./scope";

/**
 * Finds people whose address may be another spelling of one that a rule names, such as `carl+x@partner.example` for
 * `carl@partner.example`, each in a sentence. Many mail servers deliver both to one mailbox, and a rule applies to the exact address.
 */
export function findAliases(rules: readonly Rule[], { organizations }: Access): readonly string[] {
  const named = rules.flatMap(({ name, people, exempt }) => {
    const patterns = [...people.like, ...people.except, ...exempt.flatMap(({ person }) => person ?? [])];
    const addresses = new Set(patterns.filter((text) => !text.includes("*")).map(canonicalizeEmail));
    return [...addresses].map((address) => ({ name, address, addresses }));
  });
  const byMailbox = groupBy(named, ({ address }) => getMailbox(address));
  const sentences = [...organizations.values()].flatMap((organization) =>
    listPeople(organization).flatMap(({ email }) => {
      const own = canonicalizeEmail(email);
      return (byMailbox.get(getMailbox(email)) ?? [])
        .filter(({ addresses }) => !addresses.has(own))
        .map(
          ({ name, address }) =>
            `${email} in ${getOrganizationName(organization)} may be ${address}, who is named in the rule ${JSON.stringify(name)}. The rule applies to the exact address only.`,
        );
    }),
  );
  return [...new Set(sentences)];
}

/** Returns an address without a sub-address (`+x`) and without dots in the name. */
export function getMailbox(email: string): string {
  const [name = "", domain = ""] = canonicalizeEmail(email).split("@");
  return `${name.replace(/\+.*$/, "").replaceAll(".", "")}@${domain}`;
}
