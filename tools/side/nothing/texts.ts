import { packageSchema } from "#framework/definitions";
import { provider } from "../../../framework/examples/notes/provider";

// The bundler runs this file and inlines its exports, so that the program contains no part of the framework.

/** The schema of the example's provider. */
export const schema = JSON.stringify(packageSchema(provider));
