import * as z from "zod";
import { isRecord } from "#framework";
import type { SourceLocation } from "#framework/messages";
import { email } from "#provider";
import { isLogin } from "../logins";
import type { Violation } from "../review/review";
import { type KindName, kindNames, requirements } from "./kinds";
import { listNames, type Name } from "./names";
import type { Requirement } from "./finding";
import { type Existing, existing, severity } from "./severity";
import {
  authors,
  declaresKey,
  exemption,
  organizations,
  people,
  type Exemption,
  everything,
  type Selector,
} from "./selector";
import { accessTest } from "./tests/schema";
import { string } from "../schema";

// The schema of a file of access rules.

const patterns = "a pattern in which `*` stands for any characters, several patterns, or `{ like: …, except: … }`";

/** The schema of one rule. */
export const rule = z
  .strictObject({
    organizations: organizations.optional().meta({
      description: `The organizations of the rule, by name or PRN: ${patterns}. The default is all organizations.`,
    }),
    people: people.optional().meta({
      description: `The people of the rule, by e-mail address: ${patterns}. The default is all people.`,
    }),
    ...requirements,
    existing: existing.optional().meta({
      description:
        "The effect of a violation that existed before the change: that of a new one (`counted`), an approval instead of a refusal (`approve`), or none (`ignored`). Only a review or a plan judges a rule with `ignored`. The default is the `existing` of the file.",
    }),
    authors: authors.optional().meta({
      description:
        "The authors of the changes that the rule applies to, by login, in which `*` stands for any characters. Only a review or a plan judges the rule. If a change has several authors, the rule applies if it selects one of them. If they are unknown, the rule applies.",
    }),
    approvers: z
      .array(z.string().refine(isLogin, "must be a login without @"))
      .min(1, "must not be empty: add a login, or remove the key")
      .optional()
      .meta({
        description:
          "The only people, by login, who may approve a violation or an edit of the rule. Approvals by authors do not count. Only with the severity `approve`.",
      }),
    severity: severity.optional().meta({
      description:
        "The effect of a broken rule: the change is refused (`refuse`), needs approval (`approve`), or neither (`note`). The default is `refuse`.",
    }),
    because: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .meta({ description: "The reason for the rule, for the reviewer of a change that breaks it." }),
    exempt: z
      .array(exemption)
      .min(1, "must not be empty: add an exemption, or remove the key")
      .optional()
      .meta({ description: "Temporary exemptions from the rule." }),
  })
  .meta({ description: "The requirements, and the organizations and people that they apply to.", minProperties: 1 });

/** The policy about resource types that no rule can judge. */
export const knownTypes = "known resource types";

/** The policy about facts that only several stacks show. */
export const otherStacks = "other stacks";

/** In the policy pack, a rule or test is a policy. Pulumi's configuration of policies gives two names another meaning. */
const reservedNames = ["all", "environments", knownTypes, otherStacks];

const ruleName = z
  .string()
  .regex(/\D/, "must not be empty or a number: choose a name that states the requirement")
  .regex(
    new RegExp(`^(?!(?:${reservedNames.join("|")})$)`),
    "must not have this name, which has another meaning in a policy pack: choose another name",
  );

function createMap<Entry extends z.ZodType>(entry: Entry, noun: string) {
  return z
    .record(ruleName, entry)
    .refine(declaresKey, `has no ${noun}: write one, or remove the file from the command line`)
    .meta({
      description: `The ${noun}s by their names, which reviewers read. A name states the requirement.`,
      minProperties: 1,
    })
    .optional();
}

/** The schema of a file of access rules. */
export const rulesFile = z
  .strictObject({
    $schema: string("The address of the JSON Schema of access rules, for editors.").optional(),
    existing: existing.exclude(["ignored"]).optional().meta({
      description: "The `existing` of the rules and tests that do not declare it. The default is `counted`.",
    }),
    logins: z.record(z.string().refine(isLogin, "must be a login at GitHub, GitLab or Gitea"), email).optional().meta({
      description:
        "The e-mail addresses of people by their login at GitHub, GitLab or Gitea. An approval by a person who gains by the change does not count.",
    }),
    rules: createMap(rule, "rule"),
    tests: createMap(accessTest, "test"),
  })
  .refine(
    ({ rules, tests }) => rules !== undefined || tests !== undefined,
    "has neither rules nor tests: add `rules` or `tests`",
  )
  .meta({ anyOf: [{ required: ["rules"] }, { required: ["tests"] }] });

type ParsedRule = z.output<typeof rule>;

/** One access rule, ready for checks. */
export interface Rule {
  readonly name: string;
  readonly organizations: Selector;
  readonly people: Selector;
  readonly requirements: readonly (readonly [KindName, Requirement])[];
  readonly severity: Violation["severity"];
  readonly because: string | undefined;
  readonly exempt: readonly Exemption[];
  /** True if the rule allows its people no role, so that it may name people who have no access. */
  readonly forbidsAccess: boolean;
  /** The effect of a violation that existed before the change. */
  readonly existing: Existing;
  /** The authors of the changes that the rule applies to; undefined for all. */
  readonly authors: Selector | undefined;
  /** The logins of the people who may approve; undefined for anyone. */
  readonly approvers: readonly string[] | undefined;
  /** The declaration as JSON, so that two versions of a rule can be compared. */
  readonly declaration: string;
  /** The names in the rule. */
  readonly names: readonly Name[];
  /** The place in the file; undefined for a claim. */
  readonly location: SourceLocation | undefined;
}

/** Creates a rule from its parsed and its written form. */
export function createRule(name: string, rule: ParsedRule, declared: unknown, location?: SourceLocation): Rule {
  const { organizations = everything, people = everything, severity = "refuse", because, exempt = [] } = rule;
  const requirements = kindNames.flatMap((kind) => {
    const requirement = rule[kind];
    return requirement === undefined ? [] : [[kind, requirement] as const];
  });
  return {
    name,
    organizations,
    people,
    requirements,
    severity,
    because,
    exempt,
    forbidsAccess: isRecord(declared) && declared.role === "none",
    existing: rule.existing ?? "counted",
    authors: rule.authors,
    approvers: rule.approvers,
    declaration: JSON.stringify(declared),
    names: listNames(declared),
    location,
  };
}
