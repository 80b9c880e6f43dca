import type { Declared, Wire } from "../../../support/engine";
import { kinds, type SecretDeclaration, type SecretType, withSettings } from "./kinds";

/** The resources whose objects have a secret, with their types. Both API tokens can have one name in Peridio. */
export const secretTypes = {
  ci: "OrganizationApiToken",
  cd: "OrganizationApiToken",
  alerts: "Webhook",
  factory: "ClaimToken",
} as const satisfies Readonly<Record<string, SecretType>>;

export type SecretName = keyof typeof secretTypes;

export const secretNames: readonly SecretName[] = ["ci", "cd", "alerts", "factory"];

export type SecretDeclarations = Readonly<Partial<Record<SecretName, SecretDeclaration>>>;

/** Converts a declaration to a resource. `cohort` is the name of the cohort in the program. */
export function toSecretResource(name: SecretName, declared: SecretDeclaration, cohort: string): Declared {
  const inputs = (id: (name: string) => string): Wire => ({
    organizationId: id("dev"),
    ...toWire({ name: declared.name, ...declared.settings }),
    ...(declared.isInCohort && { cohortId: id(cohort) }),
  });
  return { type: secretTypes[name], inputs };
}

function toWire(settings: SecretDeclaration["settings"]): Wire {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === "object" ? [...value] : value] as const];
    }),
  );
}

/** Returns the declarations without a cohort that the program does not declare. */
export function withoutCohort(declarations: SecretDeclarations): SecretDeclarations {
  return mapDeclarations(declarations, (declared) => ({ ...declared, isInCohort: false }));
}

/** Returns the declarations without the texts that request a rotation, because an import cannot find them. */
export function withoutRotation(declarations: SecretDeclarations): SecretDeclarations {
  return mapDeclarations(declarations, (declared) => withSettings(declared, { rotate: undefined }));
}

function mapDeclarations(
  declarations: SecretDeclarations,
  convert: (declared: SecretDeclaration) => SecretDeclaration,
): SecretDeclarations {
  return Object.fromEntries(Object.entries(declarations).map(([name, one]) => [name, convert(one)]));
}

/** Changes of a declaration. */
export const secretEdits = ["rotate", "rename", "change a setting", "remove the optional settings"] as const;
export type SecretEdit = (typeof secretEdits)[number];

/** Returns undefined for a resource that the program does not declare. */
export function editSecret(
  secrets: SecretDeclarations,
  name: SecretName,
  edit: SecretEdit,
): SecretDeclarations | undefined {
  const declared = secrets[name];
  return declared && { ...secrets, [name]: applyEdit(declared, kinds[secretTypes[name]], edit) };
}

function applyEdit(
  declared: SecretDeclaration,
  { rotate, changeSetting, optional }: (typeof kinds)[SecretType],
  edit: SecretEdit,
): SecretDeclaration {
  switch (edit) {
    case "rotate":
      return rotate(declared);
    case "rename":
      return { ...declared, name: declared.name === "pipeline" ? "other" : "pipeline" };
    case "change a setting":
      return changeSetting(declared);
    case "remove the optional settings": {
      const settings = Object.entries(declared.settings).filter(([name]) => !optional.includes(name));
      const name = optional.includes("name") ? undefined : declared.name;
      return { ...declared, name, settings: Object.fromEntries(settings) };
    }
  }
}
