import * as z from "zod";
import { isHidden } from "../hidden";
import { formatNumber, quoteName } from "../wording";
import { claimTokenExpiry, findExtension } from "./expiry";
import { organizationId } from "./inputs";
import { partOfId, secret } from "./outputs";
import { type Cohort, createProperty, reference } from "./property";
import { readText } from "./reading";
import { createRow } from "./row";
import { createListProperty, describeFormerToken, nameProperty } from "./commonProperties";

/** The number of devices that can join with a token; null for no limit. */
const maxUses = createProperty<number | null>({
  label: "Uses",
  schema: z.number(),
  isNeverRemoved: true,
  read: (value) => (typeof value === "number" || isHidden(value) ? value : null),
  format: (limit) => (limit === null ? "unlimited" : `at most ${formatNumber(limit)}`),
  findRisks: findExtension,
});

/** The cohort of the devices that join. Peridio gives a token without a declared cohort the default cohort of the organization. */
const cohortId = createProperty<Cohort | null>({
  label: "Cohort",
  schema: z.string(),
  isNeverRemoved: true,
  ...reference,
  read(value, { findCohort }) {
    const id = readText(value);
    return id === undefined ? null : findCohort(id);
  },
  defaultValue: null,
  isSame: (before, after) => before?.key === after?.key,
  format: (cohort) => (cohort === null ? "none, or the organization's default" : quoteName(cohort.name)),
});

/** Claim tokens. No report shows the secret value of a token. */
export const claimToken = createRow({
  noun: "claim token",
  orderInReports: 120,
  liveType: "claimToken",
  auditComparison: "tokens",
  showsSecretOnce: true,
  object: {
    section: "tokens",
    created: { words: "created", risks: ["issuesToken"] },
    deleted: { words: "deleted", risks: ["revokesToken"] },
    describeReplacement: ({ isReleased }) => ({
      words: `replaced. ${describeFormerToken(isReleased)}`,
      risks: ["issuesToken"],
    }),
    properties: {
      name: nameProperty,
      expiresAt: claimTokenExpiry,
      maxUses,
      cohortId,
      tags: createListProperty({ label: "Tags", empty: "none", defaultValue: [] }),
    },
  },
  inputs: { organizationId },
  ignoredOutputs: { claimTokenId: partOfId, token: secret },
});
