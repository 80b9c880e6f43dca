import { ApiError, canonicalizeEmail, isSameEmail, type Peridio } from "#provider";
import { describeUnreadable } from "../access/unreadable";
import { CommandError } from "../exit";
import { catchApiError, listOrganizations, type LiveOrganization, readEachOrganization } from "../model/live";
import { type LivePart, readLiveModel } from "../model/liveStack";
import { chooseOrganizations } from "../organizations";
import type { Question } from "./answer";
import { readModelAccess } from "./preview";
import type { AccessGap, OrganizationAccess, PendingInvitations, Source } from "./source";

/**
 * Reads the organizations that the API key can see and that match a pattern, as far as the question needs them.
 * @throws CommandError for a question about projects if the API has none.
 */
export async function readLive(api: Peridio, patterns: readonly string[], question: Question): Promise<Source> {
  const scope = "that this API key can see";
  const hasProjects = api.explainUnsupported("projects") === undefined;
  if (!hasProjects && question.project !== undefined)
    throw new CommandError(
      `peridio-gitops reads no projects with ${api.name}. Remove --project to see roles, or add --backend connect for Avocado Connect.`,
    );
  const chosen = chooseOrganizations(patterns, await listOrganizations(api), scope);
  const { readings: organizations, unreadable } = await readEachOrganization(chosen, async (live) =>
    readConcerned(live, question),
  );
  return {
    kind: "live",
    scope,
    organizations,
    invitations: await readInvitations(chosen, organizations, question),
    hasProjects,
    unreadable: [
      ...describeUnreadable(unreadable),
      ...organizations.flatMap(({ gaps }) => gaps.map(({ sentence }) => sentence)),
    ],
    gaps: hasProjects
      ? []
      : [{ sentence: `peridio-gitops reads no projects with ${api.name}, so the answer contains only roles.` }],
  };
}

/** The access in an organization of which nothing is known. */
const nothing = { people: new Map<string, never>(), groups: [], objects: [] };

/**
 * Reads all access in organizations, also that of invited people, as they get it with the acceptance. A part that the API key cannot
 * read is a gap.
 */
export async function readLiveAccess(
  organizations: readonly LiveOrganization[],
): Promise<readonly OrganizationAccess[]> {
  return Promise.all(
    organizations.map(async (live) => {
      const reading = await catchApiError(readOrganization(live, ["people", "groups", "projects"]));
      if (!(reading instanceof ApiError)) return reading;
      const { id, name } = live;
      const [sentence = ""] = describeUnreadable([{ id, name, error: reading }]);
      const gaps = (["people", "access"] as const).map((hides) => ({ hides, sentence }));
      return { id, name, ...nothing, gaps };
    }),
  );
}

/** Reads what the question needs of an organization. */
async function readConcerned(live: LiveOrganization, { person, project }: Question): Promise<OrganizationAccess> {
  const isConcerned =
    person === undefined ||
    project !== undefined ||
    (await live.members()).some(({ email }) => isSameEmail(email, person));
  const reading = await readOrganization(live, isConcerned ? ["members", "groups", "projects"] : ["members"], project);
  if (project === undefined) return reading;
  // The answer suggests the others if the name is wrong.
  const known = new Set(reading.objects.map(({ key }) => key));
  const others = (await live.listedProjectsAndCohorts())
    .filter(({ id }) => !known.has(id))
    .map(({ id, kind, path }) => ({ key: id, kind, path, isOpen: false, reasons: new Map<string, never>() }));
  // The grants of a visible project are complete, also for the API key of a member.
  const gaps = reading.gaps.filter(({ about }) => about !== undefined || known.size === 0);
  return { ...reading, objects: [...reading.objects, ...others], gaps };
}

/** Reads parts of an organization. A part that the API key cannot read completely is a gap. */
async function readOrganization(
  live: LiveOrganization,
  parts: readonly LivePart[],
  path?: string,
): Promise<OrganizationAccess> {
  const { model, gaps: unread } = await readLiveModel([live], new Set(parts), path);
  const [access = { name: live.name, ...nothing, gaps: [] }] = readModelAccess(model, "after");
  const gaps = unread.map(({ part, extent, sentence }): AccessGap => {
    if (extent instanceof ApiError) throw extent;
    return { hides: extent === "later" ? "all" : part === "people" ? "people" : "access", sentence };
  });
  return {
    ...access,
    groups: access.groups.map((group) => ({ ...group, isComplete: gaps.length === 0 })),
    // Peridio itself names all owners.
    gaps: [...gaps, ...access.gaps.filter(({ hides }) => hides !== "owners")],
  };
}

/** Finds the pending invitations of the person in question, if no organization has the person as a member. */
async function readInvitations(
  chosen: readonly LiveOrganization[],
  organizations: readonly OrganizationAccess[],
  { person }: Question,
): Promise<PendingInvitations | undefined> {
  if (person === undefined || organizations.some(({ people }) => people.has(canonicalizeEmail(person))))
    return undefined;
  const { readings, unreadable } = await readEachOrganization(chosen, async (live) => {
    const { pending } = await live.people();
    return pending.some(({ email }) => isSameEmail(email, person)) ? [live.name] : [];
  });
  return { organizations: readings.flat(), isComplete: unreadable.length === 0 };
}
