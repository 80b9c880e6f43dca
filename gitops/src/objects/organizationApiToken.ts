import { expiry } from "./expiry";
import { identifying, organizationId } from "./inputs";
import { fixed, partOfId, secret } from "./outputs";
import { readText } from "./reading";
import { createRow } from "./row";
import { createTextProperty, describeFormerToken, nameProperty } from "./commonProperties";

/** API tokens. No report shows the secret value of a token. */
export const organizationApiToken = createRow({
  noun: "API token",
  orderInReports: 100,
  liveType: "apiToken",
  auditComparison: "tokens",
  showsSecretOnce: true,
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
        // A token that Pulumi has read without an owner has none (null). The owner of a planned token is not known yet.
        read: (value, { isObserved }) => readText(value) ?? (isObserved ? null : undefined),
      }),
      expiresAt: expiry,
    },
  },
  // Peridio does not store `rotate`.
  inputs: { organizationId, rotate: identifying },
  shownOutputs: ["owner"],
  ignoredOutputs: { createdAt: fixed, token: secret, tokenId: partOfId },
});
