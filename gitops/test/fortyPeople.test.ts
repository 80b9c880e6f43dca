import { writeFileSync } from "node:fs";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { formatHtml } from "../src/report/html/html";
import { createReport } from "../src/report/report";
import { reviewFortyPeople } from "./support/fortyPeople";

test("x", () => {
  const report = createReport(reviewFortyPeople());
  writeFileSync("/tmp/w/forty/now.md", formatMarkdown(report));
  writeFileSync("/tmp/w/forty/now.html", formatHtml(report, { title: "Access review" }));
  expect(1).toBe(1);
});
