import * as z from "zod";
import type { Violation } from "../review/review";
import { kinds, type KindName, kindNames } from "./kinds";
import type { Requirement } from "./scope";
import { exemption, organizations, people, type Exemption, everything, type Selector } from "./selector";

/** The schema of a file of access rules. */

export const severities = ["refuse", "approve", "note"] as const;

const patterns = "a pattern in which `*` stands for any characters, several of them, or `{ like: …, except: … }`";

export const rule = z
  .strictObject({
    organizations: organizations.optional().meta({
      description: `Which organizations the rule is about, by name or PRN: ${patterns}. All if not set.`,
    }),
    people: people.optional().meta({
      description: `Which people the rule is about, by e-mail address: ${patterns}. Everybody if not set.`,
    }),
    ...kinds,
    severity: z.enum(severities).optional().meta({
      description:
        "What follows if the rule is broken: the change is refused (`refuse`), somebody has to approve it (`approve`), or nothing (`note`). `refuse` if not set.",
    }),
    because: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .meta({ description: "Why the rule is there, for the reviewer of a change that breaks it." }),
    exempt: z
      .array(exemption)
      .min(1, "must name somebody, or be removed")
      .optional()
      .meta({ description: "Whom or what the rule does not bind for a while." }),
  })
  .meta({ description: "What has to hold, and for which organizations and people.", minProperties: 1 });

const ruleName = z.string().regex(/\D/, "must be more than a number: say what the rule asks for");

export const rulesFile = z.strictObject({
  $schema: z.string().optional().meta({ description: "For editors: where the JSON Schema of access rules is." }),
  rules: z
    .record(ruleName, rule)
    .superRefine((rules, context) => {
      if (Object.keys(rules).length > 0) return;
      context.addIssue({ code: "custom", message: "has no rule: write one, or do not name the file" });
    })
    .meta({
      description: "The rules by their names, which reviewers read: say what the rule asks for.",
      minProperties: 1,
    }),
});

type SaidOfRule = z.output<typeof rule>;

/** One access rule, ready for checks. */
export interface Rule {
  readonly name: string;
  readonly organizations: Selector;
  readonly people: Selector;
  readonly requirements: readonly (readonly [KindName, Requirement])[];
  readonly severity: Violation["severity"];
  readonly because: string | undefined;
  readonly exempt: readonly Exemption[];
}

export function ruleOf(name: string, said: SaidOfRule): Rule {
  const { organizations = everything, people = everything, severity = "refuse", because, exempt = [] } = said;
  const requirements = kindNames.flatMap((kind) => {
    const requirement = said[kind];
    return requirement === undefined ? [] : [[kind, requirement] as const];
  });
  return { name, organizations, people, requirements, severity, because, exempt };
}
