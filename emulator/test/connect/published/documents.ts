import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { connect } from "../../../src/apis/connect/api";
import { ApiDocument } from "./apiDocument";

// Peridio's published document is no part of this project. Whoever has it compares ours with it:
// PERIDIO_CONNECT_OPENAPI=FILE npx jest --testPathPatterns connect/published
const file = process.env.PERIDIO_CONNECT_OPENAPI ?? "";

/** `describe` where the published document is at hand; elsewhere its tests are shown as skipped. */
export const comparing = file === "" ? describe.skip : describe;

export const ours = ApiDocument.read(connect.document);
/** The published document. */
export const theirs = file === "" ? ours : ApiDocument.read(file);

/** Our operations, each with the published one of the same name. */
export const pairs = ours.operations.map((our) => {
  const their = theirs.operations.find(({ id }) => id === our.id);
  return [our.id, our, their ?? never(`${our.id} is not published`)] as const;
});

/** The published answers that operations refer to, by their names. */
export const sharedResponses = theirs.responses(theirs.resolve(theirs.root.components).responses ?? {});

/** How a value deviates from a schema of the published document; empty if it does not. */
export function deviations(schema: unknown): (value: unknown) => string[] {
  const validate = addFormats(new Ajv({ allErrors: true, strict: false })).compile({
    ...theirs.resolve(schema),
    components: theirs.root.components,
  });
  return (value) => {
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = "is wrong" }) => `${instancePath} ${message}`);
  };
}

/** Whether a value fits a schema of ours. */
export function fitsOurs(schema: unknown): (value: unknown) => boolean {
  const validate = addFormats(new Ajv2020({ strict: false })).compile({
    ...ours.resolve(schema),
    components: ours.root.components,
  });
  return (value) => validate(value);
}

export function isSuccess(status: string): boolean {
  return status.startsWith("2");
}

export function never(reason: string): never {
  throw new Error(reason);
}
