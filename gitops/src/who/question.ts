/** A question about access: the projects of a person, the people with access to a project, or both. */
export interface Question {
  /** The e-mail address of the person. */
  readonly person?: string | undefined;
  /** The path of a project or cohort, such as `firmware` or `firmware/canary`. */
  readonly project?: string | undefined;
}
