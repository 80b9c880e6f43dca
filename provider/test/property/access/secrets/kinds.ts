import fc from "fast-check";
import type { Emulator } from "#emulator";
import type { Inputs } from "../../harness/resource";

export type Stored = ReturnType<Emulator["control"]["getOrganization"]>;

/** The declaration of an object with a secret. */
export interface SecretDeclaration {
  readonly name?: string | undefined;
  readonly settings: Inputs;
  /** True if devices join the cohort of the program. */
  readonly isInCohort?: boolean;
}

/** An object whose secret only the response to its creation contains. */
export interface SecretObject {
  /** Empty for none. */
  readonly name: string;
  /** The other settings that a program can declare. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The cohort of the devices that join; null for none. */
  readonly cohortId: string | null;
  readonly secret: string;
}

/** All that random histories know of the objects of one resource type. A further type is a further row, with a resource in `secretTypes`. */
export interface Kind {
  /** The last part of the path of its requests. */
  readonly path: string;
  readonly declaration: fc.Arbitrary<SecretDeclaration>;
  /** The settings that Peridio stores, with their values if no program declares them. */
  readonly initial: Readonly<Record<string, unknown>>;
  /** The properties that a program can remove. */
  readonly optional: readonly string[];
  /** The properties whose change replaces the object. */
  readonly replacing: readonly string[];
  readonly rotate: (declared: SecretDeclaration) => SecretDeclaration;
  readonly changeSetting: (declared: SecretDeclaration) => SecretDeclaration;
  readonly observe: (organization: Stored) => readonly (SecretObject & { readonly id: string })[];
  /** The body of a request that creates another object with a declared name. */
  readonly creation: object;
  /** The body of a change in Peridio's console. Undefined if Peridio cannot change the object. */
  readonly outsideChange: object | undefined;
  /** Uses the object, which is not a change. */
  readonly use?: (control: Emulator["control"], id: string, organization: string) => void;
}

// Several objects can have one name.
const name = fc.constantFrom("pipeline", "pipeline", "other");
const urls = ["https://acme.example/1", "https://acme.example/2"] as const;

function optional<Value>(...values: readonly Value[]): fc.Arbitrary<Value | undefined> {
  return fc.option(fc.constantFrom(...values), { nil: undefined });
}

export function withSettings(declared: SecretDeclaration, settings: Inputs): SecretDeclaration {
  return { ...declared, settings: { ...declared.settings, ...settings } };
}

function rotateApiToken(declared: SecretDeclaration): SecretDeclaration {
  return withSettings(declared, { rotate: String(Number(declared.settings.rotate ?? 0) + 1) });
}

const rows = {
  OrganizationApiToken: {
    path: "api-tokens",
    declaration: fc.record({ name, settings: fc.record({ rotate: optional("1", "2") }) }),
    initial: {},
    optional: ["rotate"],
    replacing: ["name", "rotate"],
    rotate: rotateApiToken,
    changeSetting: rotateApiToken,
    observe: ({ api_tokens }) =>
      api_tokens.map(({ id, name, token: secret }) => ({ id, name, settings: {}, cohortId: null, secret })),
    creation: { name: "pipeline" },
    outsideChange: undefined,
    use: ({ tokens }, id, organization) => {
      tokens.setApiToken(id, organization, { last_used_at: "2027-01-02T00:00:00Z" });
    },
  },
  Webhook: {
    path: "webhooks",
    declaration: fc.record({
      name: optional("pipeline", "other"),
      settings: fc.record({
        url: fc.constantFrom(...urls),
        events: optional([], ["device.offline"], ["device.offline", "device.online"]),
        enabled: optional(true, false),
      }),
    }),
    initial: { url: undefined, events: [], enabled: true },
    optional: ["name", "events", "enabled"],
    replacing: [],
    rotate: (declared) => withSettings(declared, { url: declared.settings.url === urls[0] ? urls[1] : urls[0] }),
    changeSetting: (declared) => withSettings(declared, { enabled: declared.settings.enabled === false }),
    observe: ({ webhooks }) =>
      webhooks.map(({ id, name, url, events, enabled, secret }) => {
        return { id, name: name ?? "", settings: { url, events, enabled }, cohortId: null, secret };
      }),
    creation: { webhook_endpoint: { url: urls[0], name: "pipeline" } },
    outsideChange: { webhook_endpoint: { name: "outside", enabled: false, events: ["device.enrolled"] } },
  },
  ClaimToken: {
    path: "claim_tokens",
    declaration: fc.record({
      name,
      isInCohort: fc.boolean(),
      settings: fc.record({ maxUses: fc.integer({ min: 1, max: 3 }), tags: optional([], ["a"], ["a", "b"]) }),
    }),
    initial: { maxUses: undefined, tags: [] },
    optional: ["tags"],
    replacing: [],
    rotate: ({ isInCohort = false, ...declared }) => ({ ...declared, isInCohort: !isInCohort }),
    changeSetting: (declared) => withSettings(declared, { maxUses: Number(declared.settings.maxUses) + 1 }),
    observe: ({ claim_tokens }) =>
      claim_tokens.map(({ id, name, max_uses: maxUses, tags, cohort_id: cohortId, token: secret }) => {
        return { id, name: name ?? "", settings: { maxUses, tags }, cohortId, secret };
      }),
    creation: { claim_token: { name: "pipeline", max_uses: 1 } },
    outsideChange: { claim_token: { name: "outside", max_uses: 9, tags: ["outside"] } },
    use: ({ tokens }, id, organization) => {
      tokens.consumeClaimToken(id, organization);
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type SecretType = keyof typeof rows;

export const kinds: Readonly<Record<SecretType, Kind>> = rows;

/** The resources whose objects have a secret, with their types. Both API tokens can have one name in Peridio. */
export const secretTypes = {
  ci: "OrganizationApiToken",
  cd: "OrganizationApiToken",
  alerts: "Webhook",
  factory: "ClaimToken",
} as const satisfies Readonly<Record<string, SecretType>>;

export type SecretName = keyof typeof secretTypes;

export const secretNames: readonly SecretName[] = ["ci", "cd", "alerts", "factory"];
