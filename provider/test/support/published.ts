import { testsWith } from "#testing";

/** The path of a copy of Peridio's own document of Avocado Connect, which is not part of this repository; empty without one. */
export const publishedDocument = process.env.PERIDIO_CONNECT_OPENAPI ?? "";

/** Tests that compare something with the published document. */
export const published = testsWith(
  "Set PERIDIO_CONNECT_OPENAPI to a copy of Peridio's document of Avocado Connect.",
  publishedDocument !== "",
);
