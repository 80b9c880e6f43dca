import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "memberships follow the program after any change outside Pulumi",
  drawPeople({ backend: backends.adminV2, people: "memberships", hasFaults: false }),
  40,
  __filename,
);
