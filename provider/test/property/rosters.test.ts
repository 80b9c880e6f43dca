import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "rosters follow the program after any change outside Pulumi and any fault",
  { backend: backends.adminV2, people: "rosters", hasFaults: true },
  100,
  __filename,
);
