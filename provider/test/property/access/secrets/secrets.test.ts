import { testHistories } from "../../harness/randomHistories";
import { secretHistories } from "../histories";

testHistories(
  "declared API tokens, webhooks and claim tokens work through rotations, faults and drift, and no secret is lost or readable",
  secretHistories,
  12,
  __filename,
);
