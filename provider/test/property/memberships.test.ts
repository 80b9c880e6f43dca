import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "memberships follow the program after any change outside Pulumi",
  { backend: backends.adminV2, people: "memberships", hasFaults: false },
  100,
  __filename,
);
