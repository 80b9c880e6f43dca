import fc from "fast-check";
import { mostly, object } from "../arbitraries";
import { type Command, declare, declareObject, replace, withEntry } from "../commands";
import { objectNames } from "../declarations";
import { faults } from "../operations";
import type { OutsideChange } from "../outsideChanges";
import {
  describeSecret,
  type SecretDeclaration,
  type SecretDeclarations,
  type SecretName,
  secretNames,
  secretTypes,
} from "./declarations";
import { editSecret, type SecretEdit, secretEdits } from "./edits";
import { addForeignSecrets, secretChanges, useSecret } from "./outsideChanges";

function declareSecret(name: SecretName, declared: SecretDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeSecret(name, declared)}`;
  return declareSecrets((secrets) => withEntry(secrets, name, declared), text);
}

function changeSecret(name: SecretName, edit: SecretEdit): Command {
  return declareSecrets((secrets) => editSecret(secrets, name, edit), `in ${name}: ${edit}`);
}

function declareSecrets(change: (secrets: SecretDeclarations) => SecretDeclarations, text: string): Command {
  return declare(({ secrets, ...rest }) => ({ ...rest, secrets: change(secrets) }), text);
}

const optional = <Value>(...values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
// Several objects can have one name.
const name = fc.constantFrom("pipeline", "pipeline", "other");
const secretName = fc.constantFrom(...secretNames);

const apiToken = fc.record({
  type: fc.constant("OrganizationApiToken"),
  name,
  rotate: optional("1", "2"),
});

const webhook = fc.record({
  type: fc.constant("Webhook"),
  name: optional("pipeline", "other"),
  url: fc.constantFrom("https://acme.example/1", "https://acme.example/2"),
  events: optional([], ["device.offline"], ["device.offline", "device.online"]),
  enabled: optional(true, false),
});

const claimToken = fc.record({
  type: fc.constant("ClaimToken"),
  name,
  maxUses: fc.integer({ min: 1, max: 3 }),
  tags: optional([], ["a"], ["a", "b"]),
  isInCohort: fc.boolean(),
});

const declarations: Readonly<Record<SecretName, fc.Arbitrary<SecretDeclaration>>> = {
  ci: apiToken,
  cd: apiToken,
  alerts: webhook,
  factory: claimToken,
};

export const secretDeclaration: fc.Arbitrary<Command> = secretName.chain((name) =>
  mostly(declarations[name]).map((declared) => declareSecret(name, declared)),
);

export const secretChange: fc.Arbitrary<Command> = fc
  .tuple(secretName, fc.constantFrom(...secretEdits))
  .map(([name, edit]) => changeSecret(name, edit));

/** `pulumi up --replace`, which gives a webhook a new key. */
export const replacement: fc.Arbitrary<Command> = fc
  .tuple(secretName, faults)
  .map(([name, some]) => replace(name, some));

/** Commands that declare all objects with a secret, and the cohort of the claim token with its project. */
export const secretFoundation: fc.Arbitrary<readonly Command[]> = fc.tuple(
  ...objectNames.map((name) => object.map((one) => declareObject(name, one))),
  ...secretNames.map((name) => declarations[name].map((one) => declareSecret(name, one))),
);

const type = fc.constantFrom(...Object.values(secretTypes));

export const outsideSecretChange: fc.Arbitrary<OutsideChange> = fc.oneof(
  {
    arbitrary: fc.tuple(type, fc.boolean()).map(([type, isOldest]) => secretChanges.delete(type, isOldest)),
    weight: 3,
  },
  {
    arbitrary: fc.tuple(type, fc.boolean()).map(([type, isOldest]) => secretChanges.change(type, isOldest)),
    weight: 3,
  },
  { arbitrary: type.map(useSecret), weight: 1 },
  { arbitrary: fc.constant(addForeignSecrets), weight: 2 },
);
