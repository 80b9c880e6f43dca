import { canonicalizeEmail } from "#provider";
import type { AccessObject, OrganizationAccess } from "../../who/source";
import { quoteName } from "../../wording";
import { createFailure, type TestedOrganizations, type TestFailure } from "./accessTest";
import {
  type ActualAccess,
  type ActualRole,
  concerns,
  findActualAccess,
  findActualRole,
  listDoubts,
} from "./actualAccess";
import { findGroup, findObject, findOrganization, isNotFound } from "./find";
import type { TestDeclaration } from "./schema";
import { describeActualAccess, describePlace, describeReasons, joinSentences } from "./words";

/** Checks that exactly the expected people reach a project or cohort. */
export function checkReach(
  reach: NonNullable<TestDeclaration["reach"]>,
  declared: TestDeclaration,
  { organizations, where }: TestedOrganizations,
): readonly TestFailure[] {
  const organization = findOrganization(reach.organization, organizations, where);
  if (isNotFound(organization)) return [createFailure(reach.organization, organization.sentence)];
  const { name } = organization;
  const object = findObject(reach, organization);
  if (isNotFound(object)) return [createFailure(name, object.sentence)];
  const place = describePlace(object, organization);
  const { expected, problems } = listExpected(declared, organization);
  const emails = new Map(organization.people.map(({ email }) => [canonicalizeEmail(email), email]));
  for (const [address, { email }] of expected) if (!emails.has(address)) emails.set(address, email);
  const doubts = listDoubtsAboutOthers(organization, object, declared);
  return [
    ...problems.map((problem) => createFailure(name, problem)),
    ...[...emails].flatMap(([address, email]) => {
      const actual = findActualRole(email, organization, declared);
      const access = findActualAccess(organization, object, actual);
      const why = expected.get(address)?.why;
      const sentence =
        why === undefined
          ? describeUnexpected(email, place, access, actual, declared)
          : describeMissing(email, place, access, { why, organization, actual });
      const isForbidden = why === undefined && access.reasons.length > 0 && access.doubts.length === 0;
      const start = `${email} reaches ${place} (`;
      return sentence === undefined ? [] : createFailure(name, sentence, [email], isForbidden ? [start] : []);
    }),
    ...(doubts.length === 0
      ? []
      : [createFailure(name, `Cannot know if other people reach ${place}: ${joinSentences(doubts)}`)]),
  ];
}

/** The people who must reach an object. */
interface Expected {
  /** The reason for each person, by address. */
  readonly expected: ReadonlyMap<string, { readonly email: string; readonly why: string }>;
  /** The reasons for which people can be missing in `expected`, in sentences. */
  readonly problems: readonly string[];
}

function listExpected({ exactly = [], ...options }: TestDeclaration, organization: OrganizationAccess): Expected {
  const expected = new Map<string, { readonly email: string; readonly why: string }>();
  const problems: string[] = [];
  for (const item of exactly) {
    if (typeof item === "string") {
      expected.set(canonicalizeEmail(item), { email: item, why: "`exactly` lists this person" });
      continue;
    }
    const group = findGroup(item.group, organization);
    if (isNotFound(group)) {
      problems.push(group.sentence);
      continue;
    }
    const name = `group ${quoteName(item.group)}`;
    if (!group.isComplete) {
      const doubts = listDoubts(organization, ["people", "all"]);
      const reason = doubts.length === 0 ? "Declare them as plain values." : joinSentences(doubts);
      problems.push(`Cannot know all members of ${name} in ${organization.name}. ${reason}`);
    }
    for (const email of [...group.members, ...group.invited]) {
      const { isPresent, doubts } = findActualRole(email, organization, options);
      // A group gives nothing to people who are certainly not in the organization.
      const isMember = isPresent || doubts.length > 0;
      if (isMember && !expected.has(canonicalizeEmail(email)))
        expected.set(canonicalizeEmail(email), { email, why: `${name} contains this person` });
    }
  }
  return { expected, problems };
}

function describeMissing(
  email: string,
  place: string,
  { reasons, doubts }: ActualAccess,
  {
    why,
    organization,
    actual,
  }: { readonly why: string; readonly organization: OrganizationAccess; readonly actual: ActualRole },
): string | undefined {
  if (doubts.length > 0) return `Cannot know if ${email} reaches ${place}: ${joinSentences(doubts)}`;
  if (reasons.length > 0) return undefined;
  return `${email} must reach ${place}, because ${why}, but ${describeActualAccess(organization, actual)}. Grant the access, or change the test.`;
}

function describeUnexpected(
  email: string,
  place: string,
  { reasons, doubts }: ActualAccess,
  { role, isPresent, doubts: roleDoubts }: ActualRole,
  { admins }: TestDeclaration,
): string | undefined {
  const areIgnored = admins === "ignored";
  if (reasons.length === 0) {
    const mayBeAdmin = isPresent && role === undefined && !areIgnored;
    return mayBeAdmin ? `Cannot know if ${email} reaches ${place}: ${joinSentences(roleDoubts)}` : undefined;
  }
  if (areIgnored && (role === "admin" || role === "owner")) return undefined;
  const verb = doubts.length > 0 ? "may reach" : "reaches";
  const sentence = `${email} ${verb} ${place} ${describeReasons(reasons)}, but \`exactly\` does not list this person. Remove the access, or add the person to the test.`;
  return joinSentences([sentence, ...doubts]);
}

/** Returns why people that the source does not name may reach an object. */
function listDoubtsAboutOthers(
  organization: OrganizationAccess,
  object: AccessObject,
  { admins, undeclaredOwners }: TestDeclaration,
): readonly string[] {
  const areIgnored = admins === "ignored";
  // A closed object names everyone with a grant, so other people reach it only as admins.
  const people = areIgnored && !object.isOpen ? [] : (["people"] as const);
  const owners = areIgnored || undeclaredOwners === "ignored" ? [] : (["owners"] as const);
  return listDoubts(organization, ["all", "access", ...people, ...owners], (about) => concerns(about, object));
}
