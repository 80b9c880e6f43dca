import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "people stay declared through moves between resources, lost responses, kills and Ctrl-C",
  drawPeople({ backend: backends.adminV2, people: "both", hasFaults: true }),
  40,
  __filename,
);
