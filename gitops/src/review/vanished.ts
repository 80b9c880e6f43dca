import { type Declaration, filterByKind } from "../model/declaration";
import type { Model } from "../model/model";
import { mergeDeclarations } from "../model/merging";
import { findChanges } from "../model/objectChanges";
import { describeThing } from "../model/properties";
import { describeResource } from "../model/resource";
import { accessInputs } from "../objects/grants";
import { findHidden, listTexts, readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import { type Risk, sortRisks } from "../risks";
import { isHidden } from "../hidden";
import { capitalize } from "../wording";
import { describeDeletion } from "./objects";
import type { ProgramChange, SettingReview } from "./review";

// Resources that were deleted outside Pulumi and that no program declares. Pulumi only removes them from the state, so the program accepts
// the deletion.

/** Lists the vanished parts of known organizations. The people of Memberships and rosters are among the access changes, as far as the preview names them. */
export function reviewVanishedParts({ vanished, declarations, after }: Model): readonly SettingReview[] {
  return vanished.flatMap((declaration) => {
    const { before: key } = declaration.organization;
    const isPart = key !== undefined && after.organizations.has(key) && declaration.kind !== "Organization";
    const people = declaration.before?.people?.declared;
    const isShown = people !== undefined && people.hidden === undefined && people.people.size > 0;
    // The rows of people show the loss of their access.
    if (!isPart || isShown) return [];
    const emails = listPeople(declaration);
    const object = describeThing(declaration, declarations);
    const { object: ownRow, liveType } = rows[declaration.kind];
    return {
      organization: key,
      section: ownRow?.section ?? (liveType === undefined ? "general" : "projects"),
      setting: object,
      words: capitalize(`${object} was deleted outside Pulumi, and the program accepts it.`),
      ...(emails.length > 0 && { people: [...emails] }),
      risks: findRisks(declaration),
    };
  });
}

/** Lists the other vanished resources: organizations, and parts of organizations that no other resource names. */
export function reviewVanishedOthers({ vanished, after }: Pick<Model, "vanished" | "after">): readonly ProgramChange[] {
  const gone = new Set(filterByKind(vanished, "Organization").map(({ organization }) => organization.before));
  return vanished
    .filter(
      ({ kind, organization: { before = "" } }) =>
        kind === "Organization" || (!after.organizations.has(before) && !gone.has(before)),
    )
    .map((declaration) => ({
      stack: declaration.stack,
      section: "steps",
      subject: describeResource(declaration),
      words: `${describeResource(declaration)} was deleted outside Pulumi, and the program accepts it.`,
      risks: findRisks(declaration),
    }));
}

function findRisks(declaration: Declaration): Risk[] {
  return sortRisks(["acceptsDrift", ...listRisks(declaration)]);
}

function listRisks(declaration: Declaration): readonly Risk[] {
  const { kind, before } = declaration;
  const people = before?.people?.declared;
  if (people !== undefined) {
    const isAdmin = [...people.people.values()].some(({ role }) => role === "admin");
    return [
      "removesPerson",
      ...(isAdmin ? (["removesAdmin"] as const) : []),
      ...(people.hidden === undefined ? [] : (["hidden"] as const)),
    ];
  }
  if (kind === "Organization") return ["deletesOrganization"];
  if (kind === "Group" || kind === "Project" || kind === "Cohort") {
    const { members, access } = declaration.values.before;
    const hasHidden = [members, access].some((value) => findHidden(value) !== undefined);
    return [kind === "Group" ? "revokesAccess" : "deletesProject", ...(hasHidden ? (["hidden"] as const) : [])];
  }
  return findChanges(mergeDeclarations([declaration], true)).flatMap(({ row, before }) =>
    before === undefined ? [] : describeDeletion(row, before).risks,
  );
}

/** Returns the members of a group, or the people with direct grants. */
function listPeople({ values }: Declaration): readonly string[] {
  const { members, access } = readValues(accessInputs, values.before);
  return [...listTexts(members), ...(isHidden(access) ? [] : listTexts(access?.users))];
}
