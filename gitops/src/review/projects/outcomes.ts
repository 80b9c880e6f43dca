import type { Reason } from "../../access/reasons";
import type { Risk } from "../../risks";
import type { Place } from "../shown";

// The rows about groups, projects and cohorts: their kinds, and what a row contains before equal ones are merged.

const undeclaredMembers = "No stack declares the members of this group.";

const gaining = (access: string) => (access === "" ? "" : `, with access to ${access}`);
const losing = (access: string) => (access === "" ? "" : `, and lose access to ${access}`);

function describeRemaining(projects: string, people: string, reasons: string): string {
  return `Access to ${projects} remains for ${people}: ${reasons}.`;
}

/** The kinds of rows, each with its words and risks. */
export const outcomes = {
  hidden: { risks: ["hidden"], describe: (projects) => `The preview hides who has access to ${projects}.` },
  opens: {
    risks: ["opensProject"],
    describe: (projects) => `Everyone in the organization gets access to ${projects}.`,
  },
  // A person reaches a cohort only together with its project.
  opensCohort: {
    risks: ["opensProject"],
    describe: (cohorts) => `Everyone with access to the project gets access to ${cohorts}.`,
  },
  closes: { risks: [], describe: (projects) => `Open to everyone before, but not after: ${projects}.` },
  // Access rules select groups by name. Nobody gets or loses access.
  renames: { property: "name", risks: [], describe: (objects, _, name) => `Renamed: ${objects} to ${name}.` },
  imports: { risks: ["acceptsDrift"], describe: (objects) => `Imported without changes: ${objects}.` },
  hidesFormer: {
    risks: ["hidden"],
    describe: (object) =>
      `The preview hides what the program declared for ${object} at the last update, so a change outside Pulumi may remain.`,
  },
  // Access rules select groups and cohorts by name.
  acceptsName: {
    property: "name",
    risks: ["acceptsDrift"],
    describe: (object, _, change) =>
      `The program accepts that the name of ${object} changed outside Pulumi: ${change}.`,
  },
  acceptsDescription: {
    property: "description",
    risks: ["acceptsDrift"],
    describe: (object, _, change) =>
      `The program accepts that the description of ${object} changed outside Pulumi: ${change}.`,
  },
  importsChanged: { risks: ["acceptsDrift"], describe: (objects) => `Imported, and changed: ${objects}.` },
  acceptsJoins: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (group, people, access) =>
      `The program accepts that ${people} joined ${group} outside Pulumi${gaining(access)}.`,
  },
  acceptsLeaves: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (group, people) => `The program accepts that ${people} left ${group} outside Pulumi.`,
  },
  acceptsInvitation: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (group, people) =>
      `The program accepts an invitation made outside Pulumi, by which ${people} will join ${group}.`,
  },
  acceptsGrants: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (projects, people) => `The program accepts a grant for ${projects} made outside Pulumi: ${people}.`,
  },
  acceptsGroup: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (projects, _, group) =>
      `The program accepts a grant for ${projects} to group ${group}, made outside Pulumi.`,
  },
  acceptsRevocations: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (projects, people) => `The program accepts that grants for ${projects} ended outside Pulumi: ${people}.`,
  },
  acceptsGroupRevocation: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (projects, _, group) =>
      `The program accepts that a grant for ${projects} to group ${group} ended outside Pulumi.`,
  },
  acceptsOpening: {
    risks: ["acceptsDrift", "opensProject"],
    describe: (projects) => `The program accepts that ${projects} was opened to everyone outside Pulumi.`,
  },
  acceptsClosing: {
    risks: ["acceptsDrift"],
    describe: (projects) => `The program accepts that ${projects} was closed outside Pulumi.`,
  },
  begins: { risks: [], describe: (objects) => `Created: ${objects}.` },
  // Later reviews do not show who is in the group, or who has a grant.
  beginsUndeclared: { risks: [], describe: (objects) => `Created without declared members or grants: ${objects}.` },
  deletes: { risks: ["deletesProject"], describe: (projects) => `Deleted, with all access: ${projects}.` },
  ends: { risks: ["revokesAccess"], describe: (groups) => `Deleted, with all access: ${groups}.` },
  grantsGroup: {
    risks: ["grantsAccess"],
    describe: (projects, _, group) => `Group ${group} gets access to ${projects}. ${undeclaredMembers}`,
  },
  revokesGroup: {
    risks: ["revokesAccess"],
    describe: (projects, _, group) => `Group ${group} loses access to ${projects}. ${undeclaredMembers}`,
  },
  // An update revokes all undeclared grants when a program starts to declare `access`.
  endsGrants: {
    risks: ["revokesAccess"],
    describe: (projects) =>
      `The program starts to declare \`access\` of ${projects}, so the update revokes the grants that no stack declares.`,
  },
  // Peridio keeps the grants, and later reviews do not show them.
  endsManagement: {
    risks: ["dropsPolicy"],
    describe: (projects) =>
      `Access to ${projects} is no longer declared. Peridio keeps the grants, and later reviews do not show them.`,
  },
  hidesName: {
    property: "name",
    risks: ["hidden"],
    describe: (objects) => `The preview hides the name of ${objects}.`,
  },
  // Everyone in the organization can read a description.
  hidesDescription: {
    property: "description",
    risks: ["hidden"],
    describe: (objects) => `The preview hides the description of ${objects}.`,
  },
  describes: {
    property: "description",
    risks: [],
    describe: (objects, _, change) => `Description of ${objects}: ${change}.`,
  },
  grants: {
    risks: ["grantsAccess"],
    describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.`,
  },
  // A new member has access to all open projects, and is among the access changes.
  includes: { risks: [], describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.` },
  revokes: {
    risks: ["revokesAccess"],
    describe: (projects, people, reasons) => `No more access to ${projects} for ${people} (before: ${reasons}).`,
  },
  // A group whose members no stack declares, or an undeclared grant, may give access too.
  revokesKnown: {
    risks: ["revokesAccess"],
    describe: (projects, people, reasons) =>
      `The known access to ${projects} ends for ${people} (before: ${reasons}). Grants or group members that no stack declares may give access.`,
  },
  grantsWithoutEffect: {
    risks: ["grantsAccess"],
    describe: (projects, people, reasons) => `A grant for ${projects} has no effect for ${people}: ${reasons}.`,
  },
  // A person who joins the group later gets the access.
  grantsIdleGroup: {
    risks: ["grantsAccess"],
    describe: (projects, _, group) => `Group ${group} gets a grant for ${projects}. No access changes.`,
  },
  revokesIdleGroup: {
    risks: [],
    describe: (projects, _, group) => `Group ${group} loses a grant for ${projects}. No access changes.`,
  },
  revokesWithoutEffect: {
    risks: [],
    describe: (projects, people, reasons) =>
      `A grant for ${projects} that had no effect ends for ${people} (before: ${reasons}).`,
  },
  moves: { risks: [], describe: describeRemaining },
  // Another grant can outlast the present reason for the access.
  addsGrant: { risks: ["grantsAccess"], describe: describeRemaining },
  hidesMembers: { risks: ["hidden"], describe: (group) => `The preview hides who joins or leaves ${group}.` },
  hidesImportedMembers: { risks: ["hidden"], describe: (group) => `The preview hides who is in ${group}.` },
  hidesInvitation: {
    risks: ["hidden"],
    describe: (_, people) => `The preview hides the group of the invitation for ${people}.`,
  },
  hidesInvitations: {
    risks: ["hidden"],
    describe: (resource) => `The preview hides who joins which group by accepting an invitation: ${resource}.`,
  },
  invites: {
    risks: ["grantsAccess"],
    describe: (group, people, access) => `Join ${group} by accepting an invitation: ${people}${gaining(access)}.`,
  },
  uninvites: {
    risks: ["revokesAccess"],
    describe: (group, people, access) =>
      `No longer join ${group} by accepting an invitation: ${people}${losing(access)}.`,
  },
  // If the person leaves and gets a new invitation, the person joins the group.
  invitesWithoutEffect: {
    risks: ["grantsAccess"],
    describe: (group, people) =>
      `Declared to join ${group} by an invitation, which has no effect for members: ${people}.`,
  },
  uninvitesWithoutEffect: {
    risks: [],
    describe: (group, people) =>
      `No longer declared to join ${group} by an invitation, which had no effect for members: ${people}.`,
  },
  joins: {
    risks: ["grantsAccess"],
    describe: (group, people, access) => `Join ${group}: ${people}${gaining(access)}.`,
  },
  // Peridio keeps the grants that a program stops declaring, and no preview shows them.
  mayReach: {
    risks: ["grantsAccess"],
    describe: (projects, people, group) =>
      `Group ${group} may give ${people} access to ${projects}, whose grants no stack declares.`,
  },
  leaves: {
    risks: ["revokesAccess"],
    describe: (group, people, access) => `Leave ${group}: ${people}${losing(access)}.`,
  },
  endsMembersManagement: {
    risks: ["dropsPolicy"],
    describe: (group) =>
      `Members of ${group} are no longer declared. Peridio keeps them, and later reviews do not show them.`,
  },
  endsMembers: { risks: ["revokesAccess"], describe: (group) => `Leave ${group}: all members that no stack declared.` },
} as const satisfies Readonly<Record<string, Outcome>>;

/** A kind of rows. */
export interface Outcome {
  /** The property that the row shows. Rows about access, or about a whole object, have none. */
  readonly property?: "name" | "description";
  readonly risks: readonly Risk[];
  readonly describe: (objects: string, people: string, detail: string) => string;
}

/** A change of one group, project or cohort: of the access of some people, or of the whole object. */
export interface Row {
  /** The object in words, such as `project firmware`. */
  readonly object: string;
  readonly outcome: keyof typeof outcomes;
  /** Undefined if the row names nobody. */
  readonly emails?: readonly string[];
  /** The reasons, the name of a group, the new name, or the objects to which a group gives access. */
  readonly detail?: string;
  /** The reasons for which the people get or lose the access. */
  readonly reasons?: readonly Reason[];
  /** The digest of the reasons of each person, if `detail` does not contain them. */
  readonly digest?: string;
}

/** A row, and the places of all resources that declare its object. */
export type PlacedRow = Row & { readonly shows: readonly Place[] };
