import * as z from "zod";
import { isRecord, type Values } from "#framework";
import {
  canonicalizeEmail,
  canonicalizeEnd,
  countAllowedRemovals,
  createMatcher,
  defaultGuardrails,
  end,
  roles,
} from "#provider";
import { readOwnership } from "../roles";
import { type Hidden, isHidden, unknown } from "../hidden";
import { quoteName } from "../wording";
import { organizationId } from "./inputs";
import { inviteLink } from "./outputs";
import { onExpired } from "./membership";
import { type NamedPeople, reportedStatus } from "./people";
import { createProperty, reference } from "./property";
import { readAs, readMap, readDeclared, readValues } from "./reading";
import { createRow } from "./row";
import { isSameList } from "./commonProperties";

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
  findRisks: (before, after, people) => (isHigher(after, before, people) ? ["weakensGuard"] : []),
});

/** Reports if a limit allows more removals than another. `people` is the size of the organization. */
function isHigher(limit: string, other: string, people: number): boolean {
  const isShare = (text: string) => text.endsWith("%");
  // A small organization can hide the difference of two shares: 10% and 25% of four people are one person.
  const count = (text: string) =>
    isShare(limit) === isShare(other) ? Number.parseInt(text, 10) : countAllowedRemovals(text, people);
  return count(limit) > count(other);
}

/**
 * More ignored people are a risk, because the roster does not remove them. `review/organizations.ts` reports fewer ignored people. A
 * pattern that a former pattern matches ignores nobody new.
 */
const ignore = createProperty<readonly string[]>({
  label: "Ignored people",
  schema: z.array(z.string()),
  read: readAs(z.array(z.string())),
  defaultValue: [],
  isSame: isSameList,
  format: (patterns) => (patterns.length === 0 ? "none" : patterns.map(quoteName).join(", ")),
  findRisks: (before, after) => (after.every(createMatcher(before)) ? [] : ["weakensGuard"]),
});

const inputs = {
  organizationId,
  members: { schema: z.record(z.string(), z.enum(roles)), read: readMap },
  groups: { schema: z.record(z.string(), z.string()), read: readMap, ...reference, neverDrifts: true },
  lastDays: { schema: z.record(z.string(), end), read: readMap, neverDrifts: true },
  rolesAfterwards: { schema: z.record(z.string(), z.enum(roles)), read: readMap, neverDrifts: true },
} as const;

/** Rosters: each declares all members and invitations of an organization. */
export const organizationMembers = createRow({
  noun: "roster",
  orderInReports: 10,
  guards: { properties: { minAdmins: minimum, maxRemovals: maximum, ignore, onExpired } },
  inputs,
  readPeople,
  shownOutputs: ["currentRoles", "people"],
  ignoredOutputs: { inviteUrls: inviteLink },
});

/** The status and the user of each person, among the outputs. */
const details = z
  .record(z.string(), z.object({ status: reportedStatus, userId: z.string().optional().catch(undefined) }).catch({}))
  .catch({});

/** Returns a function that finds the value of a canonical address in a map. */
function createFinder(map: ReturnType<typeof readMap> = []): (address: string) => string | Hidden | undefined {
  if (isHidden(map)) return () => map;
  const byAddress = new Map(map.map(([email, value]) => [canonicalizeEmail(email), value]));
  return (address) => byAddress.get(address);
}

function readPeople(values: Values): NamedPeople {
  const { members = unknown, groups = [], lastDays, rolesAfterwards } = readValues(inputs, values);
  const [findDay, findRole] = [createFinder(lastDays), createFinder(rolesAfterwards)];
  const isExpiryIgnored = readValues({ onExpired }, values).onExpired === "ignore";
  const byEmail = details.parse(values.people);
  const currentRoles = isRecord(values.currentRoles) ? values.currentRoles : {};
  const hidden = isHidden(members) ? members : undefined;
  const people = (isHidden(members) ? [] : members).map(([email, role]) => {
    const { status, userId } = byEmail[email] ?? {};
    const address = canonicalizeEmail(email);
    const [day, later] = [findDay(address), findRole(address)];
    const lastDay = typeof day !== "string" ? day : end.safeParse(day).success ? canonicalizeEnd(day) : unknown;
    const afterwards = later === undefined ? undefined : readOwnership(later, undefined).role;
    const held = readOwnership(role, currentRoles[email]);
    return [address, { email, ...held, lastDay, afterwards, status, userId, isExpiryIgnored }] as const;
  });
  const byAddress = new Map(people);
  const isNamed = ([email]: readonly [string, unknown]) =>
    hidden !== undefined || byAddress.has(canonicalizeEmail(email));
  return {
    people: byAddress,
    hidden,
    ignore: readDeclared(ignore, values.ignore) ?? unknown,
    groups: isHidden(groups) ? groups : groups.filter(isNamed),
    accepted: new Set(
      Object.entries(byEmail).flatMap(([email, { status }]) => (status === "active" ? [canonicalizeEmail(email)] : [])),
    ),
  };
}
