import { testRandomly } from "../randomHistories";
import { drawAccessHistory } from "./drawHistory";
import { runHistory } from "./histories";

testRandomly(
  "declared access holds through changes, faults and drift, and no update takes access that the program keeps",
  { draw: drawAccessHistory, run: ([foundation, commands]) => runHistory([...foundation, ...commands]) },
  12,
  __filename,
);
