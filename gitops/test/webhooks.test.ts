import type { Values } from "#framework";
import type { Kind } from "../src/model/stackChange";
import { findDifferences } from "../src/review/differences";
import { organization, type Printed, type PrintedStep, review, unknownText } from "./support/document";
import { idOf, organizationId, step } from "./support/objects";

const acme = organization("acme", 1);
const url = "https://alerts.acme.example/peridio";

function webhook(before: Values | undefined, after: Values | undefined, more?: Printed): PrintedStep {
  return step("Webhook::alerts", 3, before && { url, ...before }, after && { url, ...after }, more);
}

function said(steps: readonly PrintedStep[], kind: Kind = "change"): readonly string[] {
  return review([{ ...acme, op: kind === "drift" ? "refresh" : "same" }, ...steps], kind)
    .settings.filter(({ section }) => section === "webhooks" || section === "released")
    .map(({ words, risks }) => [words, ...risks].join(" "));
}

test("a new webhook has a host, and the name of its resource if it has no other", () => {
  expect(said([webhook(undefined, {})])).toEqual([
    "Webhook alerts: created. Host: alerts.acme.example. Events: all. addsWebhookHost",
  ]);
  const limited = { name: "pager", events: ["device.offline"], enabled: false, url: "http://10.0.0.7:8080/x" };
  expect(said([webhook(undefined, limited)])).toEqual([
    "Webhook pager: created. Host: 10.0.0.7:8080 without encryption. Events: device.offline. State: disabled. addsWebhookHost",
  ]);
});

test("another URL is a risk, even at the same host", () => {
  expect(said([webhook({}, { url: "https://evil.example/x" })])).toEqual([
    "Webhook alerts: changed. Host: alerts.acme.example → evil.example. addsWebhookHost",
  ]);
  expect(said([webhook({}, { url: `${url}/other` })])).toEqual([
    "Webhook alerts: changed. Host: alerts.acme.example, with another URL. addsWebhook",
  ]);
});

test("a webhook that gets more events and is disabled at the same time has both risks", () => {
  const before = { events: ["device.offline"], enabled: true };
  expect(said([webhook(before, { events: ["device.offline", "device.created"], enabled: false })])).toEqual([
    "Webhook alerts: changed. Events: adds device.created. State: enabled → disabled. addsWebhook stopsWebhook",
  ]);
});

test("no report contains more of a URL than its host", () => {
  const secret = "https://user:must-not-appear@hooks.example/must-not-appear?key=must-not-appear#must-not-appear";
  for (const steps of [
    [webhook(undefined, { url: secret })],
    [webhook({}, { url: secret })],
    [webhook({ url: secret }, undefined)],
  ]) {
    const text = JSON.stringify(review([acme, ...steps]));
    expect(text).toContain("hooks.example");
    expect(text).not.toContain("must-not-appear");
  }
});

test("a URL in which programs can find different hosts has no clear host", () => {
  for (const unclear of [
    "https://acme.example\\@evil.example/",
    "https://acme.example /",
    "nonsense",
    "ftp://acme.example/",
  ]) {
    expect(said([webhook(undefined, { url: unclear })])).toEqual([
      "Webhook alerts: created. Host: unclear. Events: all. addsWebhookHost",
    ]);
  }
});

test("more events and an enabled webhook are a risk, and the contrary is a low one or none", () => {
  const some = { events: ["a", "b"] };
  expect(said([webhook({ events: ["a"] }, some)])).toEqual(["Webhook alerts: changed. Events: adds b. addsWebhook"]);
  expect(said([webhook(some, {})])).toEqual(["Webhook alerts: changed. Events: a, b → all. addsWebhook"]);
  expect(said([webhook({}, some)])).toEqual(["Webhook alerts: changed. Events: all → a, b."]);
  expect(said([webhook(some, { events: ["b", "a"] })])).toEqual([]);
  expect(said([webhook({ enabled: false }, {})])).toEqual([
    "Webhook alerts: changed. State: disabled → enabled. addsWebhook",
  ]);
  expect(said([webhook({}, { enabled: false })])).toEqual([
    "Webhook alerts: changed. State: enabled → disabled. stopsWebhook",
  ]);
});

test("a property that no program declared stays as it was", () => {
  const outputs = { organizationId, url, events: ["a"], enabled: false };
  const before = { id: idOf(3), inputs: { organizationId, url }, outputs };
  const renamed: PrintedStep = {
    op: "update",
    name: "Webhook::alerts",
    before,
    after: { inputs: { organizationId, url, name: "alerts" } },
  };
  expect(said([renamed])).toEqual(["Webhook alerts: changed. Name: none → alerts."]);
});

test("a replacement, a deletion and a release", () => {
  expect(said([{ ...webhook({}, {}), op: "replace" }])).toEqual([
    "Webhook alerts: replaced. A new webhook with a new key replaces the former one. addsWebhook",
  ]);
  expect(said([webhook({}, undefined)])).toEqual([
    "Webhook alerts: deleted. Host: alerts.acme.example. Events: all. stopsWebhook",
  ]);
  const released =
    "Webhook alerts is released. Pulumi removes it from the state, and Peridio keeps the webhook, which no stack declares. releases";
  expect(said([webhook({}, undefined, { retainOnDelete: true })])).toEqual([released]);
  expect(said([{ ...webhook({}, {}, { retainOnDelete: true }), op: "replace" }])).toEqual([
    released,
    "Webhook alerts: replaced. Peridio keeps the former webhook. addsWebhook",
  ]);
});

test("a hidden URL is a high risk", () => {
  expect(said([webhook(undefined, { url: unknownText })])).toEqual([
    "Webhook alerts: created. Host: not known before the update. Events: all. addsWebhookHost hidden",
  ]);
  expect(said([webhook({}, { url: "[secret]" })])).toEqual([
    "Webhook alerts: changed. Host: alerts.acme.example → secret. addsWebhookHost hidden",
  ]);
});

test("an unchanged webhook shows a URL that its program stops hiding, so the host is not new", () => {
  const shown = webhook({ url: "[secret]" }, {});
  const pager = step("Webhook::pager", 4, undefined, { url });
  expect(said([{ ...shown, op: "same" }, pager])).toEqual([
    "Webhook pager: created. Host: alerts.acme.example. Events: all. addsWebhook",
  ]);
  // The refresh changed the state, so the hidden URL of the last update can be another one.
  const refresh: PrintedStep = { ...shown, op: "refresh", after: shown.before };
  expect(said([refresh, { ...shown, op: "same" }, pager])).toEqual([
    "Webhook alerts: changed. Host: alerts.acme.example. The preview hides the value of the last update, so this value may come from outside Pulumi. addsWebhookHost hidden",
    "Webhook pager: created. Host: alerts.acme.example. Events: all. addsWebhookHost",
  ]);
});

test("an import has a row, with the risk of an unknown host", () => {
  expect(said([{ ...webhook(undefined, { url: "[secret]" }), op: "import" }])).toEqual([
    "Webhook alerts: imported without changes. Host: secret. Events: all. addsWebhookHost hidden acceptsDrift",
  ]);
  const other = webhook({}, { url: "https://evil.example/" });
  expect(said(["import-replacement", "replace"].map((op) => ({ ...other, op })))).toEqual([
    "Webhook alerts: replaced. A new webhook with a new key replaces the former one. Host: alerts.acme.example → evil.example. addsWebhookHost",
  ]);
});

test("shows changes outside Pulumi", () => {
  const state = (values: Values) => ({
    id: idOf(3),
    inputs: { organizationId, url },
    outputs: { organizationId, ...values },
  });
  const events: readonly string[] = [];
  const refresh: PrintedStep = {
    op: "refresh",
    name: "Webhook::alerts",
    before: state({ url, events, enabled: true }),
    after: state({ url: "https://evil.example/", events, enabled: true }),
  };
  expect(said([refresh], "drift")).toEqual([
    "Webhook alerts: changed. Host: alerts.acme.example → evil.example. addsWebhookHost",
  ]);
  expect(said([{ ...refresh, after: refresh.before }], "drift")).toEqual([]);
});

test("`confirm` notices another path, which no report shows", () => {
  const [one, other] = ["good", "evil"].map((path) => review([acme, webhook(undefined, { url: `${url}/${path}` })]));
  if (one === undefined || other === undefined) throw new Error("There are two reviews.");
  expect(one.settings[0]?.words).toBe(other.settings[0]?.words);
  expect(JSON.stringify(one)).not.toContain("/good");
  expect(findDifferences(one, one)).toEqual([]);
  expect(findDifferences(one, other)).toEqual([
    "acme: Webhook alerts: created. Host: alerts.acme.example. Events: all. The reviewed change has the same words, but another value or risk.",
  ]);
});
