import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findViolations, isTooWide } from "../../scripts/browser/visit";
import { useBrowser } from "../../scripts/browser/testing";
import type { Row } from "../src/certify/campaign";
import { formatHtml } from "../src/certify/tables";

const { inBrowser, open } = useBrowser();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "campaign-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const unknown: Row = {
  ...{
    organization: "",
    person: "",
    answer: "",
    role: "admin",
    status: "member",
    declared: "admin",
    path: "own entry",
  },
  ...{ ends: "never", "groups and grants": "", since: "2026-05-01", "last active": "unknown", "second factor": "yes" },
  ...{ "approved by": "unknown", evidence: "unknown", people: "2", reviewer: "unknown", due: "unknown" },
  ...{ created: "2027-01-31T08:00:00.000Z", commit: "unknown" },
};

function createRow(organization: string, person: string, facts: Partial<Row> = {}): Row {
  return { ...unknown, organization, person, ...facts };
}

inBrowser.each([1280, 390])("a campaign at %s pixels shows each fact as text, for everyone", async (width) => {
  const rows = [
    createRow("acme-dev", "ada@acme.example", { reviewer: "grace", due: "2027-03-31" }),
    createRow("acme-dev", "<img src=x onerror=alert(1)>@acme.example", { "approved by": "ada \u202eeve" }),
    createRow("acme-production", "bob@acme.example", { "groups and grants": "group field; project firmware" }),
  ];
  const file = join(folder, "access.html");
  writeFileSync(file, formatHtml(rows));
  const page = await open(pathToFileURL(file).href, { width });

  expect(await page.locator("h2").allInnerTexts()).toEqual(["acme-dev", "acme-production"]);
  expect(await page.locator("tbody th").allInnerTexts()).toEqual(rows.map(({ person }) => person));
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.locator("body").innerText()).not.toContain("\u202e");
  expect(await page.locator("section p").first().innerText()).toContain("Reviewer grace, due 2027-03-31");
  expect(await page.getByRole("cell", { name: "group field; project firmware" }).count()).toBe(1);
  expect(await isTooWide(page)).toBe(false);
  expect(await findViolations(page)).toEqual([]);
});
