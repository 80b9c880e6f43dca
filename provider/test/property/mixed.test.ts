import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "people stay declared through moves between resources, lost responses, kills and Ctrl-C",
  { backend: backends.adminV2, people: "both", hasFaults: true },
  100,
  __filename,
);
