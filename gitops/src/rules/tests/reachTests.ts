import { canonicalizeEmail } from "#provider";
import { can, findPerson, type FoundPerson, listDoubts, listDoubtsAboutOthers, type Reach } from "../../who/can";
import type { OrganizationAccess } from "../../who/source";
import { quoteName } from "../../wording";
import { createFailure, type TestedOrganizations, type TestFailure } from "./accessTest";
import { findGroup, findObject, findOrganization, isNotFound } from "./find";
import type { TestDeclaration } from "./schema";
import { describeActualAccess, describeObjectIn, describeReasons, joinSentences } from "./words";

/** Checks that exactly the expected people reach a project or cohort. */
export function checkReach(
  reach: NonNullable<TestDeclaration["reach"]>,
  declared: TestDeclaration,
  { organizations, scope }: TestedOrganizations,
): readonly TestFailure[] {
  const organization = findOrganization(reach.organization, organizations, scope);
  if (isNotFound(organization)) return [createFailure(reach.organization, organization.sentence)];
  const { name } = organization;
  const object = findObject(reach, organization);
  if (isNotFound(object)) return [createFailure(name, object.sentence)];
  const place = describeObjectIn(object, organization);
  const { expected, problems } = listExpected(declared, organization);
  const emails = new Map(Array.from(organization.people, ([address, { email }]) => [address, email]));
  for (const [address, { email }] of expected) if (!emails.has(address)) emails.set(address, email);
  const doubts = listDoubtsAboutOthers(organization, object, declared);
  return [
    ...problems.map((problem) => createFailure(name, problem)),
    ...[...emails].flatMap(([address, email]) => {
      const actual = findPerson(email, organization, declared);
      const access = can(actual, object);
      const why = expected.get(address)?.why;
      const sentence = explain(actual, access, { place, why, admins: declared.admins });
      const isForbidden = why === undefined && access.answer === "yes";
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
      const { isPresent, doubts } = findPerson(email, organization, options);
      // A group gives nothing to people who are certainly not in the organization.
      const isMember = isPresent || doubts.length > 0;
      if (isMember && !expected.has(canonicalizeEmail(email)))
        expected.set(canonicalizeEmail(email), { email, why: `${name} contains this person` });
    }
  }
  return { expected, problems };
}

/** Explains why a test fails for a person; undefined if it passes. `why` is the reason for which the person must have the access. */
function explain(
  actual: FoundPerson,
  { answer, reasons, doubts }: Reach,
  expectation: Pick<TestDeclaration, "admins"> & { readonly place: string; readonly why: string | undefined },
): string | undefined {
  const { place, why, admins } = expectation;
  const { email, role, isPresent } = actual;
  const areAdminsIgnored = admins === "ignored";
  const unclear = (sentences: readonly string[]) =>
    `Cannot know if ${email} reaches ${place}: ${joinSentences(sentences)}`;
  if (why !== undefined) {
    if (answer !== "no") return answer === "yes" ? undefined : unclear(doubts);
    return `${email} must reach ${place}, because ${why}, but ${describeActualAccess(actual)}. Grant the access, or change the test.`;
  }
  // One failure names the doubts about grants to people who are not expected.
  if (reasons.length === 0)
    return isPresent && role === undefined && !areAdminsIgnored ? unclear(actual.doubts) : undefined;
  if (areAdminsIgnored && (role === "admin" || role === "owner")) return undefined;
  const verb = answer === "yes" ? "reaches" : "may reach";
  const sentence = `${email} ${verb} ${place} ${describeReasons(reasons)}, but \`exactly\` does not list this person. Remove the access, or add the person to the test.`;
  return joinSentences([sentence, ...doubts]);
}
