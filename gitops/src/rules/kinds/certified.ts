import * as z from "zod";
import { day, hasEnded } from "#provider";
import { addDays, days, getDate } from "../../days";
import { formatCount } from "../../wording";
import { createFinding } from "../finding";
import { defineKind } from "./kind";

/** The time from one certification of access to the next. */
export const certified = defineKind({
  subject: "organization",
  audit: { reads: [] },
  description:
    "Access must be certified again in time: `{ on: 2027-01-31, everyDays: 92 }`. Change `on` together with the answers of `peridio-gitops certify`. A change of the rule needs approval.",
  schema: z.strictObject({
    on: day.meta({
      description: "The day of the last certification, UTC, such as `2027-01-31`. A future day breaks the rule.",
    }),
    everyDays: days.meta({ description: "The maximum number of days to the next certification, 1 to 3650." }),
  }),
  check({ on, everyDays }, scoped, { now }) {
    if (on > getDate(now.toISOString())) {
      const words = `The access to ${scoped.name} cannot be certified on ${on}, because \`on\` is in the future. Set \`on\` to the day of the answers.`;
      return [createFinding(scoped, words)];
    }
    const due = addDays(new Date(`${on}T00:00:00Z`), everyDays);
    if (!hasEnded(due, now)) return [];
    const words = `The access to ${scoped.name} was certified on ${on}, but the rule requires it again within ${formatCount(everyDays, "day")}, by ${due}. Run \`peridio-gitops certify\`, and set \`on\` to the day of the answers.`;
    return [createFinding(scoped, words)];
  },
});
