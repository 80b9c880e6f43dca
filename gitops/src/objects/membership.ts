import * as z from "zod";
import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { isWithheld, unknown } from "../withheld";
import { email, organizationId, role, text } from "./inputs";
import { createReader, type NamedPeople, reportedStatus } from "./people";
import { isReference, readValues } from "./property";
import { readText } from "./reading";
import { createRow } from "./row";

const inputs = {
  organizationId,
  email,
  role,
  onExpired: { schema: z.enum(["reinvite", "ignore"]), read: readText },
  userId: text,
  groupId: { ...text, ...isReference },
} as const;

export const membership = createRow({
  noun: "membership",
  order: 50,
  inputs,
  readPeople: createReader(readPeople),
  outputs: ["asOwner", "currentEmail", "invitationExpiresAt", "invitationId", "inviteUrl", "status"],
});

function readPeople(values: Values): NamedPeople {
  const { email, role = unknown, onExpired, userId, groupId } = readValues(inputs, values);
  if (email === undefined || isWithheld(email)) {
    const groups = email === undefined || groupId === undefined ? [] : email;
    return { people: new Map(), hidden: email, ignore: [], groups, accepted: new Set() };
  }
  const address = canonicalizeEmail(email);
  const status = reportedStatus.parse(values.status);
  const person = {
    email,
    role,
    status,
    userId: isWithheld(userId) ? undefined : userId,
    isExpiryIgnored: onExpired === "ignore",
  };
  return {
    people: new Map([[address, person]]),
    hidden: undefined,
    ignore: [],
    groups: groupId === undefined ? [] : [[email, groupId]],
    accepted: new Set(status === "active" ? [address] : []),
  };
}
