import { testRandomly } from "../../randomHistories";
import { drawSecretHistory } from "../drawHistory";
import { runHistory } from "../histories";

testRandomly(
  "declared API tokens, webhooks and claim tokens work through rotations, faults and drift, and no secret is lost or readable",
  { draw: drawSecretHistory, run: ([foundation, commands]) => runHistory([...foundation, ...commands]) },
  12,
  __filename,
);
