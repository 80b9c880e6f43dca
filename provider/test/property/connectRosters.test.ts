import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "rosters follow the program after any change outside Pulumi and any fault, with Avocado Connect",
  { backend: backends.connect, people: "rosters", hasFaults: true },
  40,
  __filename,
);
