import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "memberships follow the program after any change outside Pulumi, with Avocado Connect",
  drawPeople({ backend: backends.connect, people: "memberships", hasFaults: false }),
  16,
  __filename,
);
