import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import type { Mention } from "../../model/mentions";
import type { Model } from "../../model/model";
import type { Person } from "../../model/organization";
import { labelUrn } from "../../urn";

/** The provider's information about people, by stack, resource and address. */
export type Information = ReadonlyMap<string, readonly string[]>;

/** Reads the information about people among the messages of previews. */
export function readInformation(programs: Model["programs"]): Information {
  const remarks = programs.flatMap(({ stack, remarks }) => remarks.map((remark) => ({ stack, ...remark })));
  const found = groupBy(
    remarks.filter(({ severity }) => severity === "info"),
    ({ stack, about, text }) => getInformationKey(stack, about, parsePerson(text)),
  );
  return new Map([...found].map(([key, own]) => [key, own.map(({ text }) => text)]));
}

/** Returns the address in a message. The provider's information about a person begins with the address. */
function parsePerson(text: string): string {
  const [email = ""] = text.split(" ", 1);
  return email;
}

function getInformationKey(stack: string, about: string, email: string): string {
  return JSON.stringify([stack, about, canonicalizeEmail(email)]);
}

/** Returns the provider's information about a person who leaves, such as the last activity. */
export function listProviderRemarks(
  { email }: Person,
  mentions: readonly Mention[],
  information: Information,
): readonly string[] {
  return mentions.flatMap(
    ({ resource: { stack, urn } }) => information.get(getInformationKey(stack, labelUrn(urn), email)) ?? [],
  );
}
