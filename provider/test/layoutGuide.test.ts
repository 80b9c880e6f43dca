import { readFileSync } from "node:fs";
import { join } from "node:path";
import { layoutOf } from "../src/layouts/layout";
import { layoutFile } from "../src/layouts/schema";
import { version } from "../src/core/version";

const guide = readFileSync(join(__dirname, "../../docs/layouts.md"), "utf8");

const layouts = [...guide.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, text = ""]) => text)
  .filter((text) => /^organizations:/m.test(text));

test.each(layouts)("the guide shows a good layout: %#", (text) => {
  expect(layoutOf([{ file: "layout.yaml", text }], { today: "2027-01-31", version }).organizations).not.toEqual([]);
});

test.each(Object.keys(layoutFile.shape))("the guide shows %s", (key) => {
  expect(guide).toMatch(new RegExp(`^${key}:|\`${key.replace("$", "\\$")}\``, "m"));
});
