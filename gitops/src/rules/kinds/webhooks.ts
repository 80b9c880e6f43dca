import * as z from "zod";
import type { DeclaredWebhook } from "../../model/declaredObjects";
import { isHidden, type Hidden } from "../../hidden";
import { capitalize, joinOr } from "../../wording";
import type { ScopedOrganization } from "../scope";
import { createFinding, type Finding } from "../finding";
import { reportHidden } from "../hiddenFindings";
import { hostPatterns, matches } from "../selector";
import { defineKind } from "./kind";

/** The hosts that may get events. */
export const webhookHosts = defineKind({
  subject: "webhooks",
  audit: { reads: ["webhooks"] },
  brokenAloneBy: { Webhook: "url" },
  description:
    "The hosts to which webhooks may send events: a host or a pattern such as `*.acme.example`, or a list. `*.acme.example` does not match `acme.example`. Case, user, port and path do not matter. Write an international name in its ASCII form. Disabled webhooks count. A URL with a backslash or a space breaks the rule.",
  schema: hostPatterns,
  check: (allowed, scoped) =>
    checkWebhooks(scoped, {
      checked: "its host",
      isAllowed: ({ name }) => matches(allowed, name, "i"),
      limit: `the rule allows only ${joinOr(allowed)}`,
      describe: ({ name }) => name,
      unclear: "has no clear host",
      remedy: "Change the URL, or remove the webhook.",
    }),
});

/** The encryption of events. */
export const webhookSchemes = defineKind({
  subject: "webhooks",
  audit: { reads: ["webhooks"] },
  brokenAloneBy: { Webhook: "url" },
  description: "Webhooks send events with encryption only: `https`.",
  schema: z.literal("https", { error: "must be `https`" }),
  check: (_, scoped) =>
    checkWebhooks(scoped, {
      checked: "its scheme",
      isAllowed: ({ scheme }) => scheme === "https",
      limit: "the rule requires https",
      describe: ({ words }) => words,
      unclear: "is unclear",
      remedy: "Change the URL.",
    }),
});

type Host = Exclude<DeclaredWebhook["host"], Hidden | undefined>;

/** A limit of the URLs of webhooks, with the parts of its sentences. */
interface UrlLimit {
  readonly checked: string;
  readonly isAllowed: (host: Host) => boolean;
  readonly limit: string;
  readonly describe: (host: Host) => string;
  readonly unclear: string;
  readonly remedy: string;
}

function checkWebhooks(
  scoped: ScopedOrganization,
  { checked, isAllowed, limit, describe, unclear, remedy }: UrlLimit,
): readonly Finding[] {
  return scoped.organization.objects.webhooks.flatMap((written) => {
    const { key, words, host } = written;
    const object = `${words} of ${scoped.name}`;
    const details = { about: key, written };
    if (isHidden(host))
      return reportHidden(scoped, host, { subject: `The URL of ${object}`, checked, declare: "the URL" }, details);
    if (host === undefined) {
      const sentence = `The URL of ${object} ${unclear}, but ${limit}. Remove backslashes and spaces from the URL.`;
      return [createFinding(scoped, sentence, { ...details, distinguishedBy: "unclear" })];
    }
    if (isAllowed(host)) return [];
    const sentence = `${capitalize(object)} sends events to ${describe(host)}, but ${limit}. ${remedy}`;
    return [createFinding(scoped, sentence, { ...details, distinguishedBy: describe(host) })];
  });
}
