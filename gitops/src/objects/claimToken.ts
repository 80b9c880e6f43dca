import * as z from "zod";
import { isHidden } from "../hidden";
import { formatNumber } from "../wording";
import { claimTokenExpiry, findExtension } from "./expiry";
import { organizationId } from "./inputs";
import { partOfId, secret } from "./outputs";
import { createProperty } from "./property";
import { createRow } from "./row";
import { createCohortProperty, createListProperty, describeFormerToken, nameProperty } from "./commonProperties";

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
const cohortId = createCohortProperty("none, or the organization's default");

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
