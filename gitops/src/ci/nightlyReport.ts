import { auditReport } from "../audit/report";
import { review } from "../review/review";
import { array, constant, root } from "../schema";

// The schema of `ci nightly --json-file`. `gitops/nightly.schema.json` is generated from it.
export const nightlyReport = root(
  "The report of a night",
  "The changes outside Pulumi, the changes that are due, and the findings of an audit.",
  {
    version: constant(1, "The version of this format."),
    reviews: array(
      review,
      "The reviews of `changed outside Pulumi` (`drift`) and of `to be applied` (`change`). A review that failed is absent.",
    ),
    audit: auditReport.optional().meta({ description: "The audit. Absent if it could not start." }),
  },
);
