import type { Engine, Kept } from "../../../support/engine";
import { type SecretDeclarations } from "./declarations";
import {
  kinds,
  type SecretDeclaration,
  type SecretName,
  secretNames,
  type SecretObject,
  type SecretType,
  secretTypes,
} from "./kinds";
import type { SecretObjects } from "./observed";

/** The facts that decide on the objects after an `up`. */
export interface SecretUpdate {
  readonly before: SecretObjects;
  readonly declared: SecretDeclarations;
  readonly state: Engine["state"];
  /** The ids of replaced objects that the engine still deletes. */
  readonly doomed: ReadonlySet<string>;
  /** The id of the program's cohort: the one in state, or a made-up id for a new cohort. */
  readonly cohortId: string | undefined;
  /** The resources that the user replaces. */
  readonly replaced: ReadonlySet<string>;
}

/** Returns the objects after an `up` with a state that contains all changes outside Pulumi. New objects have made-up ids. */
export function expectSecrets(update: SecretUpdate): SecretObjects {
  const { before, declared, state, doomed } = update;
  const managed = secretNames.flatMap((name) => findId(state, name) ?? []);
  const kept = new Map([...before].filter(([id]) => !doomed.has(id) && !managed.includes(id)));
  for (const name of secretNames) {
    const declaration = declared[name];
    if (declaration === undefined) continue;
    const id = isReplaced(update, name, declaration) ? undefined : findId(state, name);
    const prior = id === undefined ? undefined : before.get(id);
    const inputs = prior === undefined ? {} : (state.get(name)?.inputs ?? {});
    kept.set(id ?? `new ${name}`, expectObject(update, name, declaration, inputs, prior));
  }
  return kept;
}

function findId(state: Engine["state"], name: SecretName): string | undefined {
  return state.get(name)?.id.split("/").at(-1);
}

/** Reports whether the object leaves its place to a new one. */
function isReplaced(
  { state, cohortId, replaced }: SecretUpdate,
  name: SecretName,
  declared: SecretDeclaration,
): boolean {
  const kept = state.get(name);
  if (kept === undefined || replaced.has(name)) return true;
  const { inputs } = kept;
  const desired: Readonly<Record<string, unknown>> = { name: declared.name, ...declared.settings };
  const cohort = typeof inputs.cohortId === "string" ? inputs.cohortId.split("/").at(-1) : undefined;
  return (
    kinds[secretTypes[name]].replacing.some((property) => inputs[property] !== desired[property]) ||
    cohort !== (declared.isInCohort ? cohortId : undefined)
  );
}

/** Returns the object after an update. Settings that the program never declared stay, and removed ones return to their defaults. */
function expectObject(
  { cohortId }: Pick<SecretUpdate, "cohortId">,
  name: SecretName,
  declared: SecretDeclaration,
  inputs: Kept["inputs"],
  prior: SecretObject | undefined,
): SecretObject & { readonly type: SecretType } {
  const type = secretTypes[name];
  const settle = <Value>(property: string, former: Value | undefined, initial: Value): Value =>
    inputs[property] === undefined ? (former ?? initial) : initial;
  const settings = Object.entries(kinds[type].initial).map(([property, initial]): [string, unknown] => [
    property,
    declared.settings[property] ?? settle(property, prior?.settings[property], initial),
  ]);
  return {
    type,
    name: declared.name ?? settle("name", prior?.name, ""),
    settings: Object.fromEntries(settings),
    cohortId: declared.isInCohort ? (cohortId ?? null) : null,
    secret: prior?.secret ?? "",
  };
}

/** Reports whether an import into an empty stack tells everything that the program declares. */
export function areSecretsImportable(
  objects: SecretObjects,
  declared: SecretDeclarations,
  state: Engine["state"],
): boolean {
  return secretNames.every((name) => {
    const [declaration, object] = [declared[name], objects.get(findId(state, name) ?? "")];
    if (declaration === undefined || object === undefined) return true;
    // An import reads settings that the program does not declare. The next `up` then resets them.
    const created = expectObject({ cohortId: undefined }, name, declaration, {}, undefined);
    return JSON.stringify([object.name, object.settings]) === JSON.stringify([created.name, created.settings]);
  });
}
