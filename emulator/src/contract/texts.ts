import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "openapi-backend";
import { parse } from "yaml";
import { z } from "zod";

// The bundler runs this file and puts its exports into the program.

const outline = z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) });

/** A test validates the rest of the documents. */
const document = z.custom<Document>((value) => outline.safeParse(value).success, "not an OpenAPI document");

const read = (name: string) => document.parse(parse(readFileSync(join(__dirname, "../../../api", name), "utf8")));

/** The OpenAPI documents of both APIs. */
export const documents = { adminV2: read("admin-v2.openapi.yaml"), connect: read("connect.openapi.yaml") };
