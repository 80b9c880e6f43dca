import type { DeclaredWebhook } from "../../model/objects";
import { describeWithheld, isWithheld } from "../../withheld";
import { capitalize, joinOr } from "../../wording";
import { asPlainValue, checkEach, createFinding, type Finding, type ScopedOrganization } from "../scope";
import { hostPatterns, matches } from "../selector";

/** The hosts that may get events. */
export const webhookHosts = hostPatterns
  .transform((allowed) =>
    checkEach((concerned) =>
      concerned.organization.objects.webhooks.flatMap((webhook) => checkHost(allowed, webhook, concerned)),
    ),
  )
  .optional()
  .meta({
    description:
      "The hosts to which webhooks may send events: a host or a pattern such as `*.acme.example`, or a list. Case and ports do not matter.",
  });

function checkHost(
  allowed: readonly string[],
  { key, words, host }: DeclaredWebhook,
  concerned: ScopedOrganization,
): readonly Finding[] {
  const object = `${words} of ${concerned.name}`;
  const report = (sentence: string, about = "") => [
    createFinding(concerned, sentence, { about: JSON.stringify([key, about]) }),
  ];
  if (isWithheld(host)) {
    return report(
      `The URL of ${object} is ${describeWithheld(host)}, so the rule cannot check its host. Declare the URL ${asPlainValue}.`,
    );
  }
  const limit = `the rule allows only ${joinOr(allowed)}`;
  if (host === undefined) {
    return report(`The URL of ${object} has no clear host, but ${limit}. Remove backslashes and spaces from the URL.`);
  }
  if (matches(allowed, host.name, "i")) return [];
  return report(
    `${capitalize(object)} sends events to ${host.name}, but ${limit}. Change the URL, or remove the webhook.`,
    host.name,
  );
}
