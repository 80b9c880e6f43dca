import fc from "fast-check";
import { ControlError } from "#emulator";
import { changeOutside } from "../../harness/commands";
import type { Command } from "../commands";
import { organizationName } from "../declarations";
import { change } from "../outsideChanges";
import { kinds, type SecretType, secretTypes } from "./kinds";
import type { SecretObjects } from "./observed";

const type = fc.constantFrom(...Object.values(secretTypes));
/** The oldest or the newest object of a type. */
const target = fc.tuple(type, fc.boolean());

const deletion = target.map(([type, isOldest]) =>
  change(`delete the ${describeAge(isOldest)} ${type}`, async ({ snapshot, send }) =>
    send("DELETE", findPath(snapshot.secrets, type, isOldest)),
  ),
);

const edit = target.map(([type, isOldest]) =>
  change(`change the ${describeAge(isOldest)} ${type}`, async ({ snapshot, send }) => {
    const { outsideChange } = kinds[type];
    if (outsideChange !== undefined) await send("PUT", findPath(snapshot.secrets, type, isOldest), outsideChange);
  }),
);

/** Uses the oldest object, which is not a change. */
const use = type.map((type) =>
  change(
    `use the oldest ${type}`,
    ({ control, snapshot }) => {
      kinds[type].use?.(control, findId(snapshot.secrets, type, true), organizationName);
    },
    { isDrift: false },
  ),
);

/** Creates an object of each type that no program declares, with the name of a declared one. */
const foreignObjects = change(
  "create another object of each type with a secret",
  async ({ send }) => {
    for (const { path, creation } of Object.values(kinds)) await send("POST", path, creation);
  },
  { isDrift: false },
);

export const outsideSecretChange: fc.Arbitrary<Command> = fc
  .oneof(
    { arbitrary: deletion, weight: 3 },
    { arbitrary: edit, weight: 3 },
    { arbitrary: use, weight: 1 },
    { arbitrary: fc.constant(foreignObjects), weight: 2 },
  )
  .map(changeOutside);

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
  return `${kinds[type].path}/${findId(secrets, type, isOldest)}`;
}
