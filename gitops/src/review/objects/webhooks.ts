import { readHost } from "../../access/host";
import { readSwitch, readText } from "../../objects/reading";
import type { Setting } from "../settings/setting";
import { createProperty, type ObjectKind } from "./objectKind";
import { createListSetting, nameProperty, readResettable, readTexts } from "./properties";

/** Webhooks. No report shows more of a URL than the host, because a URL can contain secrets. */

const url: Setting<string> = {
  label: "Host",
  isSame: (before, after) => before === after,
  format: formatHost,
  describeChange: (before, after) =>
    formatHost(before) === formatHost(after) ? `${formatHost(after)}, with another URL` : undefined,
  findRisks: () => ["addsWebhook"],
};

function formatHost(text: string): string {
  return readHost(text)?.words ?? "unclear";
}

/** An empty list stands for all events. */
const events = createListSetting({
  label: "Events",
  empty: "all",
  findRisks(before, after) {
    const hasMore = after.length === 0 || !after.every((type) => before.includes(type));
    return before.length > 0 && hasMore ? ["addsWebhook"] : [];
  },
});

const enabled: Setting<boolean> = {
  label: "State",
  isSame: (before, after) => before === after,
  format: (isEnabled) => (isEnabled ? "enabled" : "disabled"),
  findRisks: (_, after) => [after ? "addsWebhook" : "stopsWebhook"],
};

export const webhook: ObjectKind = {
  section: "webhooks",
  partial: "url",
  created: { words: "created", risks: ["addsWebhook"] },
  deleted: { words: "deleted", risks: ["stopsWebhook"] },
  replaced: ({ isReleased }) => ({
    words: isReleased
      ? "replaced. Peridio keeps the former webhook"
      : "replaced. A new webhook with a new key replaces the former one",
    risks: ["addsWebhook"],
  }),
  properties: [
    nameProperty,
    createProperty("url", url, {
      read: ({ values }, side) => readText(values[side].url),
    }),
    createProperty("events", events, { read: readResettable("events", [], readTexts) }),
    createProperty("enabled", enabled, { defaultValue: true, read: readResettable("enabled", true, readSwitch) }),
  ],
};
