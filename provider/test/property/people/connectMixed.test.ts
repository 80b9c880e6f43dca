import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "people stay declared through moves between resources, lost responses, kills and Ctrl-C, with Avocado Connect",
  drawPeople({ backend: backends.connect, people: "both", hasFaults: true }),
  16,
  __filename,
);
