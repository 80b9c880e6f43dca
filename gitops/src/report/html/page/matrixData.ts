/** What the page's script draws the matrix from. Organizations, places and risks are told by their index in the lists here. */
export interface MatrixData {
  readonly organizations: readonly MatrixOrganization[];
  /** What roles are called, the one that may most first. */
  readonly roles: readonly string[];
  readonly places: readonly MatrixPlace[];
  readonly risks: readonly MatrixRisk[];
  readonly people: readonly MatrixPerson[];
  /** How each kind of change is called beside its sign. */
  readonly kinds: Readonly<Record<MatrixKind, string>>;
}

export interface MatrixOrganization {
  readonly name: string;
  /** What becomes of it; empty for nothing. */
  readonly change: string;
  /** Who else may be in it; empty for nobody. */
  readonly hint: string;
}

export interface MatrixPlace {
  readonly role: string;
  readonly owner: boolean;
  /** The standing and the ownership besides the role; empty for somebody like any other. */
  readonly besides: string;
}

export interface MatrixRisk {
  readonly words: string;
  readonly level: MatrixLevel;
}

export type MatrixLevel = "high" | "medium" | "low";

export interface MatrixPerson {
  readonly email: string;
  readonly cells: readonly MatrixCell[];
}

/** A person in an organization. Of a change there is its kind, and whatever is not empty; -1 is nobody's place. */
export type MatrixCell = readonly [
  organization: number,
  before: number,
  after: number,
  kind?: MatrixKind | "",
  risks?: readonly number[],
  notes?: readonly string[],
];

export type MatrixKind = "added" | "removed" | "raised" | "lowered" | "owns" | "disowned" | "changed";
