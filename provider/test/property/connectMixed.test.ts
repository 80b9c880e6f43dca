import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "people stay declared through moves between resources, lost responses, kills and Ctrl-C, with Avocado Connect",
  { backend: backends.connect, people: "both", hasFaults: true },
  40,
  __filename,
);
