import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { personRoles } from "../roles";
import { sections } from "../objects/rows";
import { riskNames } from "../risks";
import { formatJson } from "../terminal/text";
import {
  array,
  boolean,
  choice,
  constant,
  count,
  definition,
  mark,
  nullable,
  root,
  string,
  texts,
  variant,
} from "../schema";

// The contents of a review for all reports, and the schema of `review --json`. `gitops/review.schema.json` is generated from it.

const hidden = "`unknown` if the preview does not know the role, `secret` if Pulumi hides the role";

const risk = z.enum(riskNames).meta({ id: "Risk", description: "A risk." });

const access = definition("PersonAccess", "A person's access to an organization.", {
  role: choice([...personRoles, "unknown", "secret"], `The role; ${hidden}.`),
  status: choice(
    ["active", "pending", "expired", "planned"],
    "The status: a member (`active`), invited (`pending`), invited with an expired invitation (`expired`), or to be invited by this change (`planned`).",
  ),
  owner: boolean("True if the person owns the organization. With Avocado Connect, several people can."),
  lastDay: string(
    `The last day of access, UTC, such as \`2027-01-31\`, or the moment at which it ends, such as \`2027-01-31T08:00Z\`; ${hidden.replace("role", "day").replace("the role", "the day")}. Absent if the access has no last day.`,
  ).optional(),
  afterwards: choice(
    [...personRoles, "unknown", "secret"],
    `The role after \`lastDay\`; ${hidden}. Absent if the person then leaves.`,
  ).optional(),
});

const organizationKey = string("The `key` of the organization.");

const undoesDrift = mark(
  "True if the update undoes a change outside Pulumi, because the program declares the same as in the last update. Absent otherwise.",
);

const pending = mark(
  "True if the base, without this change, causes the same row. `confirm` and the approval of a review count the row all the same. Absent otherwise.",
);

const person = definition("PersonReview", "One person in one organization, before and after.", {
  organization: organizationKey,
  email: string("The e-mail address, in its original spelling."),
  before: nullable(access, "The access before the change; null if the person had no access."),
  after: nullable(access, "The access after the change; null if the person has no access."),
  changed: boolean(
    "True if access changes: a person gets or loses access, is invited again, or gets another role, the ownership or another last day. An accepted invitation is not a change.",
  ),
  undoesDrift,
  risks: array(risk, "The risks of the change, the highest first."),
  notes: texts("Notes for the reviewer, in whole sentences."),
  pending,
});

const organization = definition("OrganizationReview", "One organization.", {
  key: string(
    "The key of the organization in this review: the PRN or, before the organization exists, the URN of its declaration.",
  ),
  name: string("The name, or the PRN if the name is unknown."),
  change: choice(
    ["created", "adopted", "deleted", "replaced", "released", "kept"],
    "The change of the organization. `adopted`: the program adopts an existing organization without changes. `released`: Pulumi removes the organization from the state without deleting it.",
  ),
  risks: array(risk, "The risks of the change, the highest first."),
  complete: boolean(
    "True if a roster declares all people of the organization. Otherwise, there may be people without a declaration. With Avocado Connect, the value is false unless the owner is declared, because previews do not show owners.",
  ),
  undeclaredOwners: mark(
    "True if the organization may have undeclared owners, because previews with Avocado Connect do not show them. Absent otherwise.",
  ),
  hiddenPeople: count("The number of people with hidden addresses."),
  hiddenRoster: boolean("True if a roster declares people that the preview hides. Absent otherwise.").optional(),
  stacks: texts(
    "The stacks that declare the organization or a part of it after the change, as `project/stack`. Absent if fewer than two do.",
  ).optional(),
  pending,
});

const groupSide = definition("GroupSide", "The people in a group.", {
  people: texts("The e-mail addresses of the declared members."),
  invited: texts("The people who join the group by accepting an invitation. Absent if there are none.").optional(),
  hidden: mark("True if the preview hides a member. Absent otherwise."),
  undeclared: mark(
    "True if no stack declares the members, so that other people may be in the group. Absent otherwise.",
  ),
});

const group = definition("GroupReview", "The people in one group, before and after.", {
  organization: organizationKey,
  name: string("The name of the group."),
  before: nullable(groupSide, "The group before the change; null if it did not exist."),
  after: nullable(groupSide, "The group after the change; null if it does not exist."),
});

/** Limits the people of a reason: all admins, everyone, or the people of the group. Without these keys, the reason applies to all of them. */
const selection = {
  within: constant(
    "project",
    "`project` if the reason applies only to those of its people who also reach the project of the cohort. If the review does not know all access to the project, it applies to all of its people. Absent otherwise.",
  ).optional(),
  except: texts(
    "Those of the reason's people who do not reach the object for it. Absent if there are none, or if `people` has the others.",
  ).optional(),
  people: texts(
    "The only people of the reason who reach the object for it. Absent if all of them do, or if `within` or `except` limits them.",
  ).optional(),
};

const groupName = string("The name of the group, which `groups` contains.");

const reachReason = z
  .discriminatedUnion("kind", [
    variant("role", "Admins reach all projects and cohorts.", selection),
    variant(
      "everyone",
      "The object is open to everyone in the organization. A cohort with `within` is open to everyone who reaches its project.",
      selection,
    ),
    variant("group", "The group has a grant.", { group: groupName, ...selection }),
    variant("invitation", "By accepting an invitation, the person joins a group with a grant.", {
      group: groupName,
      ...selection,
    }),
    variant("user", "The people have direct grants.", { people: texts("The e-mail addresses.") }),
  ])
  .meta({
    id: "ReachReason",
    description:
      "A reason for access: of all admins, of everyone or of all people of the group, unless another key limits these people. A person whose invitation has expired reaches nothing.",
  });

const reach = definition("Reach", "The people who reach a project or cohort.", {
  reasons: array(reachReason, "The reasons for access. A person can have several."),
  hidden: mark("True if the preview hides a part of the access. Absent otherwise."),
  undeclaredGrants: mark(
    "True if no stack declares the grants, so that other people may have access. Absent otherwise.",
  ),
  undeclaredGroups: texts(
    "The groups with a grant whose members no stack declares: by name or, if no stack declares the group, by UUID. Absent if there are none.",
  ).optional(),
});

const object = definition("ObjectReview", "The access to one project or cohort, before and after.", {
  organization: organizationKey,
  key: string(
    "The key of the object in this review: the PRN or, before the object exists, the URN of its declaration.",
  ),
  kind: choice(["project", "cohort"], "The kind of the object."),
  path: string("The name of a project. For a cohort, the project's name, a `/`, and the cohort's name."),
  project: string("The `key` of a cohort's project. Absent if no stack declares the project.").optional(),
  before: nullable(reach, "The access before the change; null if the object did not exist."),
  after: nullable(reach, "The access after the change; null if the object does not exist."),
  released: mark(
    "True if Pulumi removes the object from the state without deleting it. The access stays as it was. Absent otherwise.",
  ),
});

export { sections };

const setting = definition("SettingReview", "One setting that changes.", {
  organization: organizationKey,
  section: choice(
    sections,
    "The kind of setting. `projects` is the access to projects and cohorts. `tokens` are API tokens and claim tokens. `guards` are guardrails, such as `maxRemovals` and `retainOnDelete`. `released` is an object that Pulumi removes from the state while Peridio keeps it.",
  ),
  setting: string(
    "The name of the setting, such as `ipAllowlist`. For projects, tokens, webhooks and tunnel policies, the value names the objects. For protection and for a released object, the value names the resource. For `retainOnDelete`, the value names the option and the resource.",
  ),
  property: choice(
    ["name", "description"],
    "The property of a group, project or cohort that the row shows. Absent for all other rows.",
  ).optional(),
  words: string("The change in a sentence, with both values."),
  people: texts(
    "The e-mail addresses of the people whose access to projects and groups changes. Absent if there are none.",
  ).optional(),
  undoesDrift,
  outsiders: mark("True if the setting is the access of people outside `insiders`. Absent otherwise."),
  digest: string(
    "The SHA-256 digest of details that `words` omits, so that `confirm` compares them: the URL of a webhook, or each person's reasons. Absent otherwise.",
  ).optional(),
  risks: array(risk, "The risks of the change, the highest first."),
  pending,
});

/** The kinds of program changes. */
export const programSections = [
  "controls",
  "layouts",
  "providers",
  "references",
  "options",
  "properties",
  "types",
  "others",
  "steps",
] as const;

const programChange = definition(
  "ProgramChange",
  "A change that is neither a person's access nor a setting of an organization.",
  {
    stack: nullable(
      z.string(),
      "The stack, as `project/stack`; null for files that control the review, and for layouts.",
    ),
    section: choice(
      programSections,
      "The kind of change. `controls` are access rules and other files that control the review. `layouts` are organizations of a layout that no reviewed stack declares. `providers` are the provider's settings, such as the endpoint. `references` are ids of organizations, projects, cohorts and groups that the preview hides, because they are secret or because a new resource provides them. `options` are options of resources, such as `ignoreChanges`. `properties` are properties that this version does not know, and `types` are such types of Peridio resources. `others` are resources of other providers. `steps` are steps that no other row shows.",
    ),
    subject: string(
      "The name of the file, provider, resource, property or type, of an edited access rule, or of an organization of a layout.",
    ),
    words: string("The change in whole sentences."),
    risks: array(risk, "The risks of the change, the highest first."),
    approvers: texts(
      "The only people who may approve the edit of an access rule, by login: those that the rule names before the change. Absent if the rule names nobody.",
    ).optional(),
    pending,
  },
);

const end = definition("EndReview", "The access of one person after the change, which ends soon.", {
  organization: organizationKey,
  email: string("The e-mail address, in its original spelling."),
  ...access.pick({ role: true, lastDay: true, afterwards: true }).required({ lastDay: true }).shape,
});

const digest = string("The SHA-256 digest, in hexadecimal digits.");
const preview = z.strictObject({ stack: string("The stack, as `project/stack`."), digest });

export const evidence = definition(
  "Evidence",
  "The commit and the digests of the files on which the review is based.",
  {
    commit: nullable(z.string(), "The reviewed commit; null if it is unknown."),
    previews: array(preview, "The digest of each preview."),
    authors: z.array(z.string()).min(1).optional().meta({
      description:
        "The logins of the authors of the change, with their other logins in the access rules. Absent if they are unknown.",
    }),
    beneficiaries: z.array(z.string()).min(1).optional().meta({
      description:
        "The logins of the people who gain by the change, from `logins` of the access rules. Their approvals do not count.",
    }),
    logins: z.array(z.string()).min(1).optional().meta({
      description:
        "The logins that the access rules list under `logins`. An approval by another login does not count. Absent if they list none.",
    }),
    rules: nullable(digest, "The digest of the access rules; null without rules."),
  },
);

const declaration = definition("DeclaredContents", "The declaration of an object in one program.", {
  urn: string("The URN of the resource."),
  properties: z.record(string("The name of the property."), string("The digest, `secret` or `unknown`.")).meta({
    description:
      "The SHA-256 digest of each declared value, by property. If the preview hides a part of the value: `secret` or `unknown`.",
  }),
});

const violation = definition("Violation", "A rule that the state after the change breaks.", {
  rule: string("The name of the rule."),
  severity: choice(["refuse", "approve", "note"], "The effect: the change is refused, needs approval, or neither."),
  message: string("The problem and the remedy, in whole sentences that name the people and organizations."),
  explanation: string("The reason for the rule.").optional(),
  organizations: texts("The names of the organizations concerned."),
  people: texts("The e-mail addresses concerned."),
  objects: texts(
    "The objects, roles or days of these people that break the rule, such as `project firmware`, `group field`, `role admin` or `last day 2027-01-31`. Absent if there are none.",
  ).optional(),
  declarations: array(
    declaration,
    "The declarations of the token or webhook that breaks the rule, so that the policy pack recognizes them. Absent for other violations.",
  ).optional(),
  approvers: texts("The only people who may approve, by login. Absent if the rule names nobody.").optional(),
  before: boolean("True if the rule was broken before the change."),
  difference: string(
    "The reason why `existing` of the rule does not apply although there was a similar violation before the change, as the rest of a sentence. Absent otherwise.",
  ).optional(),
  pending,
});

const conflict = definition("Conflict", "An object that several stacks declare differently.", {
  organization: organizationKey,
  people: texts("The e-mail addresses of the people concerned. Empty if the conflict is not about people."),
  stacks: texts("The stacks that contradict each other, as `project/stack`."),
  message: string("The declaration of each stack, and the remedy, in whole sentences."),
  pending,
});

const remark = definition("Remark", "A message of Pulumi or the provider in the preview.", {
  severity: choice(["info", "warning"], "The severity of the message."),
  about: string("The resource, such as `Membership bob`; empty for none."),
  text: string("The message."),
  organization: organizationKey.optional().meta({
    description: "The `key` of the organization of the resource, for a warning about people. Absent otherwise.",
  }),
  people: texts("The e-mail addresses in a warning about a Peridio resource. Absent if there are none.").optional(),
  risks: array(
    risk,
    "The risk of a warning about people. Absent for other messages, and if a row of `settings` contains the warning.",
  ).optional(),
  pending,
});

const withdrawal = definition("Withdrawal", "A change that the base plans, and that this change no longer does.", {
  organization: nullable(organizationKey, "The `key` of the organization; null for a change of a program."),
  words: string("The change that the base still plans, in a sentence."),
  risks: array(risk, "The risks of the withdrawal."),
});

export const verdict = z.enum(["pass", "needs approval", "refused"]);

const base = definition("BaseComparison", "The comparison with the base, which does not contain this change.", {
  previews: array(preview, "The digest of each preview of the base. No row of another stack is pending."),
  verdict: verdict.meta({ description: "The verdict of all rows, pending or not." }),
  withdrawn: array(withdrawal, "The changes that the base plans, and that this change no longer does."),
});

/** The version of the format. */
export const reviewVersion = 4;

/** The schema of a review, from which `gitops/review.schema.json` is generated. */
export const review = root("A review of access to Peridio", "The effect of a change on people's access.", {
  version: constant(reviewVersion, "The version of this format."),
  kind: choice(["change", "drift"], "The subject of the review: the changes of a program, or changes outside Pulumi."),
  stacks: texts("The stacks of the review, as `project/stack`."),
  verdict: verdict.meta({
    description:
      "The verdict of the access rules. With `base`, the verdict of the rows that are not pending. Without rules, the verdict is `pass`. If stacks contradict each other, the verdict is `refused`. A change that no rule can judge, such as one of another provider's resource, needs at least approval.",
  }),
  rules: z.int().min(0).nullable().meta({ description: "The number of access rules; null without rules." }),
  organizations: array(organization, "Every organization, by name."),
  people: array(person, "All people in all organizations, by organization and address."),
  groups: array(
    group,
    "The groups that stacks declare, by organization and name. Absent if there are none.",
  ).optional(),
  objects: array(
    object,
    "The projects and cohorts that stacks declare, with everyone who reaches them, by organization and path. Absent if there are none.",
  ).optional(),
  insiders: texts(
    "The patterns of addresses of the company's own people, such as `*@acme.example`. Reports list other people first. The patterns are those under `people.except` in the access rules. Without such patterns, they are the domains of the admins before the change. Absent if there are no patterns.",
  ).optional(),
  endsSoon: array(
    end,
    "The access that ends within `--ends-within` days, by organization and address. Absent if there is none.",
  ).optional(),
  settings: array(setting, "The settings that change, by organization."),
  programChanges: array(
    programChange,
    "The changes of providers, options, unknown properties, other resources, and of files that control the review.",
  ),
  conflicts: array(
    conflict,
    "The objects that several stacks declare differently. The change is refused. Absent if there are none.",
  ).optional(),
  violations: array(violation, "The broken rules, the most severe first."),
  unknowns: texts("The unknown facts, in whole sentences."),
  remarks: array(remark, "The messages of Pulumi in the preview."),
  base: base.optional().meta({
    description: "The comparison with previews of the base. Absent without `--base-preview`.",
  }),
  evidence,
});

export type Review = z.output<typeof review>;
export type PersonReview = Review["people"][number];

/** Returns a key of a person in an organization, also for another spelling of the address. */
export function identifyPerson({ organization, email }: Pick<PersonReview, "organization" | "email">): string {
  return JSON.stringify([organization, canonicalizeEmail(email)]);
}
export type PersonAccess = NonNullable<PersonReview["before"]>;
export type OrganizationReview = Review["organizations"][number];
export type GroupReview = NonNullable<Review["groups"]>[number];
export type GroupSide = NonNullable<GroupReview["after"]>;
export type ObjectReview = NonNullable<Review["objects"]>[number];
export type Reach = NonNullable<ObjectReview["after"]>;
export type ReachReason = Reach["reasons"][number];
/** The people of a reason. */
export type Selection = Pick<Extract<ReachReason, { readonly kind: "role" }>, keyof typeof selection>;
export type ProgramChange = Review["programChanges"][number];
export type Evidence = Review["evidence"];
export type SettingReview = Review["settings"][number];
export type Conflict = NonNullable<Review["conflicts"]>[number];
export type Violation = Review["violations"][number];
export type Withdrawal = NonNullable<Review["base"]>["withdrawn"][number];

/** The rows of a review that rules about the change judge. */
export type Changes = Pick<Review, "organizations" | "people" | "settings" | "programChanges">;

/** Reports if a person's access changes or is at risk. */
export function isConcerned({ changed, risks }: PersonReview): boolean {
  return changed || risks.length > 0;
}

/** Reports if an organization changes or is at risk. */
export function isConcernedOrganization({ change, risks }: OrganizationReview): boolean {
  return change !== "kept" || risks.length > 0;
}

/**
 * Returns the review as JSON, with its keys in the order of the schema.
 * @throws ZodError if the review does not fit the schema, which is a bug.
 */
export function formatReviewJson(content: Review): string {
  return formatJson(review.parse(content));
}
