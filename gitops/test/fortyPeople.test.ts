import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { newAdmin, outsider, reviewFortyPeople } from "./support/fortyPeople";
import { expectGolden } from "./support/golden";

/** The review of a change of 40 people, as a busy person reads it. */

/** The words of the same review before equal changes were grouped. */
const formerWords = 960;

const write = (address?: string) => formatMarkdown(createReport(reviewFortyPeople(address)));

test("needs 70 % of the former words", () => {
  const text = write();
  expectGolden("reviews/fortyPeople.md", text);
  expect(text.split(/\s+/).length).toBeLessThanOrEqual(formerWords * 0.7);
});

test.each([outsider, "aaron@partner.example", "p16@partner.example", "zzz@zzz.example"])(
  "names the outsider %s and the most dangerous changes first, whatever the address",
  (address) => {
    const text = write(address);
    const [summary = ""] = text.split("\n").filter((line) => line.startsWith("**Refused"));
    for (const name of [`outsider \`${address}\``, newAdmin, "project legacy", "API token ci", "webhook audit"])
      expect(summary).toContain(name);
    const [first = "", second = "", ...others] = text.split("\n").filter((line) => /^\| (?:`|<)/.test(line));
    expect(first).toContain(newAdmin);
    expect(second).toContain(`\`${address}\` (outsider)`);
    expect(others.join("\n")).not.toContain("outsider");
    const access = text.split("\n").filter((line) => line.includes("grants access to a project<br>"));
    expect(access[0]).toMatch(new RegExp(`: the outsider \`${address}\`, with access to `));
    expect(access[1]).not.toContain(address);
    const page = formatHtml(createReport(reviewFortyPeople(address)), { title: "Access review" });
    expect(page.slice(0, page.indexOf('id="rules"'))).toContain(address.split("@")[0]);
  },
);

test("states each fact once", () => {
  const text = write();
  const visible = text.slice(0, text.indexOf("<summary>All access"));
  // The only other mention of an address is the one of a rule that it breaks.
  expect(visible.match(/p20@acme\.example/g)).toHaveLength(1);
  expect(visible.match(/p05@acme\.example/g)).toHaveLength(1);
  expect(visible.match(/Managers are for production/g)).toHaveLength(1);
});
