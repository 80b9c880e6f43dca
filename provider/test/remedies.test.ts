import { parse } from "yaml";
import { isRecord, type Values } from "#framework";
import { validate } from "#framework/definitions";
import { operations, urnOf } from "#framework/support";
import { applyEdit, findMissingPart } from "#testing";
import type { BackendName } from "../src/api";
import { configuration } from "../src/configuration";
import { resources } from "../src/resources";
import {
  configurationMistakes,
  connectPropertyMistakes,
  type MistakenProperties,
  propertyMistakes,
} from "./remedies/properties";
import { offline } from "./support/offline";

type Check = (declared: Values) => readonly { readonly path: string; readonly reason: string }[];

/** The mistake has one message, with all parts. The edit that the message asks for removes it. */
function expectRemedy({ properties, says, edit }: Omit<MistakenProperties, "type">, check: Check): void {
  const messages = check(read(properties)).map(({ path, reason }) => `${path} ${reason}`);
  expect(messages).toHaveLength(1);
  const [message = ""] = messages;
  expect({ message, missing: findMissingPart(message, says) }).toEqual({ message });
  expect(check(read(applyEdit(properties, edit)))).toEqual([]);
}

function read(properties: string): Values {
  const declared: unknown = parse(properties);
  if (!isRecord(declared)) throw new Error(`${properties} is no map.`);
  return declared;
}

function checkResource(type: string, backend: BackendName): Check {
  const resource = resources.find(({ token }) => token === `peridio:index:${type}`);
  if (resource === undefined) throw new Error(`There is no resource ${type}.`);
  return (declared) => operations.check(offline(backend), resource, { urn: urnOf("it"), declared }, undefined).failures;
}

test.each(propertyMistakes)("the message about $mistake of $type leads to its correction", (row) => {
  expectRemedy(row, checkResource(row.type, "admin-v2"));
});

test.each(connectPropertyMistakes)(
  "with connect, the message about $mistake of $type leads to its correction",
  (row) => {
    expectRemedy(row, checkResource(row.type, "connect"));
  },
);

test.each(configurationMistakes)("the message about $mistake in the configuration leads to its correction", (row) => {
  expectRemedy(row, (declared) => validate(configuration, declared, "the provider's configuration").failures);
});
