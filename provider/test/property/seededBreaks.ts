/** A mistake in the source. The text `from` occurs once in the file. */
export interface Break {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const parents = "framework/src/parents.ts";
const deletion = "framework/src/operations/delete.ts";
const organization = "provider/src/resources/organization.ts";

/** Mistakes after which a run takes access from people whose organization stays. */
export const breaks: readonly Break[] = [
  {
    what: "a part without a valid marker is deleted at once",
    file: parents,
    from: 'marked.deletion === "unknown") return "unknown";',
    to: 'marked.deletion === "unknown") return "stays";',
  },
  {
    what: "the marker of another organization counts",
    file: parents,
    from: "if (id === undefined || marked?.id !== id ||",
    to: "if (id === undefined || marked === undefined ||",
  },
  {
    what: "the parts of an organization that may end are deleted at once",
    file: parents,
    from: 'return "ends";',
    to: 'return "stays";',
  },
  {
    what: "the parts of a blocked organization leave the state",
    file: parents,
    from: "await this.#guard(parent.resource, context, id, deletion.force);",
    to: "",
  },
  {
    what: "a refresh counts as a declaration of the organization",
    file: parents,
    from: "if (options === undefined || !this.#checked.has(urn)) return false;",
    to: "if (options === undefined) return false;",
  },
  {
    what: "a Check without a usable folder says that the program never declared the organization",
    file: parents,
    from: '? "undeclared" : "unknown"',
    to: '? "undeclared" : "undeclared"',
  },
  {
    what: "a Delete ignores an unusable folder",
    file: deletion,
    from: "if (failure !== undefined)",
    to: 'if (failure === "")',
  },
  {
    what: "a Delete ignores that another resource declares the object",
    file: deletion,
    from: 'if (ownership === "owned" ||',
    to: 'if ((ownership === "owned" && resource.parts !== undefined) ||',
  },
  {
    what: "an organization with members needs no `forceDestroy`",
    file: organization,
    from: "found.filter(({ code }) => !force || code !== otherUsers)",
    to: "found.filter(({ code }) => code !== otherUsers)",
  },
  {
    what: "an organization removes its members although something else blocks its deletion",
    file: organization,
    from: "if (found.length === 0 || found.some(({ code }) => code !== otherUsers)) return { blockers, others: [] };",
    to: "blockers.splice(0);",
  },
  {
    what: "the deletion of a roster has no limits",
    file: "provider/src/roster/deletion.ts",
    from: "checkGuardrails(planRemovals(leaving), found, {",
    to: "checkGuardrails(planRemovals([]), found, {",
  },
  {
    what: "a released roster removes its people",
    file: "provider/src/resources/organizationMembers.ts",
    from: "await releasePeople(context, removals);",
    to: "await applyRosterPlan(context, id, planRemovals(removals));",
  },
];
