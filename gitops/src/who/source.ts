import type { Reasons } from "../access/reasons";

/** The kinds of sources. */
export const sourceKinds = ["live", "preview", "layout"] as const;

/** A source of answers of `who`: the people, projects and cohorts of some organizations, and who has access to what. */
export interface Source {
  readonly kind: (typeof sourceKinds)[number];
  /** Says which organizations these are, as the rest of a sentence, such as `that this API key can see`. */
  readonly scope: string;
  /** Sorted by name. */
  readonly organizations: readonly OrganizationAccess[];
  /** False if the source contains only roles: the API, the previews or the layout have no projects. */
  readonly hasProjects: boolean;
  /** The parts that the API key cannot read, in whole sentences. With one, no answer is complete. */
  readonly unreadable: readonly string[];
  /** Other facts that the source does not contain, of no single organization. */
  readonly gaps: readonly Gap[];
  /** The pending invitations of the person in question; absent if an organization has the person, or if the source has no invitations. */
  readonly invitations?: PendingInvitations | undefined;
}

/** The pending invitations of one person. */
export interface PendingInvitations {
  /** The names of the organizations that invite the person. */
  readonly organizations: readonly string[];
  /** False if the API key cannot read the invitations to an organization. */
  readonly isComplete: boolean;
}

/** A fact that the source does not contain, so that an answer can be wrong or incomplete. */
export interface Gap {
  /** The whole sentence. */
  readonly sentence: string;
  /** The key of the only project, with its cohorts, or of the only cohort that the fact concerns; absent if it can concern others. */
  readonly about?: string | undefined;
}

/** A gap that can change who has which access. */
export interface AccessGap extends Gap {
  /**
   * `people`: other people may be in the organization. `owners`: one of them may be an owner. `access`: other people may reach the
   * object in `about` or, without one, any object. `all`: even the access that the source contains may differ.
   */
  readonly hides: "people" | "owners" | "access" | "all";
}

/** An organization in a source: its people, groups, projects and cohorts, and the gaps about them. */
export interface OrganizationAccess {
  readonly name: string;
  /** The PRN; undefined if the source has none. */
  readonly id?: string | undefined;
  /** By canonical address. */
  readonly people: ReadonlyMap<string, PersonInSource>;
  readonly groups: readonly AccessGroup[];
  readonly objects: readonly AccessObject[];
  readonly gaps: readonly AccessGap[];
}

/** A group of an organization. */
export interface AccessGroup {
  /** The id or, if the source has none, the name. */
  readonly key: string;
  /** Undefined if the source hides the name. */
  readonly name: string | undefined;
  /** The addresses of the members. */
  readonly members: readonly string[];
  /** The addresses of the people who join by accepting an invitation. */
  readonly invited: readonly string[];
  /** False if the source does not contain all of them. */
  readonly isComplete: boolean;
}

/** A layout has only `declared` people. An `undeclared` person has a grant, and may be a member. */
export const statuses = ["active", "invited", "expired", "declared", "undeclared"] as const;
type Status = (typeof statuses)[number];

/** A person in an organization. An invited person gets the access with the acceptance. */
export interface PersonInSource {
  readonly email: string;
  /** `unknown` or `secret` if the source does not have it. */
  readonly role: string;
  readonly isOwner: boolean;
  readonly status: Status;
  /** The end of the role: a day or a moment; `unknown` or `secret` if a preview hides it. Undefined without an end, and in live organizations. */
  readonly until?: string | undefined;
  /** The role after the end. */
  readonly afterwards?: string | undefined;
  /** The teams that give the role. Undefined without one, in live organizations, and in previews. */
  readonly teams?: readonly string[] | undefined;
}

/** A project or a cohort. */
export interface AccessObject {
  /** Identifies the object in its organization. Two projects can have equal names in a preview: one has the name that the other one had before it was renamed outside Pulumi. */
  readonly key: string;
  readonly kind: "project" | "cohort";
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name: `firmware/canary`. */
  readonly path: string;
  /** The key of a cohort's project, if the source contains the project. */
  readonly parent?: string | undefined;
  /** True if the object is open to all members of the organization. */
  readonly isOpen: boolean;
  /** The known reasons for access. A person in a cohort also needs access to its project, so reasons for a cohort alone may have no effect. */
  readonly reasons: Reasons;
}

/** Names a project or cohort in a sentence. */
export function describeObject({ kind, path }: Pick<AccessObject, "kind" | "path">): string {
  return `${kind} ${path}`;
}
