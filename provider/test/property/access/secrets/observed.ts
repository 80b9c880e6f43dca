import { kinds, type SecretObject, secretTypes, type SecretType, type Stored } from "./kinds";

/** The objects with a secret and their types by id, in the order of creation. */
export type SecretObjects = ReadonlyMap<string, SecretObject & { readonly type: SecretType }>;

const types = [...new Set(Object.values(secretTypes))];

export function readSecretObjects(organization: Stored): SecretObjects {
  const cohorts = new Set(organization.projects.flatMap((project) => project.cohorts.map(({ id }) => id)));
  return new Map(
    types.flatMap((type) =>
      kinds[type].observe(organization).map(({ id, cohortId, ...object }) => {
        const present = cohortId !== null && cohorts.has(cohortId) ? cohortId : null;
        return [id, { type, ...object, cohortId: present }] as const;
      }),
    ),
  );
}
