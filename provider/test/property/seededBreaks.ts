/** A mistake in the source. The text `from` occurs once in the file. */
export interface Break {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The names of the test files that must find it, in `provider/test/property/`. */
  readonly histories: string;
}

const parents = "framework/src/parents.ts";
const deletion = "framework/src/operations/delete.ts";
const organization = "provider/src/resources/organization.ts";

/** Mistakes after which a run takes access from people whose organization stays. */
const destroys: readonly Omit<Break, "histories">[] = [
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

/** Mistakes in updates of rosters, access and objects with a secret. */
const updates: readonly Break[] = [
  {
    what: "a roster invites again although `onExpired` is `ignore`",
    file: "provider/src/roster/change.ts",
    from: 'invitation.status === "expired" && !ignoresExpired',
    to: 'invitation.status === "expired"',
    histories: "people/(rosters|connectRosters)",
  },
  {
    what: "a roster never invites again",
    file: "provider/src/roster/change.ts",
    from: 'invitation.status === "expired" && !ignoresExpired',
    to: "false",
    histories: "people/(rosters|connectRosters)",
  },
  {
    what: "a roster does not see expired invitations",
    file: "provider/src/roster/state.ts",
    from: "people: [...people, ...expired.filter((person) => person !== undefined).map(toListedPerson)],",
    to: "people,",
    histories: "people/(rosters|connectRosters)",
  },
  {
    what: "former groups keep their access to a project",
    file: "provider/src/access/access.ts",
    from: "for (const group of formerGroups) project = await objects.removeGroup(project, group);",
    to: "",
    histories: "access/access",
  },
  {
    what: "a project closes before the grants",
    file: "provider/src/access/access.ts",
    from: "let project = before;\n",
    to: "let project = desired.everyoneEnabled ? before : await objects.update(before, { everyoneEnabled: false });\n",
    histories: "access/access",
  },
  {
    what: "the state does not contain the secret of a new API token",
    file: "provider/src/resources/organizationApiToken.ts",
    from: "return observe(created, secret);",
    to: "return observe(created, undefined);",
    histories: "access/secrets/secrets",
  },
  {
    what: "a Delete trusts the response",
    file: deletion,
    from: "if (left !== undefined) throw",
    to: "if (left === null) throw",
    histories: "access/secrets/secrets",
  },
];

export const breaks: readonly Break[] = [
  ...destroys.map((one) => ({ ...one, histories: "people/(memberships|rosters|mixed)" })),
  ...updates,
];
