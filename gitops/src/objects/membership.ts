import * as z from "zod";
import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { readOwnership } from "../roles";
import { isHidden, unknown } from "../hidden";
import { quoteName } from "../wording";
import { email, organizationId, role, text } from "./inputs";
import { inviteLink } from "./outputs";
import { type NamedPeople, reportedStatus } from "./people";
import { createProperty, reference } from "./property";
import { readText, readValues } from "./reading";
import { createRow } from "./row";

const inputs = {
  organizationId,
  email: { ...email, neverDrifts: true },
  role,
  groupId: { ...text, ...reference, neverDrifts: true },
} as const;

/** The reaction to an expired invitation. */
export const onExpired = createProperty<string>({
  label: "`onExpired`",
  schema: z.enum(["reinvite", "ignore"]),
  read: readText,
  defaultValue: "reinvite",
  format: quoteName,
});

/** The reaction to an expired invitation, and the user that the Membership is for. */
const guards = {
  onExpired,
  userId: createProperty<string | null>({
    label: "`userId`",
    schema: z.string(),
    read: readText,
    defaultValue: null,
    format: (id) => (id === null ? "not set" : quoteName(id)),
    // The user id prevents that an address which Peridio gave to another user gets the role.
    findRisks: (before) => (before === null ? [] : ["weakensGuard"]),
  }),
} as const;

/** Memberships. Each names one person. */
export const membership = createRow({
  noun: "membership",
  orderInReports: 50,
  guards: { properties: guards, identity: "email" },
  inputs,
  readPeople,
  shownOutputs: ["currentRole", "status"],
  ignoredOutputs: {
    currentEmail: "The present address of the same user, who has the same access.",
    invitationExpiresAt: "The status shows an expired invitation.",
    invitationId: "The status shows who is invited.",
    inviteUrl: inviteLink,
  },
});

function readPeople(values: Values): NamedPeople {
  const { email, role = unknown, onExpired: reaction, userId, groupId } = readValues({ ...inputs, ...guards }, values);
  if (email === undefined || isHidden(email)) {
    const groups = email === undefined || groupId === undefined ? [] : email;
    return { people: new Map(), hidden: email, ignore: [], groups, accepted: new Set() };
  }
  const address = canonicalizeEmail(email);
  const status = reportedStatus.parse(values.status);
  const person = {
    email,
    ...readOwnership(role, values.currentRole),
    lastDay: undefined,
    status,
    userId: typeof userId === "string" ? userId : undefined,
    isExpiryIgnored: reaction === "ignore",
  };
  return {
    people: new Map([[address, person]]),
    hidden: undefined,
    ignore: [],
    groups: groupId === undefined ? [] : [[email, groupId]],
    accepted: new Set(status === "active" ? [address] : []),
  };
}
