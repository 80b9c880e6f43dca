import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { isTooWide, findViolations, type VisitOptions } from "../../scripts/browser/visit";
import { useBrowser } from "../../scripts/browser/testing";
import { formatHtml } from "../src/report/html/html";
import { createReport } from "../src/report/report";
import type { Review } from "../src/review/review";
import {
  acme,
  acmeProjects,
  changed,
  kept,
  large,
  largeProjects,
  organization,
  reviewOf,
} from "./support/sampleReviews";

const { inBrowser, open } = useBrowser();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Opens the review's page from a file, as after a download. */
function show(review: Review, options?: VisitOptions): Promise<Page> {
  const file = join(folder, "review.html");
  writeFileSync(file, formatHtml(createReport(review), { title: "Promote Bob" }));
  return open(pathToFileURL(file).href, options);
}

const people = (page: Page) => page.locator("#grid tbody th").allInnerTexts();
const organizations = (page: Page) => page.locator("#grid thead th bdi").allInnerTexts();
const shown = (page: Page) => page.locator("#shown").innerText();
const focused = (page: Page) => page.locator("#grid :focus").innerText();
const chosen = async (page: Page) => (await page.locator("#inspector").innerText()).replace(/\s+/g, " ");

inBrowser("the matrix begins with the changes, and shows everyone on demand", async () => {
  const page = await show(acme);
  expect(await people(page)).toHaveLength(7);
  expect(await shown(page)).toBe("7 of 13 people, 3 of 3 organizations");
  await page.getByLabel("Only changes").uncheck();
  expect(await people(page)).toContain("kim@acme.example");
  expect(await shown(page)).toBe("13 of 13 people, 3 of 3 organizations");
});

inBrowser("the matrix begins with everyone if nothing changes", async () => {
  const page = await show(
    reviewOf({ organizations: [organization("dev")], people: [kept("dev", "kim@acme.example", "viewer")] }),
  );
  expect(await people(page)).toEqual(["kim@acme.example"]);
});

inBrowser("a text filters people and organizations, each by its words", async () => {
  const page = await show(acme);
  const search = page.getByLabel("Person or organization");
  await search.fill("BOB");
  expect([await people(page), await organizations(page)]).toEqual([
    ["bob@acme.example"],
    ["acme-dev", "acme-field", "acme-production"],
  ]);
  await search.fill("production");
  expect([await people(page), await organizations(page)]).toEqual([
    ["bob@acme.example", "frank@acme.example", "ivan@acme.example"],
    ["acme-production"],
  ]);
  await search.fill("dev frank");
  expect([await people(page), await organizations(page)]).toEqual([["frank@acme.example"], ["acme-dev"]]);
  await search.fill("nobody");
  expect(await page.getByText("No person matches this filter.").isVisible()).toBe(true);
});

inBrowser("the filter has levels, risks, and roles before or after the change", async () => {
  const page = await show(acme);
  const [risk, role] = [page.getByRole("combobox", { name: "Risk" }), page.getByRole("combobox", { name: "Role" })];
  await risk.selectOption("high");
  expect(await people(page)).toEqual([
    "ada@acme.example",
    "bob@acme.example",
    "frank@acme.example",
    "nina@partner.example",
  ]);
  await risk.selectOption("removes an admin");
  expect(await people(page)).toEqual(["frank@acme.example"]);
  expect(await risk.locator("option").allInnerTexts()).not.toContain("changes an owner");
  await risk.selectOption("");
  await role.selectOption("manager");
  expect(await people(page)).toEqual(["dora@acme.example", "judy@acme.example"]);
  await role.selectOption("owner");
  expect(await people(page)).toEqual(["ada@acme.example"]);
  await page.getByRole("button", { name: "Show everything" }).click();
  expect(await people(page)).toHaveLength(13);
  expect(await role.inputValue()).toBe("");
});

inBrowser("a change has a symbol and words besides its colour, and the legend explains every symbol", async () => {
  const page = await show(acme);
  const cell = page.locator("#grid td", { hasText: "was viewer" }).first();
  expect((await cell.innerText()).replace(/\s+/g, " ")).toBe(
    "high risk, role raised: admin (there is a note) was viewer",
  );
  const signs = (within: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll("${within} use")].map((use) => use.getAttribute("href"))`);
  const explained = await signs("#legend");
  expect((await signs("#grid td")).filter((sign) => !explained.includes(sign))).toEqual([]);
  for (const sign of await signs("body")) expect(await page.locator(`symbol${sign}`).count()).toBe(1);
});

inBrowser("the matrix is one stop of the Tab key, and arrow keys move between cells", async () => {
  const page = await show(acme);
  await page.getByRole("button", { name: "Show everything" }).focus();
  await page.getByLabel("Only changes").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await chosen(page)).toContain("ada@acme.example in acme-field: no access to admin (owner)");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await chosen(page)).toBe(
    "bob@acme.example in acme-production: viewer to admin high risk: grants admin bob@acme.example is an admin of no other organization.",
  );
  await page.keyboard.press("Home");
  expect(await focused(page)).toBe("bob@acme.example");
  await page.keyboard.press("Control+End");
  expect(await chosen(page)).toBe("nina@partner.example in acme-production: no access");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await chosen(page)).toBe("nina@partner.example in acme-production: no access");
  await page.keyboard.press("Control+Home");
  expect(await focused(page)).toBe("Person");
  await page.keyboard.press("End");
  expect(await chosen(page)).toBe(
    "acme-production: 2 people with hidden addresses, perhaps others that no stack declares",
  );
  await page.keyboard.press("Tab");
  expect(await page.locator("#grid :focus").count()).toBe(0);
});

inBrowser("a click selects a cell", async () => {
  const page = await show(acme);
  await page.locator("#grid td", { hasText: "was manager" }).click();
  expect(await chosen(page)).toBe("judy@acme.example in acme-dev: manager to developer low risk: lowers a role");
});

inBrowser("the first stop of the Tab key skips the head", async () => {
  const page = await show(acme);
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").innerText()).toBe("Skip to the summary");
  await page.keyboard.press("Enter");
  // The browser navigates after the key press.
  await page.waitForURL(/#summary$/);
  expect(page.url()).toMatch(/#summary$/);
});

inBrowser("the head and the first column stay visible while the matrix scrolls", async () => {
  const page = await show(large(100, 25), { width: 900 });
  await page.evaluate("document.querySelector('#scroller').scrollTo(800, 900)");
  const box = await page.locator("#scroller").boundingBox();
  const corner = await page.locator("#grid thead th").first().boundingBox();
  expect([corner?.x, corner?.y].map((one) => Math.round(one ?? 0))).toEqual(
    [box?.x, box?.y].map((one) => Math.round((one ?? 0) + 1)),
  );
});

inBrowser("seven organizations fit a laptop, and all rows have one height", async () => {
  const page = await show(large(40, 7));
  expect(await page.evaluate("scroller.scrollWidth <= scroller.clientWidth")).toBe(true);
  const heights = await page.evaluate<number[]>("[...body.rows].map((row) => row.getBoundingClientRect().height)");
  expect(heights.length).toBeGreaterThan(20);
  expect(new Set(heights).size).toBe(1);
});

inBrowser("the details of a cell do not cover it, also at the lower edge of the window", async () => {
  const page = await show(large(40, 7));
  await page.evaluate("scroller.scrollIntoView({ block: 'start' }); scrollBy(0, -300)");
  const place = "[...body.rows].findLast((row) => row.getBoundingClientRect().bottom < innerHeight)";
  await page.evaluate(`${place}.cells[1].focus({ preventScroll: true })`);
  expect(await chosen(page)).toContain("@acme.example in organization-0000");
  const distance = "inspector.getBoundingClientRect().top - document.activeElement.getBoundingClientRect().bottom";
  expect(await page.evaluate<number>(distance)).toBeGreaterThanOrEqual(0);
});

inBrowser("2,000 people in 25 organizations appear row by row, and the keyboard reaches all of them", async () => {
  const page = await show(large(2000, 25));
  expect(await shown(page)).toBe("2,000 of 2,000 people, 25 of 25 organizations");
  expect((await people(page)).length).toBeLessThan(200);
  await page.locator("#grid td").first().click();
  await page.keyboard.press("Control+End");
  expect(await chosen(page)).toContain("person-1999@acme.example in organization-0024");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("ArrowUp");
  expect(await chosen(page)).toContain("person-1988@acme.example in organization-0024");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("person-0000@acme.example");
  expect((await people(page)).length).toBeLessThan(200);
  await page.getByLabel("Person or organization").fill("person-0042 organization-0000");
  expect([await people(page), await organizations(page)]).toEqual([
    ["person-0042@acme.example"],
    ["organization-0000"],
  ]);
});

inBrowser("a page about 2,000 people and 50 projects in each of 50 organizations has few elements", async () => {
  const many = large(2000, 50);
  const settings = many.people.map(({ organization, email }, index) => ({
    organization,
    section: "projects" as const,
    setting: `project ${index % 50}`,
    words: `Access to project ${index % 50} for ${email}: granted directly.`,
    risks: ["grantsAccess" as const],
  }));
  const page = await show({ ...many, settings });
  expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(30_000);
  await page.getByLabel("Person or organization").fill("person-1999");
  expect(await people(page)).toEqual(["person-1999@acme.example"]);
});

inBrowser("scrolling draws more rows", async () => {
  const page = await show(large(200, 10));
  const before = (await people(page)).length;
  await page.evaluate("document.querySelector('#scroller').scrollTo(0, 1e6)");
  await page.locator("#grid tbody tr").nth(before).waitFor();
  await page.locator("#grid td").first().focus();
  await page.keyboard.press("Control+End");
  const first = Number(await page.locator("#grid tbody tr").first().getAttribute("aria-rowindex"));
  await page.evaluate("document.querySelector('#scroller').scrollTo(0, 0)");
  await page.locator(`#grid tr[aria-rowindex="${first - 1}"]`).waitFor();
});

inBrowser("paper has every row", async () => {
  const page = await show(large(200, 10));
  await page.pdf();
  expect(await people(page)).toHaveLength(200);
});

inBrowser.each(["light", "dark"] as const)("axe accepts the %s page", async (colorScheme) => {
  const page = await show(acme, { colorScheme });
  await page.locator("#grid td", { hasText: "was viewer" }).first().click();
  expect(await findViolations(page)).toEqual([]);
  await page.getByLabel("Only changes").uncheck();
  expect(await findViolations(page)).toEqual([]);
});

inBrowser("dark and light follow the reader's setting", async () => {
  const background = (page: Page) => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const [light, dark] = [await show(acme), await show(acme, { colorScheme: "dark" })];
  expect(await background(light)).not.toBe(await background(dark));
});

inBrowser("a phone scrolls sideways in the matrix, not in the page", async () => {
  const page = await show(acme, { width: 390, height: 844 });
  expect(await isTooWide(page)).toBe(false);
  expect(
    await page.evaluate(
      "document.querySelector('#grid').clientWidth > document.querySelector('#scroller').clientWidth",
    ),
  ).toBe(true);
  expect(await findViolations(page)).toEqual([]);
});

inBrowser("the matrix marks its right edge if there is more", async () => {
  const page = await show(acme, { width: 390, height: 844 });
  const hint = page.getByText("Scroll sideways for more columns");
  const hasMore = () => page.evaluate<boolean>("document.querySelector('#edge').classList.contains('more')");
  expect([await hint.isVisible(), await hasMore()]).toEqual([true, true]);
  await page.evaluate("document.querySelector('#scroller').scrollTo(1e6, 0)");
  await page.locator("#edge:not(.more)").waitFor();
  const desk = await show(acme);
  expect(await desk.getByText("Scroll sideways for more columns").isVisible()).toBe(false);
});

inBrowser("addresses break before the domain or after punctuation, never in a word", async () => {
  const email = "maximiliane.schneider@subsidiary.acme.example";
  const page = await show(
    reviewOf({
      organizations: [organization("dev")],
      people: [changed("dev", email, "viewer", "admin", ["grantsAdmin"])],
    }),
    { width: 390, height: 844 },
  );
  for (const place of ["#grid tbody th", "#people .who"]) {
    const words = await page.evaluate<readonly string[]>(`[...document.querySelectorAll("${place} .unit")]
      .flatMap((unit) => [...unit.childNodes])
      .filter((node) => node instanceof Text)
      .map((text) => {
        const range = document.createRange();
        range.selectNodeContents(text);
        return text.data + (range.getClientRects().length === 1 ? "" : " breaks");
      })`);
    expect(words).toEqual(["maximiliane.", "schneider@", "subsidiary.", "acme.", "example"]);
  }
});

inBrowser("the page without JavaScript has the changes and no dead controls", async () => {
  const page = await show(acme, { javaScript: false });
  expect(await page.locator("section[id^=people] li.change").count()).toBe(8);
  expect(await page.locator("#filter").isVisible()).toBe(false);
  expect(await page.getByText("The matrix requires JavaScript.").isVisible()).toBe(true);
});

inBrowser("hostile names, addresses and notes are visible texts", async () => {
  const evil = `"'><img src=x onerror="document.title='broken'"></script><script>document.title='broken'</script><!--`;
  const people = [
    changed("a", `${evil}@acme.example`, "viewer", "admin", ["grantsAdmin"], [evil]),
    changed("a", "elpmaxe.emca@\u202Eada", null, "viewer planned", ["addsPerson"]),
    kept("a", "__proto__", "viewer"),
  ];
  const page = await show(
    reviewOf({ organizations: [organization("a", { name: evil })], people, unknowns: [evil], stacks: [evil] }),
  );
  await page.locator("#grid td", { hasText: "was viewer" }).click();
  expect(await chosen(page)).toContain(evil);
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.title()).toBe("Promote Bob");
  await page.getByLabel("Person or organization").fill("202e");
  expect(await page.locator("#grid tbody th").allInnerTexts()).toEqual(["elpmaxe.emca@[U+202E]ada"]);
});

const projectChoice = (page: Page) => page.getByRole("combobox", { name: "Projects and cohorts" });

inBrowser("a page about no project has no choice of projects", async () => {
  const page = await show(acme);
  expect(await projectChoice(page).count()).toBe(0);
  expect(await page.getByText("no known access").count()).toBe(0);
});

inBrowser("each project and cohort has a column beside its organization, first those that change", async () => {
  const page = await show(acmeProjects);
  const heads = async () => (await page.locator("#grid thead th").allInnerTexts()).map((text) => text.split("\n")[0]);
  expect(await heads()).toEqual(["Person", "acme-dev", "firmware", "firmware/canary", "gateways", "acme-lab"]);
  expect(await people(page)).toEqual([
    "ada@acme.example",
    "bob@acme.example",
    "carl@acme.example",
    "dora@acme.example",
  ]);
  expect(await shown(page)).toBe("4 of 5 people, 2 of 2 organizations, 3 of 4 projects and cohorts");
  await projectChoice(page).selectOption("all");
  expect(await heads()).toContain("sensors");
  await projectChoice(page).selectOption("none");
  expect(await page.getByText("No person matches this filter.").isVisible()).toBe(true);
  await page.getByLabel("Only changes").uncheck();
  expect(await heads()).toEqual(["Person", "acme-dev", "acme-lab"]);
  await page.getByRole("button", { name: "Show everything" }).click();
  expect(await shown(page)).toBe("5 of 5 people, 2 of 2 organizations, 4 of 4 projects and cohorts");
});

inBrowser("the inspector says why a person has access to a project", async () => {
  const page = await show(acmeProjects);
  await page.getByRole("button", { name: "Show everything" }).click();
  const select = async (row: number, column: number) => {
    await page
      .locator(`#grid tr[aria-rowindex="${row + 1}"] td`)
      .nth(column)
      .click();
    return chosen(page);
  };
  const [field, lab] = [1, 5];
  expect(await select(1, field)).toBe(
    "ada@acme.example, project firmware in acme-dev: access Reason: as an admin In the organization: admin (owner)",
  );
  expect(await select(2, field)).toBe(
    "bob@acme.example, project firmware in acme-dev: no access to access After: through group field In the organization: role member (invited)",
  );
  expect(await select(3, 3)).toContain(
    "access Before: granted directly After: open to everyone in the organization, granted directly",
  );
  expect(await select(2, 2)).toContain("After: open to everyone with access to the project");
  expect(await select(3, field)).toContain("access to no access");
  // A role that the review does not know may be admin.
  expect(await select(4, field)).toContain("no known access In the organization: unknown role");
  expect(await select(5, lab)).toContain("project sensors in acme-lab: no known access");
  expect(await select(2, lab)).toContain("project sensors in acme-lab: no access");
  await page.keyboard.press("Control+Home");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  expect(await chosen(page)).toBe(
    "cohort firmware/canary in acme-dev: created, open to everyone with access to the project",
  );
});

inBrowser("a text finds projects by their name and by their organization", async () => {
  const page = await show(acmeProjects);
  await page.getByRole("button", { name: "Show everything" }).click();
  const search = page.getByLabel("Person, organization or project");
  await search.fill("gateways carl");
  expect([await people(page), await organizations(page)]).toEqual([["carl@acme.example"], ["gateways", "acme-dev"]]);
  await search.fill("acme-lab");
  expect(await organizations(page)).toEqual(["acme-lab", "sensors", "acme-lab"]);
});

inBrowser("2,000 people and 500 projects fit in the page", async () => {
  const page = await show(largeProjects(500));
  expect(await shown(page)).toBe("2,000 of 2,000 people, 1 of 1 organizations, 60 of 500 projects and cohorts");
  expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(30_000);
  const seconds = await page.evaluate<number>(
    "(() => { const at = performance.now(); showMatrix(); return (performance.now() - at) / 1000; })()",
  );
  expect(seconds).toBeLessThan(3);
  await page.getByLabel("Person, organization or project").fill("person-1999 project-499");
  expect(await organizations(page)).toEqual(["project-499", "organization-0000"]);
});

inBrowser.each([
  ["light", 1280],
  ["dark", 390],
] as const)("axe accepts the %s matrix of projects on a screen of %d pixels", async (colorScheme, width) => {
  const page = await show(acmeProjects, { colorScheme, width });
  await page.getByRole("button", { name: "Show everything" }).click();
  await page.locator("#grid td", { hasText: "new" }).first().click();
  expect(await findViolations(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
});
