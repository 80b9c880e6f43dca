import { readFileSync } from "node:fs";
import { join } from "node:path";
import { acceptedLayout, parseLayout } from "../src/layout";
import { version } from "../src/version";

const guide = readFileSync(join(__dirname, "../../docs/layouts.md"), "utf8");

const layouts = [...guide.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, text = ""]) => text)
  .filter((text) => /^organizations:/m.test(text));

test.each(layouts)("the guide shows a valid layout: %#", (text) => {
  expect(
    parseLayout([{ file: "layout.yaml", text }], { now: new Date("2027-01-31"), version }).organizations,
  ).not.toEqual([]);
});

test.each(Object.keys(acceptedLayout.shape))("the guide shows %s", (key) => {
  expect(guide).toMatch(new RegExp(`^${key}:|\`${key.replace("$", "\\$")}\``, "m"));
});

test("the guide shows the error of its first layout with two mistakes", () => {
  const text = layouts[0]
    ?.replace("203.0.113.0/24", "203.0.113.7")
    .replace("acme-dev: developer", "acme-dev: developr");
  const [, shown = ""] = /```text\n(.*?)\n```/s.exec(guide) ?? [];
  const sources = [{ file: "layout.yaml", text: text ?? "" }];
  expect(() => parseLayout(sources, { now: new Date("2027-01-31"), version })).toThrow(new Error(shown));
});
