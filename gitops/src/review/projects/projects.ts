import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { Reason } from "../../access/reasons";
import { type Declaration, getOrganizationKey } from "../../model/declaration";
import { listInvitationsOfMembers, listInvitations, type ObjectAccess } from "../../model/effectiveAccess";
import { type GroupInvitation, leadsTo } from "../../model/groupInvitations";
import type { MergedGroup, MergedProject } from "../../model/merging";
import type { Model } from "../../model/model";
import { describePath, getId, getName, getUuid } from "../../model/properties";
import { accessInputs } from "../../objects/grants";
import { countHidden, listTexts, readValues } from "../../objects/reading";
import { isHidden } from "../../hidden";
import { joinAnd, quoteName } from "../../wording";
import { type Place, showEverything, showProperties, type SettingRow } from "../shown";
import { compareProject } from "./comparison";
import { compareDescription, compareGroup, compareName } from "./contents";
import {
  compareInvitationsOfMembers,
  compareInvitations,
  listAcceptedInvitations,
  listHiddenInvitations,
} from "./invitations";
import { listAccepted } from "./accepted";
import type { PlacedRow, Row } from "./outcomes";
import { mergeRows } from "./rows";

/**
 * Lists changes of the effective access to projects and cohorts: by a grant, through a group, or because they are open to everyone.
 * Admins always have access. People and projects with the same change share a row, but outsiders never share a row with others.
 */
export function reviewProjects(
  model: Model,
  access: ReadonlyMap<string, readonly ObjectAccess[]>,
  isOutsider: (email: string) => boolean,
): readonly SettingRow[] {
  const { groups, projects } = model;
  const invitations = model.separated.filter(({ kind }) => kind === "Membership" || kind === "OrganizationMembers");
  const keys = new Set(
    [...projects, ...groups, ...invitations].flatMap((resource) => getOrganizationKey(resource) ?? []),
  );
  const describe = (resource: Declaration, name = getName(resource)) => describePath(resource, projects, name);
  return [...keys].flatMap((key) => {
    const isOwn = (resource: Declaration) => getOrganizationKey(resource) === key;
    const nameGroup = (invitation: GroupInvitation) => {
      const group = groups.find((one) => leadsTo(invitation, one));
      return group === undefined ? String(invitation.group) : getName(group);
    };
    const nameId = (id: string) => {
      const group = groups.find((one) => getUuid(getId(one) ?? "") === getUuid(id));
      return group === undefined ? getUuid(id) : getName(group);
    };
    const people = model.after.organizations.get(key)?.people;
    // An accepted invitation is no change.
    const isInvited = (email: string) => {
      const status = people?.get(canonicalizeEmail(email))?.status;
      return model.isPlanned && status !== undefined && status !== "active";
    };
    const named = [...groups, ...projects].filter(isOwn);
    // Nothing stays of a deleted organization.
    const kept = people === undefined ? [] : named;
    const sides = { former: model.before.organizations.get(key), present: model.after.organizations.get(key) };
    const accessRows = (access.get(key) ?? []).flatMap(({ object, ...own }) =>
      place(
        compareProject(describe(object), { object, ...own }, sides),
        showProperties(object.resources, accessProperties),
      ),
    );
    const rows = [
      ...named.flatMap((object) => [
        ...place(
          compareName(object, (name) => describe(object, name)),
          showProperties(object.resources, ["name"]),
        ),
        ...place(compareDescription(object, describe(object)), showProperties(object.resources, ["description"])),
      ]),
      ...compareInvitations(listInvitations(key, model, "before"), listInvitations(key, model, "after"), {
        name: nameGroup,
        isInvited,
      }),
      ...(model.isPlanned
        ? compareInvitationsOfMembers(
            listInvitationsOfMembers(key, model, "before"),
            listInvitationsOfMembers(key, model, "after"),
            nameGroup,
          )
        : []),
      ...invitations
        .filter(isOwn)
        .flatMap((resource) => listAcceptedInvitations(resource, groups, { name: nameGroup, isInvited })),
      ...invitations
        .filter(isOwn)
        .flatMap((resource) =>
          place(listHiddenInvitations(resource), [{ urn: resource.urn, part: "invitationGroups" }]),
        ),
      ...groups
        .filter(isOwn)
        .flatMap((group) => place(compareGroup(group), showProperties(group.resources, ["members"]))),
      ...kept.flatMap((object) => place(listAccepted(object, describe(object), nameId), [])),
      ...named
        .filter(({ isImported }) => isImported)
        .flatMap((object) => place(listImportRows(object, describe(object)), showEverything(object.resources))),
    ];
    const joining = rows.filter(({ outcome }) => outcome === "joins" || outcome === "invites");
    for (const one of access.get(key) ?? [])
      rows.push(...joining.flatMap((row) => place(listPossibleAccess(row, one, describe(one.object)), [])));
    const explained = rows.flatMap((row) => nameReached(row, access.get(key) ?? [], describe));
    return mergeRows(key, [...accessRows, ...explained], isOutsider);
  });
}

/** The properties of projects and cohorts that decide about access. Their rows say who gets or loses it, so each of them shows all of these. */
const accessProperties = ["access", "everyoneEnabled"] as const;

/** Adds places to rows. The rows share one list, because there can be thousands of rows. */
function place(rows: readonly Row[], shows: readonly Place[]): PlacedRow[] {
  return rows.map((row) => ({ ...row, shows }));
}

/** Names the objects that people reach through a group which they joined outside Pulumi. Their access does not change, so no other row does. */
function nameReached(
  row: PlacedRow,
  access: readonly ObjectAccess[],
  describe: (resource: Declaration) => string,
): readonly PlacedRow[] {
  if (row.outcome !== "acceptsJoins") return [row];
  const isThrough = (reason: Reason) => "group" in reason && row.object === `group ${quoteName(reason.group)}`;
  return (row.emails ?? []).map((email) => {
    const reached = access.filter(
      ({ after }) => after?.effective.get(canonicalizeEmail(email))?.some(isThrough) === true,
    );
    const objects = reached.map(({ object }) => describe(object)).sort();
    return { ...row, emails: [email], ...(objects.length > 0 && { detail: joinAnd(objects) }) };
  });
}

/** Names an object to which a group may give access, because no stack declares who has a grant. The people join the group. */
function listPossibleAccess(
  { object: group, emails = [] }: Row,
  { after }: ObjectAccess,
  object: string,
): readonly Row[] {
  if (after === undefined || after.isOpenToAll || after.isDeclared) return [];
  const people = emails.filter((email) => after.mayBeGranted(canonicalizeEmail(email)));
  return people.length === 0
    ? []
    : [{ object, emails: people, outcome: "mayReach", detail: group.replace(/^group /, "") }];
}

/** An import accepts the object, and the access of each person that it names. Nobody reviewed either. */
function listImportRows(resource: MergedGroup | MergedProject, object: string): readonly Row[] {
  const { before, after } = resource.contents;
  const isUnchanged = JSON.stringify(before) === JSON.stringify(after);
  const [live, { emails: declared, hasHidden }] = [
    readImport(resource.values.before),
    readImport(resource.values.after),
  ];
  const emails = isUnchanged ? declared : declared.filter((email) => live.emails.includes(email));
  const isGroup = resource.kind === "Group";
  return [
    { object, outcome: isUnchanged ? "imports" : "importsChanged", emails: [] },
    ...(emails.length === 0 ? [] : [{ object, outcome: isGroup ? "acceptsJoins" : "acceptsGrants", emails } as const]),
    ...(hasHidden ? [{ object, outcome: isGroup ? "hidesImportedMembers" : "hidden" } as const] : []),
  ];
}

/** Returns the members of an imported group, or the people with direct grants for an imported project or cohort. */
function readImport(values: Values) {
  const { members, access, everyoneEnabled } = readValues(accessInputs, values);
  const { users, groups } = isHidden(access) ? { users: access, groups: access } : (access ?? {});
  return {
    emails: listTexts(members ?? users),
    hasHidden: isHidden(everyoneEnabled) || [members, users, groups].some((list) => countHidden(list) > 0),
  };
}
