import { testHistories } from "../harness/randomHistories";
import { accessHistories } from "./histories";

testHistories(
  "declared access holds through changes, faults and drift, and no update takes access that the program keeps",
  accessHistories,
  12,
  __filename,
);
