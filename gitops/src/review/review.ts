import * as z from "zod";
import { roles } from "#provider";

/** The levels of risk, the highest first. */
export const levels = ["high", "medium", "low"] as const;

export type Level = (typeof levels)[number];

/** All risks with their levels and words, in the order of reports. */
export const risks = {
  deletesOrganization: { level: "high", words: "deletes an organization" },
  replacesOrganization: { level: "high", words: "replaces an organization" },
  changesOwner: { level: "high", words: "changes the owner" },
  grantsAdmin: { level: "high", words: "grants admin" },
  removesAdmin: { level: "high", words: "removes an admin" },
  weakensTwoFactor: { level: "high", words: "weakens two-factor" },
  removesAllowlist: { level: "high", words: "removes the allowlist" },
  widensAllowlist: { level: "high", words: "widens the allowlist" },
  dropsPolicy: { level: "high", words: "drops or resets a policy" },
  unprotects: { level: "high", words: "removes protection" },
  weakensGuard: { level: "high", words: "weakens a guardrail" },
  releases: { level: "high", words: "releases an object" },
  hidden: { level: "high", words: "unknown until applied" },
  retains: { level: "medium", words: "retains an object" },
  weakensSession: { level: "medium", words: "lengthens sessions" },
  weakensRotation: { level: "medium", words: "weakens key rotation" },
  raisesRole: { level: "medium", words: "raises a role" },
  addsPerson: { level: "medium", words: "adds a person" },
  removesPerson: { level: "medium", words: "removes a person" },
  lowersRole: { level: "low", words: "lowers a role" },
  changesBilling: { level: "low", words: "changes billing" },
} as const satisfies Readonly<Record<string, { readonly level: Level; readonly words: string }>>;

export type Risk = keyof typeof risks;

/** The risks, in order. */
export const riskNames = Object.keys(risks).filter((name): name is Risk => name in risks);

/** Returns the highest level of some risks; undefined for none. */
export function levelOf(some: readonly Risk[]): Level | undefined {
  return levels.find((level) => some.some((risk) => risks[risk].level === level));
}

/**
 * The contents of a review for all reports, and the schema of `review --json`. `gitops/review.schema.json` is
 * generated from it.
 */

const hidden = "`unknown` while a preview cannot know it, `secret` where Pulumi keeps it so";

const risk = z.enum(riskNames).meta({ id: "Risk", description: "A class of risk." });

const place = z
  .strictObject({
    role: z.enum([...roles, "unknown", "secret"]).meta({ description: `The role; ${hidden}.` }),
    standing: z.enum(["active", "pending", "expired", "planned"]).meta({
      description:
        "How far the person has come: a member, invited, invited too long ago, or still to be invited by this change.",
    }),
    owner: z.boolean().meta({ description: "Whether the person owns the organization." }),
  })
  .meta({ id: "Place", description: "A person's place in an organization." });

const organizationKey = z.string().meta({ description: "The `key` of the organization." });

const person = z
  .strictObject({
    organization: organizationKey,
    email: z.string().meta({ description: "The e-mail address, as it is written." }),
    before: place.nullable().meta({ description: "The place before the change; null if the person was not there." }),
    after: place.nullable().meta({ description: "The place after the change; null if the person is gone." }),
    changed: z.boolean().meta({
      description:
        "Whether access changes: a person comes or goes, is invited again, or gets another role or the ownership. Acceptance of an invitation is no change.",
    }),
    risks: z.array(risk).meta({ description: "What the change of this person's access may mean, worst first." }),
    notes: z.array(z.string()).meta({ description: "What a reviewer should know besides, in whole sentences." }),
  })
  .meta({ id: "PersonReview", description: "One person in one organization, before and after." });

const organization = z
  .strictObject({
    key: z.string().meta({
      description: "What the rest of the review calls it: its PRN or, before it exists, the URN that declares it.",
    }),
    name: z.string().meta({ description: "Its name, or its PRN where no stack says the name." }),
    change: z.enum(["created", "adopted", "deleted", "replaced", "released", "kept"]).meta({
      description:
        "What becomes of it; `adopted` is one that is there and is taken over as it is, `released` one that Pulumi forgets without deleting it.",
    }),
    risks: z.array(risk).meta({ description: "What that may mean, worst first." }),
    complete: z.boolean().meta({
      description:
        "Whether a roster declares everybody in it. Where not, there may be people whom no stack knows; with Avocado Connect, which tells no owners, there may always be.",
    }),
    hiddenPeople: z.int().min(0).meta({ description: "How many people are in it whose addresses are hidden." }),
    hiddenRoster: z.boolean().optional().meta({
      description: "True if a roster declares people that the preview hides. Absent otherwise.",
    }),
  })
  .meta({ id: "OrganizationReview", description: "One organization." });

const setting = z
  .strictObject({
    organization: organizationKey,
    section: z.enum(["general", "security", "billing", "protection", "guards", "released"]).meta({
      description:
        "The kind of setting. `guards` limit what one change may do. `released` is an object that Pulumi forgets and Peridio keeps.",
    }),
    setting: z.string().meta({
      description:
        "The name, such as `ipAllowlist`. For protection and for a released object, it is the resource. For `retainOnDelete`, it is both.",
    }),
    words: z.string().meta({ description: "The change in a sentence, with both values." }),
    risks: z.array(risk).meta({ description: "What it may mean, worst first." }),
  })
  .meta({ id: "SettingReview", description: "One setting that changes." });

const violation = z
  .strictObject({
    rule: z.string().meta({ description: "The name of the rule." }),
    severity: z.enum(["refuse", "approve", "note"]).meta({
      description: "What follows: the change is refused, somebody has to approve it, or nothing.",
    }),
    message: z.string().meta({ description: "What is wrong, in a sentence that names person and organization." }),
    explanation: z.string().optional().meta({ description: "What the rule itself says of why it is there." }),
    organizations: z.array(z.string()).meta({ description: "The names of the organizations concerned." }),
    people: z.array(z.string()).meta({ description: "The e-mail addresses concerned." }),
    before: z.boolean().meta({ description: "Whether it was so before the change already." }),
  })
  .meta({ id: "Violation", description: "A rule that the state after the change breaks." });

const conflict = z
  .strictObject({
    organization: organizationKey,
    people: z.array(z.string()).meta({
      description: "The e-mail addresses of the people concerned. Empty if the conflict is not about people.",
    }),
    stacks: z.array(z.string()).meta({ description: "The stacks that contradict each other, as `project/stack`." }),
    message: z.string().meta({ description: "The declaration of each stack, and the remedy, in whole sentences." }),
  })
  .meta({ id: "Conflict", description: "Something that several stacks declare differently." });

const remark = z
  .strictObject({
    severity: z.enum(["info", "warning"]).meta({ description: "How Pulumi says it." }),
    about: z.string().meta({ description: "The resource, such as `Membership bob`; empty for none." }),
    text: z.string().meta({ description: "What Pulumi says." }),
  })
  .meta({ id: "Remark", description: "Something that Pulumi or the provider said in the preview." });

export const review = z
  .strictObject({
    version: z.literal(1).meta({ description: "The version of this format." }),
    kind: z.enum(["change", "drift"]).meta({
      description: "What is reviewed: what a program would change, or what somebody has changed past Pulumi.",
    }),
    stacks: z.array(z.string()).meta({ description: "The stacks that were read, as `project/stack`." }),
    verdict: z.enum(["pass", "needs approval", "refused"]).meta({
      description:
        "The verdict of the access rules; without rules, `pass`. If stacks contradict each other, it is `refused`.",
    }),
    rules: z.int().min(0).nullable().meta({ description: "How many access rules were checked; null for none given." }),
    organizations: z.array(organization).meta({ description: "Every organization, by name." }),
    people: z.array(person).meta({ description: "Everybody in every organization, by organization and address." }),
    settings: z.array(setting).meta({ description: "The settings that change, by organization." }),
    conflicts: z.array(conflict).optional().meta({
      description:
        "The things that several stacks declare differently. They refuse the change. Absent if there are none.",
    }),
    violations: z.array(violation).meta({ description: "The rules that are broken, worst first." }),
    unknowns: z.array(z.string()).meta({ description: "What the review cannot tell, in whole sentences." }),
    remarks: z.array(remark).meta({ description: "What Pulumi said in the preview." }),
    others: z.int().min(0).meta({ description: "How many changes are of resources that are none of Peridio's." }),
  })
  .meta({ title: "A review of access to Peridio", description: "What a change does to people's access." });

export type Review = z.output<typeof review>;
export type PersonReview = Review["people"][number];
export type OrganizationReview = Review["organizations"][number];
export type SettingReview = Review["settings"][number];
export type Conflict = NonNullable<Review["conflicts"]>[number];
export type Violation = Review["violations"][number];
