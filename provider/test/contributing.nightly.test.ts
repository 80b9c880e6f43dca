import { readdirSync } from "node:fs";
import { testWalk } from "./support/walk";

describe.each(readdirSync("docs/contributing").map((name) => [`docs/contributing/${name}`]))("%s", (page) => {
  testWalk(page);
});
