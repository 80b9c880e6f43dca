import { readdirSync } from "node:fs";
import { testWalk } from "./support/walk";

const pages = ["CONTRIBUTING.md", ...readdirSync("docs/contributing").map((name) => `docs/contributing/${name}`)];

describe.each(pages)("%s", (page) => {
  testWalk(page);
});
