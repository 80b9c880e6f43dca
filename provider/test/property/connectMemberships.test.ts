import { backends } from "./people";
import { testHistories } from "./randomHistories";

testHistories(
  "memberships follow the program after any change outside Pulumi, with Avocado Connect",
  { backend: backends.connect, people: "memberships", hasFaults: false },
  40,
  __filename,
);
