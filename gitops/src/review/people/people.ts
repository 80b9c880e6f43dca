import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import { type DeclaredState, isAbout } from "../../model/declaration";
import type { Mention } from "../../model/mentions";
import type { Model } from "../../model/model";
import type { Access, Organization, Person } from "../../model/organization";
import { type Risk, sortRisks } from "../../risks";
import { getValueOrReason, isHidden } from "../../hidden";
import { identifyPerson, isConcerned, type PersonAccess, type PersonReview } from "../review";
import type { PersonRow, Place } from "../shown";
import { findAcceptedDrift, findDriftRisks, listAcceptedRemovals, undoesDrift } from "./drift";
import { readInformation } from "./information";
import { findNotes, warnOfSharedPeople } from "./notes";
import { isChange, isReleased, mayHaveChanged, type PersonChange } from "./personChange";
import { findEndRisks, findRisks } from "./risks";

/** Returns all people in all organizations, by organization and address. */
export function reviewPeople(model: Model): readonly PersonRow[] {
  const { before, after, mentions, declarations } = model;
  const tokens = indexKeptTokens(model);
  const information = readInformation(model.programs);
  const keys = [...new Set([...before.organizations.keys(), ...after.organizations.keys()])];
  return keys.flatMap((key) => {
    const [prior, current] = [getPeople(before, key), getPeople(after, key)];
    const isDeleted = !after.organizations.has(key);
    const isNew = !before.organizations.has(key);
    const isPossibleOwner = after.organizations.get(key)?.hasUnreportedOwners ?? false;
    const ownership = declarations.filter((one) => one.kind === "OrganizationOwner" && isAbout(one, key));
    const owners = new Set(ownership.flatMap(({ after }) => readAddress(after)));
    const named = mentions.get(key) ?? new Map<string, readonly Mention[]>();
    return [...new Set([...prior.keys(), ...current.keys(), ...named.keys()])].sort().flatMap((email): PersonRow[] => {
      const [former, present, all = []] = [prior.get(email), current.get(email), named.get(email)];
      // Only the state of the last update has this person.
      if (former === undefined && present === undefined)
        return isDeleted || !model.isPlanned ? [] : listAcceptedRemovals(key, all);
      const own = all.filter(({ effect }) => effect !== "loses");
      const review = reviewPerson(key, {
        before: former,
        after: present,
        mentions: own,
        isDeleted,
        isNew,
        isPossibleOwner,
        isDeclaredOwner: owners.has(email),
        hidesOwner: isHidden(after.organizations.get(key)?.owner),
        tokens: tokens.get(identifyPerson({ organization: key, email }))?.map(({ words }) => words) ?? [],
        information,
      });
      const urns = ownership.flatMap(({ urn, ...sides }) =>
        [sides.before, sides.after].some((state) => readAddress(state).includes(email)) ? urn : [],
      );
      return [{ ...review, shows: listShown(email, review, [...own.map(({ resource }) => resource.urn), ...urns]) }];
    });
  });
}

function readAddress(state: DeclaredState | undefined): readonly string[] {
  return typeof state?.inputs.email === "string" ? [canonicalizeEmail(state.inputs.email)] : [];
}

/** Returns the places of a person. Without a change and without a note, as after a move, the row only lists the person. */
function listShown(person: string, review: PersonReview, urns: readonly string[]): readonly Place[] {
  const isListed = isConcerned(review) || review.notes.length > 0;
  return urns.map((urn) => ({ urn, part: "people", person, isSame: !isListed }));
}

/**
 * Returns the API tokens that exist before a change and that a program still declares, by their owner (`identifyPerson`). Tokens with an
 * unknown owner are missing, and so are all tokens in drift.
 */
function indexKeptTokens({ isPlanned, objects }: Model) {
  const kept = (isPlanned ? objects : []).flatMap(({ declaration, words, before, after }) => {
    const { kind, isReplaced } = declaration;
    const { before: organization } = declaration.organization;
    const email = before?.owner;
    if (kind !== "OrganizationApiToken" || after === undefined || isReplaced) return [];
    return organization === undefined || typeof email !== "string" ? [] : { organization, email, words };
  });
  return groupBy(kept, identifyPerson);
}

function getPeople({ organizations }: Access, key: string): Organization["people"] {
  return organizations.get(key)?.people ?? new Map<string, Person>();
}

/** Compares one person on both sides. */
function reviewPerson(organization: string, change: PersonChange): PersonReview {
  const { before, after } = change;
  // Two hidden values can differ.
  const mayDiffer =
    (isHidden(before?.role) && isHidden(after?.role) && mayHaveChanged(change, "members")) ||
    (isHidden(before?.lastDay) && isHidden(after?.lastDay) && mayHaveChanged(change, "lastDays")) ||
    (isHidden(before?.afterwards) && isHidden(after?.afterwards) && mayHaveChanged(change, "rolesAfterwards"));
  const drift = findAcceptedDrift(change);
  const risks: readonly Risk[] = [
    ...findRisks(change, mayDiffer),
    ...findEndRisks(before, after),
    ...(mayDiffer ? (["hidden"] as const) : []),
    ...(isReleased(change) ? (["releasesPerson"] as const) : []),
    ...(drift === undefined || after === undefined ? [] : findDriftRisks(drift, after)),
  ];
  return {
    organization,
    email: after?.email ?? before?.email ?? "",
    before: before === undefined ? null : getAccess(before),
    after: after === undefined ? null : getAccess(after),
    changed: mayDiffer || isChange(change),
    ...(undoesDrift(change) && { undoesDrift: true as const }),
    risks: sortRisks(risks),
    notes: [...findNotes(change, mayDiffer, drift), ...warnOfSharedPeople(change)],
  };
}

function getAccess({ role, status, isOwner, lastDay, afterwards }: Person): PersonAccess {
  return {
    role: getValueOrReason(role),
    status,
    owner: isOwner,
    ...(lastDay !== undefined && { lastDay: getValueOrReason(lastDay) }),
    ...(afterwards !== undefined && { afterwards: getValueOrReason(afterwards) }),
  };
}
