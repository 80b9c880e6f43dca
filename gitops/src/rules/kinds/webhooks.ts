import * as z from "zod";
import type { DeclaredWebhook } from "../../model/objects";
import { describeWithheld, isWithheld, type Withheld } from "../../withheld";
import { capitalize, joinOr } from "../../wording";
import { asPlainValue, createFinding, type Finding, type ScopedOrganization } from "../scope";
import { hostPatterns, matches } from "../selector";
import { defineKind } from "./kind";

/** The hosts that may get events. */
export const webhookHosts = defineKind({
  subject: "webhooks",
  decidedBy: { Webhook: "url" },
  description:
    "The hosts to which webhooks may send events: a host or a pattern such as `*.acme.example`, or a list. Case and ports do not matter.",
  schema: hostPatterns,
  check: (allowed, scoped) => scoped.organization.objects.webhooks.flatMap((one) => checkHost(allowed, one, scoped)),
});

/** The encryption of events. */
export const webhookSchemes = defineKind({
  subject: "webhooks",
  decidedBy: { Webhook: "url" },
  description: "Webhooks send events with encryption only: `https`.",
  schema: z.literal("https", { error: "must be `https`" }),
  check: (_, scoped) => scoped.organization.objects.webhooks.flatMap((one) => checkScheme(one, scoped)),
});

function checkScheme(written: DeclaredWebhook, scoped: ScopedOrganization): readonly Finding[] {
  const { key, words, host } = written;
  if (host !== undefined && !isWithheld(host) && host.scheme === "https") return [];
  const object = `${words} of ${scoped.name}`;
  const report = (sentence: string, reason: string | Withheld) => [
    createFinding(scoped, sentence, { about: key, reason, written }),
  ];
  if (isWithheld(host)) {
    return report(
      `The URL of ${object} is ${describeWithheld(host)}, so the rule cannot check its scheme. Declare the URL ${asPlainValue}.`,
      host,
    );
  }
  if (host === undefined) {
    return report(
      `The URL of ${object} is unclear, but the rule requires https. Remove backslashes and spaces from the URL.`,
      "unclear",
    );
  }
  return report(
    `${capitalize(object)} sends events to ${host.words}, but the rule requires https. Change the URL.`,
    host.words,
  );
}

function checkHost(
  allowed: readonly string[],
  written: DeclaredWebhook,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const { key, words, host } = written;
  const object = `${words} of ${scoped.name}`;
  const report = (sentence: string, reason: string | Withheld) => [
    createFinding(scoped, sentence, { about: key, reason, written }),
  ];
  if (isWithheld(host)) {
    return report(
      `The URL of ${object} is ${describeWithheld(host)}, so the rule cannot check its host. Declare the URL ${asPlainValue}.`,
      host,
    );
  }
  const limit = `the rule allows only ${joinOr(allowed)}`;
  if (host === undefined) {
    return report(
      `The URL of ${object} has no clear host, but ${limit}. Remove backslashes and spaces from the URL.`,
      "unclear",
    );
  }
  if (matches(allowed, host.name, "i")) return [];
  return report(
    `${capitalize(object)} sends events to ${host.name}, but ${limit}. Change the URL, or remove the webhook.`,
    host.name,
  );
}
