import * as z from "zod";
import { expiry } from "./expiry";
import { organizationId } from "./inputs";
import { fixed, partOfId, secret } from "./outputs";
import { readText } from "./reading";
import { createRow } from "./row";
import { createTextProperty, nameProperty } from "./commonProperties";

/** API tokens. No report shows the secret value of a token. */
export const organizationApiToken = createRow({
  noun: "API token",
  order: 100,
  type: "apiToken",
  comparison: "tokens",
  hasSecret: true,
  object: {
    section: "tokens",
    created: {
      words: "created. The token acts for the user of the API key that applies the change",
      risks: ["issuesApiToken"],
    },
    deleted: { words: "revoked", risks: ["revokesToken"] },
    describeReplacement: ({ isRenamed, isReleased }) => ({
      words: `${isRenamed ? "replaced" : "rotated"}. ${describeFormerToken(isReleased)}`,
      risks: ["issuesApiToken"],
    }),
    properties: {
      name: nameProperty,
      owner: createTextProperty({
        label: "Owner",
        read: (value, { isObserved }) => readText(value) ?? (isObserved ? null : undefined),
      }),
      expiresAt: expiry,
    },
  },
  inputs: { organizationId, rotate: { schema: z.string(), isPermanent: true, isIdentity: true, isFixed: true } },
  shownOutputs: ["owner"],
  ignoredOutputs: { createdAt: fixed, token: secret, tokenId: partOfId },
});

export function describeFormerToken(isReleased: boolean): string {
  return isReleased ? "Peridio keeps the former token" : "A new token replaces the former one, which becomes invalid";
}
