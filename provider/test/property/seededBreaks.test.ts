import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breaks } from "./seededBreaks";

test.each(breaks)("the source contains the text that the break changes once: $what", ({ file, from, to }) => {
  expect(to).not.toBe(from);
  expect(readFileSync(join(__dirname, "../../..", file), "utf8").split(from)).toHaveLength(2);
});
