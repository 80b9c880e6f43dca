import * as z from "zod";
import type { DeclaredToken } from "../../model/objects";
import type { ExpiringKind } from "../../objects/rows";
import { describeWithheld, isWithheld } from "../../withheld";
import { capitalize, formatCount } from "../../wording";
import {
  asPlainValue,
  createFinding,
  type Finding,
  type Requirement,
  type Scope,
  type ScopedOrganization,
} from "../scope";
import { addDays, countDays, days } from "../../days";

/** The types that a rule can name. */
const types = {
  ClaimToken: "ClaimToken",
  OrganizationApiToken: "OrganizationApiToken",
} as const satisfies { readonly [K in ExpiringKind]: K };

const limits = z
  .strictObject({
    withinDays: days.optional().meta({
      description: "The maximum number of days from today to the expiry, 1 to 3650. By default, there is no limit.",
    }),
    of: z.enum(types).optional().meta({
      description: "The type of the tokens: `ClaimToken` or `OrganizationApiToken`. The default is both.",
    }),
  })
  .superRefine(({ withinDays, of }, context) => {
    if (withinDays !== undefined || of !== undefined) return;
    context.addIssue({
      code: "custom",
      message: "has no requirement: add `withinDays` or `of`, or replace the object with `required`",
    });
  })
  .meta({ minProperties: 1 });

type Limits = z.output<typeof limits>;

/** The expiry of tokens. */
export const expiresAt = z
  .union([z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 90 }`" }), limits])
  .transform((declared): Requirement => {
    const { of, ...limit }: Limits = declared === "required" ? {} : declared;
    return (scope) =>
      scope.organizations.flatMap((concerned) =>
        concerned.organization.objects.tokens
          .filter(({ kind }) => of === undefined || kind === of)
          .flatMap((token) => checkExpiry(limit, token, concerned, scope)),
      );
  })
  .optional()
  .meta({
    description:
      "API tokens and claim tokens must expire: `required`, or `{ withinDays: 90 }` for an expiry within 90 days. `{ of: ClaimToken }` limits the rule to claim tokens.",
  });

function checkExpiry(
  { withinDays }: Pick<Limits, "withinDays">,
  { key, words, expiresAt }: DeclaredToken,
  concerned: ScopedOrganization,
  { today }: Pick<Scope, "today">,
): readonly Finding[] {
  const object = `${words} of ${concerned.name}`;
  const report = (problem: string, remedy: string, extent: number) => [
    createFinding(concerned, `${problem} ${remedy}`, { about: key, extent }),
  ];
  if (isWithheld(expiresAt)) {
    return report(
      `The expiry of ${object} is ${describeWithheld(expiresAt)}, so the rule cannot check the expiry.`,
      `Declare \`expiresAt\` ${asPlainValue}.`,
      Infinity,
    );
  }
  const latest = withinDays === undefined ? undefined : addDays(today, withinDays);
  const limit = withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`;
  const requirement = `but the rule requires an expiry${limit}.`;
  const remedy =
    latest === undefined ? "Declare `expiresAt`." : `Declare \`expiresAt: ${latest}T00:00:00Z\`, or an earlier moment.`;
  if (expiresAt === null) return report(`${capitalize(object)} does not expire, ${requirement}`, remedy, Infinity);
  const day = expiresAt.slice(0, 10);
  if (latest === undefined || day <= latest) return [];
  return report(`${capitalize(object)} expires on ${day}, ${requirement}`, remedy, countDays(latest, day));
}
