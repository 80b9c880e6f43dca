/** The data of the page's script. Cells refer to organizations, access and risks by their index in these lists. */
export interface MatrixData {
  readonly organizations: readonly MatrixOrganization[];
  /** Projects and cohorts, those of one organization together. */
  readonly objects: readonly MatrixObject[];
  /** The words of all reasons for access to objects. */
  readonly reasons: readonly string[];
  /** Sets of people, as indexes in `people`. Many objects share a set, such as the people of a group. */
  readonly sets: readonly (readonly number[])[];
  readonly access: readonly MatrixAccess[];
  /** All choices of the filter by role, in order. */
  readonly filters: readonly string[];
  readonly risks: readonly MatrixRisk[];
  readonly people: readonly MatrixPerson[];
  /** The words beside the symbol of each kind of change. */
  readonly kinds: Readonly<Record<MatrixKind, string>>;
  /** Stands for no access. */
  readonly noAccess: string;
  /** Stands for a person who may have access that the review does not know. */
  readonly noKnownAccess: string;
}

/** A project or a cohort. */
export interface MatrixObject {
  readonly organization: number;
  readonly kind: "project" | "cohort";
  readonly path: string;
  /** The change of the object; empty for none. */
  readonly change: string;
  /** Tells if the object is open, or which people the review cannot name; empty for neither. */
  readonly hint: string;
  /** Null if the object is absent. */
  readonly before: MatrixReach | null;
  readonly after: MatrixReach | null;
}

/** The people who reach a project or cohort on one side. */
export interface MatrixReach {
  /** The indexes of a reason and of the set of its people. */
  readonly reasons: readonly (readonly [reason: number, set: number])[];
  /** True if nobody else in the organization can have access. */
  readonly isComplete: boolean;
}

/** A column of the matrix. */
export interface MatrixOrganization {
  readonly name: string;
  /** The change of the organization; empty for none. */
  readonly change: string;
  /** The people that the review cannot name; empty for none. */
  readonly hint: string;
}

/** The access of a person to an organization. */
export interface MatrixAccess {
  readonly role: string;
  /** The choices of the filter that select this access. */
  readonly filters: readonly string[];
  /** The status of an invitation and the ownership; empty for other members. */
  readonly status: string;
  /** The role and the status. */
  readonly words: string;
  /** True if the review does not know the role, which may be admin. */
  readonly isUnknown?: true;
}

export interface MatrixRisk {
  readonly words: string;
  readonly level: MatrixLevel;
}

export type MatrixLevel = "high" | "medium" | "low";

/** A row of the matrix. */
export interface MatrixPerson {
  readonly email: string;
  readonly cells: readonly MatrixCell[];
}

/** A person in an organization. A change has its kind and further details. The index -1 stands for no access. */
export type MatrixCell = readonly [
  organization: number,
  before: number,
  after: number,
  kind?: MatrixKind | "",
  risks?: readonly number[],
  notes?: readonly string[],
];

export type MatrixKind = "added" | "removed" | "raised" | "lowered" | "owns" | "disowned" | "ends" | "changed";
