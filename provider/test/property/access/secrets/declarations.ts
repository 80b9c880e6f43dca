import type { Declared, Wire } from "../../../support/engine";

/** The resources whose objects have a secret. Both API tokens can have one name in Peridio. */
export const secretNames = ["ci", "cd", "alerts", "factory"] as const;
export type SecretName = (typeof secretNames)[number];

/** The resource type of each resource. */
export const secretTypes = {
  ci: "OrganizationApiToken",
  cd: "OrganizationApiToken",
  alerts: "Webhook",
  factory: "ClaimToken",
} as const satisfies Readonly<Record<SecretName, string>>;

export type SecretType = (typeof secretTypes)[SecretName];

export interface ApiTokenDeclaration {
  readonly type: "OrganizationApiToken";
  readonly name: string;
  readonly rotate?: string | undefined;
}

export interface WebhookDeclaration {
  readonly type: "Webhook";
  readonly name?: string | undefined;
  readonly url: string;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

export interface ClaimTokenDeclaration {
  readonly type: "ClaimToken";
  readonly name: string;
  readonly maxUses: number;
  readonly tags?: readonly string[] | undefined;
  /** True if devices join the cohort of the program. */
  readonly isInCohort: boolean;
}

export type SecretDeclaration = ApiTokenDeclaration | WebhookDeclaration | ClaimTokenDeclaration;

export type SecretDeclarations = Readonly<Partial<Record<SecretName, SecretDeclaration>>>;

/** Converts a declaration to a resource. `cohort` is the name of the cohort in the program. */
export function toSecretResource({ type, ...declared }: SecretDeclaration, cohort: string): Declared {
  const { isInCohort, ...settings } = { isInCohort: false, ...declared };
  const inputs = (id: (name: string) => string): Wire => ({
    organizationId: id("dev"),
    ...withoutAbsent(settings),
    ...(isInCohort && { cohortId: id(cohort) }),
  });
  return { type, inputs };
}

type Setting = string | number | boolean | readonly string[];

function withoutAbsent(settings: Readonly<Record<string, Setting | undefined>>): Wire {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === "object" ? [...value] : value] as const];
    }),
  );
}

/** Returns the declarations without a cohort that the program does not declare. */
export function withoutCohort(declarations: SecretDeclarations): SecretDeclarations {
  return mapDeclarations(declarations, (one) => (one.type === "ClaimToken" ? { ...one, isInCohort: false } : one));
}

/** Returns the declarations without the texts that request a rotation, because an import cannot find them. */
export function withoutRotation(declarations: SecretDeclarations): SecretDeclarations {
  return mapDeclarations(declarations, (one) =>
    one.type === "OrganizationApiToken" ? { ...one, rotate: undefined } : one,
  );
}

function mapDeclarations(
  declarations: SecretDeclarations,
  convert: (declared: SecretDeclaration) => SecretDeclaration,
): SecretDeclarations {
  return Object.fromEntries(Object.entries(declarations).map(([name, one]) => [name, convert(one)]));
}

/** `ci {"type":"OrganizationApiToken","name":"pipeline","rotate":"1"}`. */
export function describeSecret(name: SecretName, declared: SecretDeclaration): string {
  return `${name} ${JSON.stringify(declared)}`;
}
