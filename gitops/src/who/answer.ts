import { endWithSuggestion } from "#framework/documents";
import { isSameEmail } from "#provider";
import { CommandError } from "../exit";
import { compareTexts, joinAnd } from "../wording";
import { listAccess, type PersonAccess } from "./can";
import type { Gap, PersonInSource, Source } from "./source";

/** A question about access: the projects of a person, the people with access to a project, or both. */
export interface Question {
  /** The e-mail address of the person. */
  readonly person?: string | undefined;
  /** The path of a project or cohort, such as `firmware` or `firmware/canary`. */
  readonly project?: string | undefined;
}

/** The answer to a question about access. */
export interface Answer extends Pick<Source, "kind" | "hasProjects" | "unreadable"> {
  readonly question: Question;
  /** The gaps of the source that concern the question, in whole sentences. */
  readonly gaps: readonly string[];
  /** The memberships of the person, or of all people with the access. */
  readonly memberships: readonly Membership[];
  readonly access: readonly (PersonAccess & { readonly organization: string })[];
}

/** A person in an organization. */
export interface Membership extends PersonInSource {
  readonly organization: string;
}

/**
 * Answers a question from a source.
 * @throws CommandError if no organization has the person, the project or the cohort.
 */
export function answer(source: Source, question: Question): Answer {
  rejectUnknown(source, question);
  const { kind, organizations, hasProjects, unreadable, gaps } = source;
  const { person, project } = question;
  const access = organizations.flatMap((organization) => {
    const objects = organization.objects.filter(({ path }) => project === undefined || path === project);
    return listAccess(organization, objects, person)
      .toSorted((a, b) => compareTexts(a.object.path, b.object.path) || compareTexts(a.person.email, b.person.email))
      .map((entry) => ({ ...entry, organization: organization.name }));
  });
  // A person has access to a cohort only together with its project.
  const concerned = new Set(
    organizations.flatMap(({ objects }) =>
      objects.flatMap(({ key, path, parent }) => (path === project ? [key, parent] : [])),
    ),
  );
  const isConcerned = ({ about }: Gap) => about === undefined || project === undefined || concerned.has(about);
  const withAccess = new Set(access.map((entry) => entry.person));
  const memberships = organizations.flatMap(({ name, people }) =>
    [...people.values()]
      .filter((one) => (person === undefined ? withAccess.has(one) : isSameEmail(one.email, person)))
      .map((one) => ({ ...one, organization: name })),
  );
  return {
    kind,
    question,
    hasProjects,
    unreadable,
    gaps: [...new Set(gaps.filter(isConcerned).map(({ sentence }) => sentence))],
    memberships,
    access,
  };
}

/** Rejects a person, project or cohort that no organization has. A part that the API key cannot read may be the reason. */
function rejectUnknown(source: Source, { person, project }: Question): void {
  const { scope, organizations, unreadable, invitations } = source;
  const reject = (sentences: string) => new CommandError([sentences, ...unreadable].join("\n"));
  const isCertain = unreadable.length === 0 && invitations?.isComplete !== false;
  const correct = (what: string) => (isCertain ? `Correct ${what}` : `If ${what} is wrong, correct it`);
  const people = organizations.flatMap((organization) => [...organization.people.values()]);
  if (person !== undefined && !people.some(({ email }) => isSameEmail(email, person))) {
    if (invitations !== undefined && invitations.organizations.length > 0) {
      const names = joinAnd(invitations.organizations);
      throw reject(`${person} has a pending invitation to ${names}, and no access before acceptance.`);
    }
    const emails = people.map(({ email }) => email);
    const invited =
      invitations?.isComplete === false
        ? " This API key cannot read all invitations, so the person may have a pending one."
        : "";
    throw reject(
      `No organization ${scope} has the member ${person}.${invited} ${correct("the address")}${endWithSuggestion(person, emails)}`,
    );
  }
  const paths = organizations.flatMap(({ objects }) => objects.map(({ path }) => path));
  if (project !== undefined && !paths.includes(project)) {
    const name = JSON.stringify(project);
    throw reject(
      `No organization ${scope} has a project or cohort ${name}. ${correct("--project")}${endWithSuggestion(project, paths)}`,
    );
  }
}
