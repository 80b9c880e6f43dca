import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "openapi-backend";
import { parse } from "yaml";
import { z } from "zod";

// The bundler runs this file and puts its exports into the program.

const read = (name: string) => {
  const text = readFileSync(join(__dirname, "../../../api", name), "utf8");
  // A test validates the documents.
  return z.custom<Document>().parse(parse(text));
};

/** The OpenAPI documents of both APIs. */
export const documents = { adminV2: read("admin-v2.openapi.yaml"), connect: read("connect.openapi.yaml") };
