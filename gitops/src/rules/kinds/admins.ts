import * as z from "zod";
import { listBriefly } from "#framework/messages";
import { canonicalizeEmail, email } from "#provider";
import { isComplete, type Organization, type Person } from "../../model/organization";
import { describeHidden, isHidden } from "../../hidden";
import { listPeople, type ScopedOrganization } from "../scope";
import { asPlainValue, reportHiddenRoster } from "../hiddenFindings";
import { createFinding, type Finding } from "../finding";
import { declaresKey } from "../selector";
import { formatCount } from "../../wording";
import { defineKind } from "./kind";

const number = z.int("must be a whole number").min(1, "must be at least 1").max(500, "must be at most 500");

const including = z.union([
  email,
  z.array(email).min(1, "must not be empty: add an e-mail address, or remove the key"),
]);

const limits = z
  .strictObject({
    atLeast: number.optional().meta({
      description:
        "The minimum number of admins in an organization, 1 to 500. Members count. Invitations that have not expired count too, unless the change makes fewer members admins. If the change adopts the organization, no preview shows its members, so neither counts.",
    }),
    atMost: number.optional().meta({
      description: "The maximum number of admins in an organization, 1 to 500. Invitations and hidden roles count.",
    }),
    including: including.optional().meta({ description: "People who must be admins, by e-mail address." }),
    countInvited: z.boolean().optional().meta({
      description:
        "True if invitations count for `atLeast` and `including` in every change. By default, they do not count if the change makes fewer members admins, or adopts the organization.",
    }),
  })
  .refine(
    ({ atLeast, atMost, including }) => declaresKey({ atLeast, atMost, including }),
    "has no requirement: add `atLeast`, `atMost` or `including`",
  )
  .superRefine(({ atLeast, atMost }, context) => {
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      const message = `must not be more than \`atMost\`, which is ${atMost}`;
      context.addIssue({ code: "custom", message, path: ["atLeast"] });
    }
  })
  .meta({ minProperties: 1 });

type AdminLimits = z.output<typeof limits>;

/** The number of admins. */
export const admins = defineKind({
  subject: "admins",
  audit: { reads: ["people"] },
  description: "The number of admins in an organization, and people who must be admins.",
  schema: limits,
  check: (limits, scoped) => [
    ...checkMinimum(limits, scoped),
    ...checkIncluded(limits, scoped),
    ...checkMaximum(limits, scoped),
  ],
});

/**
 * Returns the admins that count as present. Invitations count, unless the change takes members from the admins: an invitation does not
 * replace an admin who can act. A person who may be a member is not known to have an invitation.
 */
function listPresentAdmins(
  { countInvited = false }: AdminLimits,
  scoped: ScopedOrganization,
  people: readonly Person[],
) {
  const isCounted = (person: Person) => countInvited || (!mayBeMember(person) && !losesAdmins(scoped));
  return people.filter(
    (person) =>
      person.role === "admin" && (person.status === "active" || (person.status !== "expired" && isCounted(person))),
  );
}

/** Reports if fewer members are admins after the change. A hidden person or role before it may be an admin. */
function losesAdmins({ organization, former }: ScopedOrganization): boolean {
  // No preview shows the members of an organization that the change adopts.
  if (former === undefined) return organization.change === "adopted";
  const count = (all: readonly Person[]) =>
    all.filter(({ role, status }) => role === "admin" && status === "active").length;
  const before = listPeople(former);
  const hidden = before.filter(({ role }) => isHidden(role)).length + former.hiddenPeople;
  return former.hasHiddenRoster || count(listPeople(organization)) < count(before) + hidden;
}

function checkMinimum(limits: AdminLimits, scoped: ScopedOrganization): readonly Finding[] {
  const { atLeast = 0 } = limits;
  const { name, among, selectedPeople, organization } = scoped;
  const present = getAddresses(listPresentAdmins(limits, scoped, selectedPeople));
  if (present.length >= atLeast) return [];
  const absent = selectedPeople.filter(({ role, email }) => role === "admin" && !present.includes(email));
  const possible = getAddresses(absent.filter(mayBeMember));
  const invited = getAddresses(
    absent.filter((person) => !mayBeMember(person) && (person.status === "pending" || person.status === "planned")),
  );
  const hidden = selectedPeople.filter(({ role }) => isHidden(role)).length + organization.hiddenPeople;
  const remarks = [
    ...explainPossibleMembers(possible, organization, name),
    ...(invited.length > 0 ? [explainInvited(invited)] : []),
    ...(hidden > 0
      ? [
          `${formatCount(hidden, "person whose address or role is hidden does", "people whose address or role is hidden do")} not count.`,
        ]
      : []),
    ...(organization.change === "adopted" ? [] : describeUnseenAdmins(organization)),
  ];
  const extent = atLeast - present.length;
  const needed = extent - possible.length;
  const [one, more] = present.length + possible.length === 0 ? ["a", ""] : ["another", " more"];
  const remedy = needed === 1 ? `Make ${one} person${among} an admin.` : `Make ${needed}${more} people${among} admins.`;
  const isKnown = organization.change !== "adopted" && possible.length === 0;
  const problem = `${isKnown ? `${name} has ${describeAdmins(present, among)}` : describeKnownAdmins(present, among, name)}, but the rule requires at least ${atLeast}.`;
  const words = [problem, ...(needed > 0 ? [remedy] : []), ...remarks].join(" ");
  // The numbers of two moments are comparable only if equally many other people may be admins.
  const distinguishedBy = JSON.stringify([hidden, hasUnseenPeople(organization)]);
  return [
    createFinding(scoped, words, {
      people: present,
      about: "at least",
      distinguishedBy,
      extent,
      isUndeclared: !organization.hasRoster,
      hasHidden: hidden > 0 || organization.hasHiddenRoster,
    }),
  ];
}

function mayBeMember(person: Person): boolean {
  return person.mayBeMember === true;
}

function explainInvited(emails: readonly string[]): string {
  return `${listBriefly(emails)} will count after accepting the invitation, because fewer members are certain to be admins after the change.`;
}

/** Explains that people who are declared as admins may be members already. */
function explainPossibleMembers(emails: readonly string[], { change }: Organization, name: string): readonly string[] {
  if (change === "adopted")
    return [
      `The change adopts ${name}, so no preview shows its members. First import its people, set \`countInvited: true\`, or exempt ${name} from the rule.`,
    ];
  if (emails.length === 0) return [];
  const are = emails.length === 1 ? "is already a member" : "are already members";
  return [`It is not known if ${listBriefly(emails)} ${are}.`];
}

/** Says that people without a declaration, or in a hidden roster, may be admins. */
function describeUnseenAdmins(organization: Organization): readonly string[] {
  return hasUnseenPeople(organization) ? ["The previews may not show all admins."] : [];
}

function hasUnseenPeople(organization: Organization): boolean {
  return !isComplete(organization) || organization.hasHiddenRoster || isHidden(organization.owner);
}

function checkIncluded(limits: AdminLimits, scoped: ScopedOrganization): readonly Finding[] {
  const { name, organization } = scoped;
  const all = listPeople(organization);
  const isShown = organization.hiddenPeople === 0;
  const remarks = isShown ? describeUnseenAdmins(organization) : ["The previews may not show all admins."];
  const present = new Set(listPresentAdmins(limits, scoped, all).map(({ email }) => canonicalizeEmail(email)));
  return [limits.including ?? []].flat().flatMap((email) => {
    if (present.has(canonicalizeEmail(email))) return [];
    const role = organization.people.get(canonicalizeEmail(email))?.role;
    const about = `including ${canonicalizeEmail(email)}`;
    if (isHidden(role)) {
      const words = `The role of ${email} in ${name} is ${describeHidden(role)}, so the rule cannot check that this person is an admin. Declare the role ${asPlainValue}.`;
      return [createFinding(scoped, words, { people: [email], about, distinguishedBy: role })];
    }
    const person = organization.people.get(canonicalizeEmail(email));
    if (person !== undefined && mayBeMember(person) && role === "admin") {
      const problem = `The rule requires that ${email} is an admin of ${name}.`;
      const words = [problem, ...explainPossibleMembers([email], organization, name)].join(" ");
      return [createFinding(scoped, words, { people: [email], about, extent: 0 })];
    }
    const isInvited = role === "admin";
    const is = isInvited ? "is not yet an admin" : "is not an admin";
    const remedy = !isInvited
      ? "Give the person the role admin."
      : person?.status === "expired"
        ? "The person needs an invitation that has not expired."
        : explainInvited([email]);
    const problem = `${email} ${is} of ${name}, but the rule requires this role.`;
    const words = [problem, remedy, ...(isInvited ? [] : remarks)].join(" ");
    // An invited admin comes nearer to the requirement than a person that the preview may hide.
    const mayBeHidden = role === undefined && remarks.length > 0;
    const extent = isInvited ? 0 : mayBeHidden ? 1 : 2;
    const isUndeclared = role === undefined && !organization.hasRoster;
    return [createFinding(scoped, words, { people: [email], about, extent, isUndeclared })];
  });
}

function checkMaximum({ atMost = Infinity }: AdminLimits, scoped: ScopedOrganization): readonly Finding[] {
  const { name, among, people, selectedPeople, organization } = scoped;
  const without = people.length < selectedPeople.length ? " and excluding exempt people" : "";
  const all = getAddresses(people.filter(({ role }) => role === "admin"));
  const hidden = people.filter(({ role }) => isHidden(role)).length + organization.hiddenPeople;
  const extent = all.length + hidden - atMost;
  if (extent <= 0) return atMost === Infinity ? [] : reportHiddenRoster(scoped);
  const limit = `but the rule allows at most ${atMost}`;
  const words =
    hidden === 0
      ? `${name} has ${describeAdmins(all, among)}, including invitations${without}, ${limit}. Give ${extent === 1 ? "one" : extent} of these admins another role.`
      : `${name} may have ${formatCount(all.length + hidden, "admin")}${among}, including invitations${without}, ${limit}. The number includes ${listPossibleAdmins(all, hidden)}. ` +
        "Declare hidden addresses and roles as plain values, or give admins another role.";
  return [createFinding(scoped, words, { people: all, about: "at most", hasHidden: hidden > 0, extent })];
}

function getAddresses(people: readonly Person[]): readonly string[] {
  return people.map(({ email }) => email);
}

function listPossibleAdmins(people: readonly string[], hidden: number): string {
  const others = `${formatCount(hidden, "person", "people")} whose address or role is hidden`;
  return people.length === 0 ? others : `${listBriefly(people)}, and ${others}`;
}

/** Describes the admins that certainly exist. */
function describeKnownAdmins(people: readonly string[], among: string, name: string): string {
  if (people.length === 0) return `No admin of ${name}${among} is known`;
  const count = formatCount(people.length, "admin");
  return `${count} of ${name}${among} ${people.length === 1 ? "is" : "are"} known (${listBriefly(people)})`;
}

function describeAdmins(people: readonly string[], among: string): string {
  if (people.length === 0) return `no admin${among}`;
  return `${formatCount(people.length, "admin")}${among} (${listBriefly(people)})`;
}
