import Ajv from "ajv";
import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020";
import { testsWith } from "#testing";
import { ApiDocument, ours } from "../apiDocument";

// To compare our document with a copy of the published one, run:
// PERIDIO_CONNECT_OPENAPI=FILE npx jest --testPathPatterns connect/published
const file = process.env.PERIDIO_CONNECT_OPENAPI ?? "";

/** Tests that compare something with the published document. */
export const published = testsWith(
  "Set PERIDIO_CONNECT_OPENAPI to a copy of Peridio's document of Avocado Connect.",
  file !== "",
);

/** The published document. */
export const theirs = file === "" ? ours : ApiDocument.read(file);

/** Our operations with the published ones of the same name. Only a newer page of Peridio's user guide contains the others. */
export const pairs = ours.operations
  .filter(({ sources }) => sources.includes("peridio"))
  .map((our) => {
    const their = theirs.operations.find(({ id }) => id === our.id);
    return [our.id, our, their ?? fail(`${our.id} is not published`)] as const;
  });

/** The published responses that operations share, by name. */
export const sharedResponses = theirs.responses(theirs.resolve(theirs.root.components).responses ?? {});

/** Creates a function that lists deviations from a schema of the published document. */
export function createPublishedValidator(schema: unknown): (value: unknown) => string[] {
  const validate = addFormats(new Ajv({ allErrors: true, strict: false })).compile({
    ...theirs.resolve(schema),
    components: theirs.root.components,
  });
  return (value) => {
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = "is wrong" }) => `${instancePath} ${message}`);
  };
}

/** Creates a function that validates values against a schema of our document. */
export function createOwnValidator(schema: unknown): (value: unknown) => boolean {
  const validate = addFormats(new Ajv2020({ strict: false })).compile({
    ...ours.resolve(schema),
    components: ours.root.components,
  });
  return (value) => validate(value);
}

export function isSuccess(status: string): boolean {
  return status.startsWith("2");
}

export function fail(reason: string): never {
  throw new Error(reason);
}
