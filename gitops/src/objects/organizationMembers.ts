import * as z from "zod";
import { countAllowedRemovals, createMatcher, defaultGuardrails, roles } from "#provider";
import { quoteName } from "../wording";
import { organizationId } from "./inputs";
import { createProperty } from "./property";
import { readAs } from "./reading";
import { createRow } from "./row";
import { isSameList } from "./textProperties";

const { minAdmins, maxRemovals } = defaultGuardrails;

const minimum = createProperty<number>({
  label: "Minimum admins",
  schema: z.number(),
  read: readAs(z.number()),
  defaultValue: minAdmins,
  format: String,
  findRisks: (before, after) => (after < before ? ["weakensGuard"] : []),
});

/** A number, or a share of the people of the organization. */
const maximum = createProperty<string>({
  label: "Maximum removals",
  schema: z.union([z.number(), z.string()]),
  read: readAs(z.union([z.string(), z.number().transform(String)])),
  defaultValue: maxRemovals,
  format: (limit) => limit,
  findRisks: (before, after, people) =>
    countRemovals(after, before, people) > countRemovals(before, after, people) ? ["weakensGuard"] : [],
});

/** Returns a limit in a unit that `other` has too. `people` is the size of the organization. */
function countRemovals(limit: string, other: string, people: number): number {
  const isShare = (text: string) => text.endsWith("%");
  return isShare(limit) === isShare(other) ? Number.parseInt(limit, 10) : countAllowedRemovals(limit, people);
}

/** More ignored people are a risk, because the roster does not remove them. `ignoresLess` reports fewer ignored people. */
const ignore = createProperty<readonly string[]>({
  label: "Ignored people",
  schema: z.array(z.string()),
  read: readAs(z.array(z.string())),
  defaultValue: [],
  isSame: isSameList,
  format: (patterns) => (patterns.length === 0 ? "none" : patterns.map(quoteName).join(", ")),
  findRisks: (before, after) => (after.every(createMatcher(before)) ? [] : ["weakensGuard"]),
});

export const organizationMembers = createRow({
  kind: "OrganizationMembers",
  noun: "roster",
  guards: { minAdmins: minimum, maxRemovals: maximum, ignore },
  inputs: {
    organizationId,
    members: { schema: z.record(z.string(), z.enum(roles)) },
    groups: { schema: z.record(z.string(), z.string()) },
  },
  kept: "people",
  outputs: ["inviteUrls", "people"],
});
