import type { Declared } from "../../../support/engine";
import { resource } from "../../harness/resource";
import { type Kind, type SecretDeclaration, type SecretName, secretTypes, withSettings } from "./kinds";

export type SecretDeclarations = Readonly<Partial<Record<SecretName, SecretDeclaration>>>;

/** Converts a declaration to a resource. `cohort` is the name of the cohort in the program. */
export function toSecretResource(name: SecretName, declared: SecretDeclaration, cohort: string): Declared {
  const { settings, isInCohort = false } = declared;
  return resource(secretTypes[name], (id) => {
    const cohortId = isInCohort ? id(cohort) : undefined;
    return { organizationId: id("dev"), name: declared.name, ...settings, cohortId };
  });
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
export const secretEdits: Readonly<Record<string, (declared: SecretDeclaration, kind: Kind) => SecretDeclaration>> = {
  rotate: (declared, { rotate }) => rotate(declared),
  rename: (declared) => ({ ...declared, name: declared.name === "pipeline" ? "other" : "pipeline" }),
  "change a setting": (declared, { changeSetting }) => changeSetting(declared),
  "remove the optional settings": (declared, { optional }) => {
    const settings = Object.entries(declared.settings).filter(([name]) => !optional.includes(name));
    const name = optional.includes("name") ? undefined : declared.name;
    return { ...declared, name, settings: Object.fromEntries(settings) };
  },
};
