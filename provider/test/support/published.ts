import { testsWith } from "#testing";

/** The path of a copy of Peridio's own document of Avocado Connect, which is not part of this repository; empty without one. */
export const publishedDocument = process.env.PERIDIO_CONNECT_OPENAPI ?? "";

/** Declares tests that compare something with the published document. */
export const describePublished = testsWith(
  "Set PERIDIO_CONNECT_OPENAPI to a copy of Peridio's document of Avocado Connect.",
  publishedDocument !== "",
).describe;
