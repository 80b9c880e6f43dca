import type { Emulator } from "#emulator";
import type { SecretType } from "./declarations";

/** An object whose secret only the response to its creation contains. */
export interface SecretObject {
  readonly type: SecretType;
  /** Empty for none. */
  readonly name: string;
  /** The other settings that a program can declare. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The cohort of the devices that join; null for none. */
  readonly cohortId: string | null;
  readonly secret: string;
}

/** The objects with a secret by id, in the order of creation. */
export type SecretObjects = ReadonlyMap<string, SecretObject>;

type Stored = ReturnType<Emulator["control"]["getOrganization"]>;

export function readSecretObjects({ api_tokens, webhooks, claim_tokens, projects }: Stored): SecretObjects {
  const cohorts = new Set(projects.flatMap((project) => project.cohorts.map(({ id }) => id)));
  return new Map<string, SecretObject>([
    ...api_tokens.map(({ id, name, token }): [string, SecretObject] => [
      id,
      { type: "OrganizationApiToken", name, settings: {}, cohortId: null, secret: token },
    ]),
    ...webhooks.map(({ id, name, url, events, enabled, secret }): [string, SecretObject] => [
      id,
      { type: "Webhook", name: name ?? "", settings: { url, events, enabled }, cohortId: null, secret },
    ]),
    ...claim_tokens.map(({ id, name, max_uses, tags, cohort_id, token }): [string, SecretObject] => [
      id,
      {
        type: "ClaimToken",
        name: name ?? "",
        settings: { maxUses: max_uses, tags },
        cohortId: cohort_id !== null && cohorts.has(cohort_id) ? cohort_id : null,
        secret: token,
      },
    ]),
  ]);
}

/** `Webhook alerts {"url":"https://acme.example/1"}`. `findCohort` returns the name of a cohort. */
export function describeSecretObject(
  { type, name, settings, cohortId }: SecretObject,
  findCohort: (id: string) => string | undefined,
): string {
  const cohort = cohortId === null ? undefined : findCohort(cohortId);
  return `${type} ${name} ${JSON.stringify(settings)}${cohort === undefined ? "" : ` in ${cohort}`}`;
}
