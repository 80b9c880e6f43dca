import { testHistories } from "../harness/randomHistories";
import { drawPeople } from "./histories";
import { backends } from "./people";

testHistories(
  "rosters follow the program after any change outside Pulumi and any fault, with Avocado Connect",
  drawPeople({ backend: backends.connect, people: "rosters", hasFaults: true }),
  16,
  __filename,
);
