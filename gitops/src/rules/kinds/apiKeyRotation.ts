import * as z from "zod";
import type { Finding } from "../finding";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";
import { isTold, untoldSetting } from "../untoldSetting";
import { counted } from "../../wording/counted";

const days = z.int("must be a whole number of days");

const limits = z.strictObject({
  maxAgeDays: days.min(1, "must be at least 1 day").max(3650, "must be at most 3650 days").meta({
    description: "The greatest age in days at which keys must have been replaced, 1 to 3650.",
  }),
  gracePeriodDays: days.min(0, "must not be negative").max(90, "must be at most 90 days").optional().meta({
    description: "For how many days past that age a key may still work at most, 0 to 90. Any if not set.",
  }),
});

/** How old API keys may get. */
export const apiKeyRotation = limits
  .transform((limit) => inEach((concerned) => found(limit, concerned)))
  .optional()
  .meta({
    description: "How old API keys may get: `{ maxAgeDays: 90 }`, with `gracePeriodDays` if that is limited too.",
  });

function found({ maxAgeDays, gracePeriodDays }: z.output<typeof limits>, concerned: Concerned): readonly Finding[] {
  const { name, organization } = concerned;
  const value = organization.security?.apiKeyRotation;
  const most = counted(maxAgeDays, "day");
  const asked = `keys that are replaced after at most ${most}`;
  if (!isTold(value)) return untoldSetting(concerned, { setting: "apiKeyRotation", value, asked });
  if (value === null) {
    const words = `API keys of ${name} may get as old as they like, and the rule asks for ${asked}: declare \`apiKeyRotation\`.`;
    return [findingIn(concerned, words, { about: "age", extent: Infinity })];
  }
  const findings: Finding[] = [];
  if (value.maxAgeDays > maxAgeDays) {
    const age = counted(value.maxAgeDays, "day");
    const words = `API keys of ${name} may get ${age} old, and the rule asks for ${asked}: lower \`maxAgeDays\`.`;
    findings.push(findingIn(concerned, words, { about: "age", extent: value.maxAgeDays - maxAgeDays }));
  }
  if (gracePeriodDays !== undefined && value.gracePeriodDays > gracePeriodDays) {
    const grace = counted(value.gracePeriodDays, "day");
    const limit = counted(gracePeriodDays, "day");
    const words = `API keys of ${name} work for ${grace} past their age, and the rule allows at most ${limit}: lower \`gracePeriodDays\`.`;
    findings.push(findingIn(concerned, words, { about: "grace", extent: value.gracePeriodDays - gracePeriodDays }));
  }
  return findings;
}
