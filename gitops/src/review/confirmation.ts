import * as z from "zod";

/** What `confirm --json` prints; `gitops/confirm.schema.json` is made of this. */
export const confirmation = z
  .strictObject({
    differences: z.array(z.string()).meta({
      description: "How the change differs from what was reviewed, in whole sentences; empty if it does the same.",
    }),
  })
  .meta({ title: "A confirmation of a review", description: "Whether a change still does what was reviewed." });

export type Confirmation = z.output<typeof confirmation>;
