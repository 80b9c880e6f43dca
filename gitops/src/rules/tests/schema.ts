import * as z from "zod";
import { day, email } from "#provider";
import { personRoles } from "../../roles";
import { declaresKey } from "../selector";
import { existing, severity } from "../severity";
import { array, choice, mark } from "../../schema";

// The schema of `tests` in a file of access rules.

/** The roles in tests, the highest first. An owner is also an admin. */
export const testedRoles = ["owner", ...personRoles] as const;

export type TestedRole = (typeof testedRoles)[number];

const name = z.string().min(1, "must not be empty");

const organization = name.meta({ description: "The name or PRN of an organization." });
const project = name.meta({ description: "The name or id of a project." });
const cohort = name.meta({ description: "The name or id of a cohort of the project." });

const testedRole = z.enum(testedRoles);

const role = z
  .union([testedRole, z.strictObject({ atLeast: testedRole.meta({ description: "This role or a higher one." }) })])
  .meta({ description: "Exactly this role, or `{ atLeast: … }`. An owner also has the role `admin`." });

const anyEntry = z
  .strictObject({ organization, project: project.optional(), cohort: cohort.optional(), role: role.optional() })
  .refine(
    ({ role, project }) => role === undefined || project === undefined,
    "has a role and a project: write one entry for the role, and another one for the project",
  )
  .refine(
    ({ cohort, project }) => cohort === undefined || project !== undefined,
    "has a cohort without a project: add `project`",
  );

const canEntry = anyEntry
  .refine(
    ({ role, project, cohort }) => declaresKey({ role, project, cohort }),
    "has neither a role nor a project: add `role`, such as `{ atLeast: viewer }`, or `project`",
  )
  .meta({ description: "A role in an organization, or the access to a project or a cohort." });

const cannotEntry = anyEntry.meta({
  description:
    "A role in an organization, the access to a project or a cohort or, with neither, any role in the organization.",
});

const common = {
  invited: z.literal("ignored").optional().meta({
    description: "Leaves out invitations. By default, an invited person has the access that the acceptance gives.",
  }),
  undeclaredOwners: z.literal("ignored").optional().meta({
    description:
      "Leaves out owners that a preview does not show. By default, a test whose result depends on such an owner fails.",
  }),
  on: day.optional().meta({
    description:
      "Judges the test as of this day, UTC, such as `2027-02-01`, after last days (`until`). From that day on, judges it as of today.",
  }),
  severity: severity.optional().meta({
    description:
      "The effect of a failure in a review: the change is refused (`refuse`), needs approval (`approve`), or neither (`note`). The default is `refuse`.",
  }),
  existing: existing.exclude(["ignored"]).optional().meta({
    description:
      "The effect in a review of a failure that existed before the change: that of a new one (`counted`), or an approval instead of a refusal (`approve`). The default is the `existing` of the file.",
  }),
  because: name
    .optional()
    .meta({ description: "The reason for the test, for the reviewer of a change that breaks it." }),
};

/** Keys are optional in one object, so that a misspelled key has a suggestion. `findMistakenTests` checks their combination. */
export const accessTest = z
  .strictObject({
    person: email.optional().meta({ description: "The e-mail address of the person that the test is about." }),
    can: array(canEntry, "The access that the person must have.").optional(),
    cannot: z
      .array(cannotEntry)
      .min(1, "must not be empty: add an entry, or remove the key")
      .optional()
      .meta({ description: "The access that the person must not have." }),
    only: mark(
      "The person must not have another role in an organization, or reach another project or cohort, than `can` lists.",
    ),
    reach: z
      .strictObject({ organization, project, cohort: cohort.optional() })
      .optional()
      .meta({ description: "The project or cohort that the test is about." }),
    exactly: array(
      z.union([email, z.strictObject({ group: name.meta({ description: "The name or id of a group." }) })]),
      "The only people who reach the project or cohort: e-mail addresses, and groups of the organization. An empty list means nobody.",
    ).optional(),
    admins: choice(
      ["listed", "ignored"],
      "With `ignored`, `exactly` need not list admins and owners, who reach everything. The default is `listed`.",
    ).optional(),
    ...common,
  })
  .meta({ description: "A test of the access of one person, or of everyone who reaches a project or cohort." });

export type TestDeclaration = z.output<typeof accessTest>;
export type PersonEntry = z.output<typeof anyEntry>;
export type ExpectedRole = z.output<typeof role>;

const forPerson = ["person", "can", "cannot", "only"] as const;
const forReach = ["reach", "exactly", "admins"] as const;

/** Explains a test whose keys do not fit together, as the rest of a sentence; undefined if they do. */
export function explainMistakenTest(declared: Readonly<Record<string, unknown>>): string | undefined {
  const used = (keys: readonly string[]) => keys.filter((key) => key in declared);
  const [person, reach] = [used(forPerson), used(forReach)];
  if (person.length > 0 && reach.length > 0)
    return `has ${person.join(", ")} and ${reach.join(", ")}: write one test with \`person\`, and another one with \`reach\``;
  if (reach.length > 0) {
    if (!("reach" in declared)) return "has no `reach`: add the project or cohort";
    return "exactly" in declared ? undefined : "tests nothing: add `exactly`, with the people who reach the object";
  }
  if (!("person" in declared)) return "has no subject: add `person` or `reach`";
  const isEmpty = Array.isArray(declared.can) && declared.can.length === 0;
  if (person.some((key) => key !== "person" && !(key === "can" && isEmpty))) return undefined;
  return `tests nothing: add ${isEmpty ? "an entry to `can`" : "`can`"}, \`cannot\` or \`only: true\``;
}
