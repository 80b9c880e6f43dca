import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import type { DeclaredGroup, DeclaredProject, InvitedMember } from "../../model/declaredObjects";
import { isHidden } from "../../hidden";
import type { ScopedOrganization } from "../scope";
import { asPlainValue, reportHidden, reportHiddenEntries } from "../hiddenFindings";
import { createFinding, type Finding } from "../finding";
import { describeSelector, groups as groupSelector, selectsName } from "../selector";
import { defineKind } from "./kind";

/** The groups that a rule allows. */
interface Allowed {
  readonly allows: (group: string) => boolean;
  /** The allowed groups in words, after `the rule allows`. */
  readonly limit: string;
}

/** The groups that people may be in. */
export const groups = defineKind({
  subject: "groups",
  audit: { reads: ["people", "groups"] },
  brokenAloneBy: { Group: "members" },
  description:
    "The groups that people may be in, by name: a pattern such as `field-*`, a list of patterns, `{ like: …, except: … }`, or `none` for no group.",
  schema: z
    .union([
      z.literal("none", { error: "must be `none`, the name of a group, a pattern such as field-*, or a list" }),
      groupSelector,
    ])
    .transform((declared): Allowed => {
      if (declared === "none") return { allows: () => false, limit: "no group" };
      const limit = describeSelector(declared, "all groups");
      return { allows: (group) => selectsName(declared, group), limit };
    }),
  // A rule about groups limits those that it forbids. A rename to an allowed name leaves the rule.
  nameLimitsApply: ({ allows }, object) => (object.noun === "group" ? [!allows(object.name)] : []),
  check(allowed, scoped) {
    const { groups, undeclaredGroups, projects, invitedMembers } = scoped.organization.objects;
    const members = new Map(groups.map((group) => [group.key, new Set((group.members ?? []).map(canonicalizeEmail))]));
    const isDeclaredMember = (email: string, { key }: DeclaredGroup) =>
      members.get(key)?.has(canonicalizeEmail(email)) === true;
    return [
      ...groups.flatMap((group) => checkGroup(allowed, group, scoped)),
      ...undeclaredGroups.map((uuid) => reportUndeclaredGroup(uuid, scoped)),
      ...projects.flatMap((project) => reportHiddenGroups(project, scoped)),
      ...invitedMembers.flatMap((invited) => checkInvitedMember(allowed, invited, scoped, isDeclaredMember)),
      ...reportHiddenInvitations(scoped),
    ];
  },
});

function checkGroup(allowed: Allowed, group: DeclaredGroup, scoped: ScopedOrganization): readonly Finding[] {
  const { key, name, words, members = [], isManaged, hiddenMembers } = group;
  // The rule may forbid a hidden name, so its members are reported.
  if (!isHidden(name) && allowed.allows(name)) return [];
  const object = `${words} of ${scoped.name}`;
  return [
    ...members.filter(scoped.appliesTo).flatMap((email) => reportMember(allowed, email, group, scoped)),
    ...(isManaged
      ? []
      : [
          createFinding(
            scoped,
            `No reviewed stack declares the members of ${object}, so the rule cannot check them. Declare \`members\`.`,
            { about: JSON.stringify([key, "members"]) },
          ),
        ]),
    ...(hiddenMembers > 0
      ? reportHiddenEntries(scoped, JSON.stringify([key, "hidden"]), {
          subject: `Members of ${object}`,
          declare: "the addresses",
        })
      : []),
  ];
}

/** Reports a person in a group, or a person who joins the group by accepting the invitation to the organization. */
function reportMember(
  { limit }: Allowed,
  email: string,
  { key, words, name }: DeclaredGroup,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const group = `${words} of ${scoped.name}`;
  const about = JSON.stringify([key, canonicalizeEmail(email)]);
  const details = { people: [email], objects: [words], about };
  if (isHidden(name)) {
    const subject = `${email} is in ${group}, but the name of the group`;
    return reportHidden(scoped, name, { subject, declare: "the name" }, details);
  }
  const problem = isInvited(email, scoped)
    ? `${email} joins ${group} after accepting the invitation`
    : `${email} is in ${group}`;
  const sentence = `${problem}, but the rule allows ${limit}. Remove the person from the group.`;
  // The same person in a renamed group is another finding.
  return [createFinding(scoped, sentence, { ...details, distinguishedBy: name })];
}

/** Reports if a person is known and no member of the organization yet. */
function isInvited(email: string, { organization }: ScopedOrganization): boolean {
  const person = organization.people.get(canonicalizeEmail(email));
  return person !== undefined && person.status !== "active";
}

function reportUndeclaredGroup(uuid: string, scoped: ScopedOrganization): Finding {
  const words = `The group ${uuid} has access to a project or cohort of ${scoped.name}, but no reviewed stack declares the group, so the rule cannot check its members. Declare the group, or add the preview of the stack that declares it.`;
  return createFinding(scoped, words, { about: uuid, isUndeclared: true });
}

function reportHiddenGroups(
  { key, words, hidesGroups }: DeclaredProject,
  scoped: ScopedOrganization,
): readonly Finding[] {
  if (!hidesGroups) return [];
  const subject = `Groups with access to ${words} of ${scoped.name}`;
  const sentence = { subject, checked: "their members", declare: "the groups" };
  return reportHiddenEntries(scoped, JSON.stringify([key, "groups"]), sentence);
}

/** Checks the group of an invitation to the organization. */
function checkInvitedMember(
  allowed: Allowed,
  { email, group }: InvitedMember,
  scoped: ScopedOrganization,
  isDeclaredMember: (email: string, group: DeclaredGroup) => boolean,
): readonly Finding[] {
  if (!scoped.appliesTo(email)) return [];
  if (typeof group !== "object" || isHidden(group.name)) return [reportUnknownGroup(email, group, scoped)];
  // Another finding names a declared member.
  if (isDeclaredMember(email, group) || allowed.allows(group.name)) return [];
  return reportMember(allowed, email, group, scoped);
}

/** Reports an invitation to a group that no reviewed stack declares, or whose id or name the preview hides. */
function reportUnknownGroup(email: string, group: InvitedMember["group"], scoped: ScopedOrganization): Finding {
  const outcome = `${email} joins a group of ${scoped.name} after accepting the invitation`;
  const identify = (key?: string) => JSON.stringify(["invitation", canonicalizeEmail(email), key ?? null]);
  if (typeof group === "string") {
    const words = `${outcome}, but no reviewed stack declares the group ${group}, so the rule cannot check it. Add the preview of the stack that declares the group.`;
    const details = { people: [email], objects: [`group ${group}`], about: identify(group), isUndeclared: true };
    return createFinding(scoped, words, details);
  }
  const words = `${outcome}, but the preview hides the group, so the rule cannot check it. Declare the group ${asPlainValue}.`;
  const objects = [group?.words ?? "hidden group"];
  return createFinding(scoped, words, { people: [email], objects, about: identify(group?.key), hasHidden: true });
}

function reportHiddenInvitations(scoped: ScopedOrganization): readonly Finding[] {
  const { hiddenInvitations } = scoped.organization.objects;
  if (hiddenInvitations === 0) return [];
  const words = `People join groups of ${scoped.name} after accepting an invitation, but the preview hides the people, so the rule cannot check them. Declare the addresses and groups as plain values, not as secrets or unknown outputs.`;
  return [createFinding(scoped, words, { about: "hidden invitations", hasHidden: true })];
}
