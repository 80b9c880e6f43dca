import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "rosters follow the program after any change outside Pulumi and any fault",
  drawPeople({ backend: backends.adminV2, people: "rosters", hasFaults: true }),
  40,
  __filename,
);
