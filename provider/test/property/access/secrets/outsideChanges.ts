import { ControlError } from "#emulator";
import { organizationName } from "../declarations";
import type { OutsideChange } from "../outsideChanges";
import type { SecretType } from "./declarations";
import type { SecretObjects } from "./observed";

/** The last part of the path of the objects of a type. */
const collections = {
  OrganizationApiToken: "api-tokens",
  Webhook: "webhooks",
  ClaimToken: "claim_tokens",
} as const satisfies Readonly<Record<SecretType, string>>;

/** Settings that a person enters in Peridio's console. Peridio cannot change an API token. */
const outsideSettings = {
  OrganizationApiToken: undefined,
  Webhook: { webhook_endpoint: { name: "outside", enabled: false, events: ["device.enrolled"] } },
  ClaimToken: { claim_token: { name: "outside", max_uses: 9, tags: ["outside"] } },
} as const satisfies Readonly<Record<SecretType, object | undefined>>;

export const secretChanges = {
  delete: (type: SecretType, isOldest: boolean): OutsideChange => ({
    text: `delete the ${describeAge(isOldest)} ${type}`,
    isDrift: true,
    apply: async ({ snapshot, send }) => send("DELETE", findPath(snapshot.secrets, type, isOldest)),
  }),
  change: (type: SecretType, isOldest: boolean): OutsideChange => ({
    text: `change the ${describeAge(isOldest)} ${type}`,
    isDrift: true,
    apply: async ({ snapshot, send }) => {
      const settings = outsideSettings[type];
      if (settings !== undefined) await send("PUT", findPath(snapshot.secrets, type, isOldest), settings);
    },
  }),
};

/** Uses the oldest token, which is not a change. */
export const useSecret = (type: SecretType): OutsideChange => ({
  text: `use the oldest ${type}`,
  isDrift: false,
  apply: ({ emulator: { control }, snapshot }) => {
    const id = findId(snapshot.secrets, type, true);
    if (type === "OrganizationApiToken")
      control.tokens.setApiToken(id, organizationName, { last_used_at: "2027-01-02T00:00:00Z" });
    if (type === "ClaimToken") control.tokens.consumeClaimToken(id, organizationName);
  },
});

/** Creates objects that no program declares, with the names of the declared ones. */
export const addForeignSecrets: OutsideChange = {
  text: "create another API token, webhook and claim token",
  isDrift: false,
  apply: async ({ send }) => {
    await send("POST", collections.OrganizationApiToken, { name: "pipeline" });
    await send("POST", collections.Webhook, { webhook_endpoint: { url: "https://acme.example/1", name: "pipeline" } });
    await send("POST", collections.ClaimToken, { claim_token: { name: "pipeline", max_uses: 1 } });
  },
};

function describeAge(isOldest: boolean): string {
  return isOldest ? "oldest" : "newest";
}

function findId(secrets: SecretObjects, type: SecretType, isOldest: boolean): string {
  const ids = [...secrets].flatMap(([id, one]) => (one.type === type ? [id] : []));
  const id = isOldest ? ids.at(0) : ids.at(-1);
  if (id === undefined) throw new ControlError(404, `There is no ${type}.`);
  return id;
}

function findPath(secrets: SecretObjects, type: SecretType, isOldest: boolean): string {
  return `${collections[type]}/${findId(secrets, type, isOldest)}`;
}
