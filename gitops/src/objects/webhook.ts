import * as z from "zod";
import type { Values } from "#framework";
import { memoize } from "../memoize";
import { organizationId } from "./inputs";
import { partOfId, secret } from "./outputs";
import { createProperty } from "./property";
import { readSwitch, readText } from "./reading";
import { createRow } from "./row";
import { createListProperty, nameProperty, createSwitch } from "./commonProperties";

/** The host of a URL. A URL itself can contain secrets, so no report shows more of it. */
export interface Host {
  /** The name in lower case, without a port. */
  readonly name: string;
  /** The name with the port, for reports. */
  readonly words: string;
  readonly scheme: "https" | "http";
}

/** Returns the host of an http or https URL; undefined if programs can disagree about it. */
export function readHost(url: string): Host | undefined {
  // Programs treat a backslash, a space or a line break in different ways, so they can find different hosts.
  if (/[\s\\]/.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, hostname, host } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  return protocol === "http:"
    ? { name: hostname, words: `${host} without encryption`, scheme: "http" }
    : { name: hostname, words: host, scheme: "https" };
}

const url = createProperty<string>({
  label: "Host",
  schema: z.string(),
  isNeverRemoved: true,
  read: readText,
  format: formatHost,
  describeChange: (before, after) =>
    formatHost(before) === formatHost(after) ? `${formatHost(after)}, with another URL` : undefined,
  findRisks: () => ["addsWebhook"],
});

/** Returns the hosts of webhooks. Every change asks for those of the same list. */
const listHosts = memoize((all: readonly Values[]) => new Set(all.map(({ url }) => getHostName(url))), new WeakMap());

/** Returns the name of a host; undefined if the URL is hidden or unclear. No such host counts as known. */
function getHostName(url: unknown): string | undefined {
  return typeof url === "string" ? readHost(url)?.name : undefined;
}

function formatHost(text: string): string {
  return readHost(text)?.words ?? "unclear";
}

/** An empty list stands for all events. */
const events = createListProperty({
  label: "Events",
  empty: "all",
  findRisks(before, after) {
    const hasMore = after.length === 0 || !after.every((type) => before.includes(type));
    return before.length > 0 && hasMore ? ["addsWebhook"] : [];
  },
});

const enabled = createSwitch({
  label: "State",
  // An update enables a webhook whose program stops declaring the state.
  read: (value) => readSwitch(value) ?? true,
  defaultValue: true,
  format: (isEnabled) => (isEnabled ? "enabled" : "disabled"),
  findRisks: (_, after) => [after ? "addsWebhook" : "stopsWebhook"],
});

/** Webhooks. No report shows more of a URL than the host, because a URL can contain secrets. */
export const webhook = createRow({
  noun: "webhook",
  orderInReports: 110,
  liveType: "webhook",
  auditComparison: "webhooks",
  showsSecretOnce: true,
  object: {
    section: "webhooks",
    partlyShown: "url",
    findNewRisks(after, former, risks) {
      // A change that neither adds events nor hides anything sends nothing to a new host.
      if (!(["addsWebhook", "acceptsDrift", "hidden"] as const).some((risk) => risks.includes(risk))) return [];
      const host = getHostName(after.url);
      return host !== undefined && listHosts(former).has(host) ? [] : ["addsWebhookHost"];
    },
    created: { words: "created", risks: ["addsWebhook"] },
    deleted: { words: "deleted", risks: ["stopsWebhook"] },
    describeReplacement: ({ isReleased }) => ({
      words: isReleased
        ? "replaced. Peridio keeps the former webhook"
        : "replaced. A new webhook with a new key replaces the former one",
      risks: ["addsWebhook"],
    }),
    properties: { name: nameProperty, url, events, enabled },
  },
  inputs: { organizationId },
  ignoredOutputs: { secret, webhookId: partOfId },
});
