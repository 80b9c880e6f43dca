import * as z from "zod";
import { day, email, pattern } from "#provider";
import { memoize } from "../memoize";
import type { Organization } from "../model/organization";

/** A selection: things that match one of the patterns in `like`, and none in `except`. */
export interface Selector {
  readonly like: readonly string[];
  readonly except: readonly string[];
}

/** A selector of everything. */
export const everything: Selector = { like: ["*"], except: [] };

/** Reports if a declared object has a value for one of its keys. */
export function declaresKey(declared: object): boolean {
  return Object.values(declared).some((value) => value !== undefined);
}

function createListSchema<Entry extends z.ZodType<string>>(entry: Entry) {
  return z.array(entry).min(1, "must not be empty: add an entry, or remove the key");
}

function createPatternsSchema<Entry extends z.ZodType<string>>(entry: Entry) {
  return z.union([entry, createListSchema(entry)]).transform((patterns) => [patterns].flat());
}

function createSelectorSchema<Entry extends z.ZodType<string>>(entry: Entry) {
  const list = createPatternsSchema(entry);
  const exact = z
    .strictObject({
      like: list
        .optional()
        .meta({ description: "Selects everything that matches one of these patterns. The default is everything." }),
      except: list
        .optional()
        .meta({ description: "Excludes everything that matches one of these patterns. The default is nothing." }),
    })
    .refine(declaresKey, "is empty: add `like`, `except` or both, or remove the key")
    .meta({ minProperties: 1 });
  return z.union([entry, createListSchema(entry), exact]).transform((selector): Selector => {
    if (typeof selector === "string" || Array.isArray(selector)) return { ...everything, like: [selector].flat() };
    return { like: selector.like ?? everything.like, except: selector.except ?? everything.except };
  });
}

/** A name or PRN of an organization, in which `*` stands for any characters. */
const organizationPattern = z.string().min(1, "must not be empty");

/** An e-mail address, in which `*` stands for any characters. */
const personPattern = z
  .string()
  .refine(
    (text) => text.includes("*") || email.safeParse(text).success,
    "must be an e-mail address or a pattern, such as *@acme.example",
  )
  .meta({ pattern: "[@*]" });

/** The name of a group, in which `*` stands for any characters. */
const groupPattern = z.string().min(1, "must not be empty");

/** A host, in which `*` stands for any characters. International names have their ASCII form. */
const hostPattern = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9._*-]+|\[[0-9A-Fa-f:.*]+\])$/,
    "must be a host or a pattern without a port, such as *.acme.example",
  );

/** A selector of groups, by name. */
export const groups = createSelectorSchema(groupPattern);

/** The paths of cohorts, in which `*` stands for any characters. */
export const cohorts = createSelectorSchema(z.string().min(1, "must not be empty"));

/** One pattern of hosts, or several. */
export const hostPatterns = createPatternsSchema(hostPattern);

/** One pattern of organizations, or several. */
export const organizationPatterns = createPatternsSchema(organizationPattern);

/** A selector of organizations, by name or PRN. */
export const organizations = createSelectorSchema(organizationPattern);

/** A selector of people, by e-mail address. */
export const people = createSelectorSchema(personPattern);

/** A selector of authors of a change, by login. */
export const authors = createSelectorSchema(
  z.string().regex(/^[A-Za-z0-9_.*-]+(?:\[bot\])?$/, "must be a login without @, or a pattern such as *[bot]"),
);

/** Reports if a selector selects every name. */
export function selectsEverything({ like, except }: Selector): boolean {
  return like.includes("*") && except.length === 0;
}

/** Reports if a selector selects a group or an organization by its name, or a cohort by its path, such as `firmware/canary`. */
export function selectsName({ like, except }: Selector, name: string): boolean {
  return matches(like, name) && !matches(except, name);
}

/** Reports if a selector selects a person by the address, or an author by the login. Case does not matter. */
export function selectsPerson({ like, except }: Selector, name: string): boolean {
  return matches(like, name, "i") && !matches(except, name, "i");
}

/**
 * Reports if a selector selects an organization by its name or PRN. Returns `perhaps` if that depends on an unknown name or PRN, so that
 * a rule still applies.
 */
export function selectsOrganization(
  { like, except }: Selector,
  { name, id, hasUnknownId = false }: Organization,
): "yes" | "no" | "perhaps" {
  // Only `*` matches the empty text.
  const matchesAny = (patterns: readonly string[]) => [name ?? "", id ?? ""].some((text) => matches(patterns, text));
  // A new organization gets no PRN that a rule names, but a pattern can match its PRN.
  const mayMatch = (text: string) =>
    isNamePattern(text) ? name === undefined : id === undefined && (hasUnknownId || text.includes("*"));
  if (matchesAny(except)) return "no";
  if (matchesAny(like)) return except.some(mayMatch) ? "perhaps" : "yes";
  return like.some(mayMatch) ? "perhaps" : "no";
}

/** Returns the selected names, as the rest of a sentence. `all` stands for a selection of everything. */
export function describeSelector({ like, except }: Selector, all = "all"): string {
  const but = except.length === 0 ? "" : ` but ${except.join(", ")}`;
  return like.includes("*") ? `${all}${but}` : `only ${like.join(", ")}${but}`;
}

/** Returns the selected people, such as ` among *@acme.example`; empty for all. */
export function describeAmong({ like, except }: Selector): string {
  if (like.includes("*")) return except.length === 0 ? "" : ` among all but ${except.join(", ")}`;
  return ` among ${like.join(", ")}${except.length === 0 ? "" : ` but ${except.join(", ")}`}`;
}

type Flags = "" | "i";

/** Returns a function that prepares patterns for many comparisons. A list can name thousands of people. */
function createPreparation(flags: Flags) {
  return memoize((patterns: readonly string[]) => {
    const [expressions, texts] = [
      patterns.filter((text) => text.includes("*")),
      patterns.filter((text) => !text.includes("*")),
    ];
    return {
      texts: new Set(texts.map((text) => fold(text, flags))),
      expressions: expressions.map((text) => pattern(text, flags)),
    };
  }, new WeakMap());
}

const prepare = { "": createPreparation(""), i: createPreparation("i") };

function fold(text: string, flags: Flags): string {
  return flags === "i" ? text.toLowerCase() : text;
}

/** Reports if a text matches one of the patterns. With the flag `i`, case does not matter. */
export function matches(patterns: readonly string[], text: string, flags: Flags = ""): boolean {
  const { texts, expressions } = prepare[flags](patterns);
  return texts.has(fold(text, flags)) || expressions.some((expression) => expression.test(text));
}

function isNamePattern(text: string): boolean {
  return !text.startsWith("prn:");
}

/** An exemption from a rule until a day. A permanent exemption is an `except` of the rule. */
export const exemption = z
  .strictObject({
    person: personPattern.optional().meta({
      description: "The e-mail address, in which `*` stands for any characters. The default is all people.",
    }),
    organization: organizationPattern.optional().meta({
      description:
        "The name or PRN of the organization, in which `*` stands for any characters. The default is all organizations.",
    }),
    until: day.meta({
      description: "The last day of the exemption, UTC, such as `2027-01-31`. For a permanent exemption, use `except`.",
    }),
    because: z.string().min(1, "must not be empty").meta({ description: "The reason for the exemption." }),
  })
  .refine(
    ({ person, organization }) => person !== undefined || organization !== undefined,
    "applies to everything: add `person`, `organization` or both",
  )
  .meta({
    description:
      "An exempt `person`, an `organization`, or a person in an organization, with the last day and the reason.",
  });

export type Exemption = z.output<typeof exemption>;

/** Reports if the exemption covers an organization as a whole. */
export function exemptsOrganization(exemption: Exemption, organization: Organization): boolean {
  return exemption.person === undefined && appliesTo(exemption, organization);
}

/** Reports if the exemption covers a person in an organization. */
export function exemptsPerson(exemption: Exemption, email: string, organization: Organization): boolean {
  const { person } = exemption;
  return (person === undefined || matches([person], email, "i")) && appliesTo(exemption, organization);
}

/** Reports if the exemption covers an organization, or people in it. */
export function appliesTo(exemption: Exemption, organization: Organization): boolean {
  if (exemption.organization === undefined) return true;
  // A pattern of names does not exempt an organization with an unknown name.
  return selectsOrganization({ like: [exemption.organization], except: [] }, organization) === "yes";
}
