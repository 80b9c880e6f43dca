import * as z from "zod";
import { listBriefly } from "#framework";
import { key, email } from "#provider";
import type { Organization, Person } from "../../access/access";
import { isHidden } from "../../preview/resource";
import { type Finding, checkEach, type Concerned, createFinding, listPeople } from "../scope";
import { formatCount } from "../../wording";

const number = z.int("must be a whole number").min(1, "must be at least 1").max(500, "must be at most 500");

const including = z.union([email, z.array(email).min(1, "must name a person: add one, or remove the key")]);

const limits = z
  .strictObject({
    atLeast: number.optional().meta({
      description:
        "The minimum number of admins in an organization, 1 to 500. Members count. Invitations count only with `countInvited`.",
    }),
    atMost: number.optional().meta({
      description: "The maximum number of admins in an organization, 1 to 500. Invitations and hidden roles count.",
    }),
    including: including.optional().meta({ description: "People who must be admins, by e-mail address." }),
    countInvited: z.boolean().optional().meta({
      description: "True if invitations count for `atLeast` and `including`. False if not set.",
    }),
  })
  .superRefine(({ atLeast, atMost, including }, context) => {
    if (atLeast === undefined && atMost === undefined && including === undefined) {
      context.addIssue({ code: "custom", message: "has no requirement: add `atLeast`, `atMost` or `including`" });
    }
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      const message = `must not be more than \`atMost\`, which is ${atMost}`;
      context.addIssue({ code: "custom", message, path: ["atLeast"] });
    }
  })
  .meta({ minProperties: 1 });

type Limits = z.output<typeof limits>;

/** The number of admins. */
export const admins = limits
  .transform((asked) =>
    checkEach((concerned) => [
      ...checkMinimum(asked, concerned),
      ...checkIncluded(asked, concerned),
      ...checkMaximum(asked, concerned),
    ]),
  )
  .optional()
  .meta({ description: "The number of admins in an organization, and people who must be admins." });

/** Returns the admins that count as present. A new organization has no members yet, so invitations count. */
function listPresentAdmins({ countInvited = false }: Limits, organization: Organization, people: readonly Person[]) {
  const standings: readonly Person["standing"][] =
    countInvited || organization.id === undefined ? ["active", "pending", "planned"] : ["active"];
  return people.filter(({ role, standing }) => role === "admin" && standings.includes(standing));
}

function checkMinimum(asked: Limits, concerned: Concerned): readonly Finding[] {
  const { atLeast = 0 } = asked;
  const { name, among, everybody, organization } = concerned;
  const there = getAddresses(listPresentAdmins(asked, organization, everybody));
  if (there.length >= atLeast) return [];
  const waiting = getAddresses(
    everybody.filter(({ role, standing }) => role === "admin" && (standing === "pending" || standing === "planned")),
  ).filter((one) => !there.includes(one));
  const hidden = everybody.filter(({ role }) => isHidden(role)).length + organization.hiddenPeople;
  const besides = [
    ...(waiting.length > 0 ? [`${listBriefly(waiting)} will count after accepting the invitation`] : []),
    ...(hidden > 0 ? [`the hidden roles of ${formatCount(hidden, "person", "people")} do not count`] : []),
  ];
  const remedy = ["make another person admin", ...besides].join("; ");
  const words = `${name} has ${describeAdmins(there, among)}, but the rule requires at least ${atLeast}: ${remedy}.`;
  return [createFinding(concerned, words, { people: there, about: "at least", extent: atLeast - there.length })];
}

function checkIncluded(asked: Limits, concerned: Concerned): readonly Finding[] {
  const { name, organization } = concerned;
  const all = listPeople(organization);
  const there = new Set(listPresentAdmins(asked, organization, all).map(({ email }) => key(email)));
  return [asked.including ?? []].flat().flatMap((email) => {
    if (there.has(key(email))) return [];
    const waits = all.some((one) => key(one.email) === key(email) && one.role === "admin");
    const is = waits ? "is not yet an admin" : "is no admin";
    const remedy = waits ? "the person must accept the invitation" : "give the person that role";
    const words = `${email} ${is} of ${name}, but the rule requires it: ${remedy}.`;
    return [createFinding(concerned, words, { people: [email], about: `including ${key(email)}` })];
  });
}

function checkMaximum({ atMost = Infinity }: Limits, concerned: Concerned): readonly Finding[] {
  const { name, among, people, organization } = concerned;
  const there = getAddresses(people.filter(({ role }) => role === "admin"));
  const hidden = people.filter(({ role }) => isHidden(role)).length + organization.hiddenPeople;
  const extent = there.length + hidden - atMost;
  if (extent <= 0) return [];
  const perhaps = hidden > 0 ? `, and ${formatCount(hidden, "person", "people")} with hidden roles` : "";
  const words =
    `${name} has ${describeAdmins(there, among)}${perhaps}, counting invitations, but the rule allows at most ${atMost}: ` +
    `give ${extent === 1 ? "one of them" : `${extent} of them`} another role.`;
  return [createFinding(concerned, words, { people: there, about: "at most", extent })];
}

function getAddresses(people: readonly Person[]): readonly string[] {
  return people.map(({ email }) => email);
}

function describeAdmins(people: readonly string[], among: string): string {
  if (people.length === 0) return `no admin${among}`;
  return `${formatCount(people.length, "admin")}${among} (${listBriefly(people)})`;
}
