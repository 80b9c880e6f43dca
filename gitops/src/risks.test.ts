import { readFileSync } from "node:fs";
import { levels, riskNames, risks } from "./risks";

test("the guide to reviews has every risk", () => {
  const row = /^\| `(\w+)` +\| (\w+) +\| ([^|]+?) +\|/gm;
  const classes = [...readFileSync("docs/review.md", "utf8").matchAll(row)].map(([, ...cells]) => cells);
  expect(classes).toEqual(riskNames.map((name) => [name, risks[name].level, risks[name].words]));
});

test("the order of risks is that of their levels", () => {
  const order = riskNames.map((name) => levels.indexOf(risks[name].level));
  expect(order).toEqual([...order].sort());
});
