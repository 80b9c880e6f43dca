import { reportMissing } from "#framework/testing";

/** The path of a copy of Peridio's own document of Avocado Connect, which is not part of this repository. */
export const publishedDocument = process.env.PERIDIO_CONNECT_OPENAPI;

if (publishedDocument === undefined) {
  reportMissing("a copy of Peridio's document of Avocado Connect, whose path PERIDIO_CONNECT_OPENAPI contains");
}

/** Declares tests that compare something with the published document. Without a copy of it, they are skipped. */
export const describePublished = publishedDocument === undefined ? describe.skip : describe;
