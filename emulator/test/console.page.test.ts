import type { Page } from "playwright-core";
import { isTooWide, findViolations, type VisitOptions } from "../../scripts/browser/visit";
import { useBrowser } from "../../scripts/browser/testing";
import { nightlyCases } from "#testing";
import { readOverview } from "../src/control/overview";
import { Emulator } from "../src/emulator";
import { serve, type Server } from "../src/server";

const { inBrowser, open, openVisit } = useBrowser();

let emulator: Emulator;
let server: Server | undefined;
beforeEach(async () => {
  emulator = new Emulator({ now: () => new Date("2027-01-01T09:30:00Z") });
  const { control } = emulator;
  await control.createOrganization("acme-dev", { display_name: "Acme development" });
  control.addUser("bob@acme.example", { name: "Bob <b>B.</b>" });
  control.addMember("bob@acme.example", "acme-dev", "developer");
  await control.invite("carl@partner.example", "acme-dev", "viewer");
  server = await serve(emulator, { port: 0 });
});
afterEach(() => server?.close());

const url = () => `${server?.url ?? ""}/`;

async function openConsole(options?: VisitOptions): Promise<Page> {
  const page = await open(url(), options);
  await page.getByRole("heading", { name: "acme-dev" }).waitFor();
  return page;
}

function readAcme() {
  const [organization] = readOverview(emulator).organizations;
  if (organization === undefined) throw new Error("There is no organization.");
  return organization;
}

const findMember = (email: string) => readAcme().members.find((member) => member.email === email);

/** Acts on the page, and waits until the emulator fulfils the condition. */
async function actUntil(isFulfilled: () => boolean, act: () => Promise<unknown>): Promise<void> {
  expect(isFulfilled()).toBe(false);
  await act();
  while (!isFulfilled()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Confirms or dismisses the next dialog. Returns a function that reads its question. */
function answerDialog(page: Page, isConfirmed: boolean): () => string {
  let question = "";
  page.once("dialog", (dialog) => {
    question = dialog.message();
    void (isConfirmed ? dialog.accept() : dialog.dismiss());
  });
  return () => question;
}

inBrowser("shows an organization with its people and settings, and names as text", async () => {
  await emulator.control.updateSecuritySettings("acme-dev", {
    two_factor_required: true,
    session_timeout: 28_800,
    api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
    ip_allowlist: [{ cidr: "203.0.113.0/24", description: "Office" }],
  });
  const page = await openConsole();
  const card = (await page.locator(".card").innerText()).replace(/\s+/g, " ");
  for (const text of [
    "acme-dev Acme development · 2 members · 1 pending invitation",
    "ada@acme.example Ada Lovelace admin (owner)",
    "bob@acme.example Bob <b>B.</b>",
    "carl@partner.example viewer pending until 2027-01-08 09:30",
    "2FA required · sessions end after 8 h · API keys rotate every 90 days · 1 CIDR block allowed",
  ]) {
    expect(card).toContain(text);
  }
  expect(await page.locator("#clock").innerText()).toBe("2027-01-01 09:30 UTC");
});

/** Adds a group, a project with a cohort, an API token, a webhook and claim tokens. Returns all secrets. */
async function addAccess(): Promise<readonly string[]> {
  const { control } = emulator;
  const { id } = control.getOrganization("acme-dev");
  const group_id = control.addGroup("field", "acme-dev");
  const firmware = control.access.addProject("firmware", "acme-dev", { everyone_enabled: false });
  const cohort_id = control.access.addCohort("canary", "firmware", "acme-dev", { description: "First <i>devices</i>" });
  control.access.setDevices("canary", "firmware", "acme-dev", 3);
  const send = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const response = await fetch(`${url()}api/orgs/${id}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
  };
  const user_id = control.getOrganization("acme-dev").members.at(-1)?.user_id;
  await send(`groups/${group_id}/members`, { user_id });
  await send(`projects/${firmware}/access/groups`, { group_id });
  await send("api-tokens", { name: "pipeline" });
  await send("webhooks", { webhook_endpoint: { name: "alerts", url: "https://acme.example/1", enabled: false } });
  const expires_at = "2027-02-01T00:00:00Z";
  await send("claim_tokens", { claim_token: { name: "factory", max_uses: 5, cohort_id, tags: ["lab"], expires_at } });
  await send("claim_tokens", { claim_token: { name: "once", max_uses: 1 } });
  control.tokens.consumeClaimToken("once", "acme-dev");
  const { api_tokens, webhooks, claim_tokens } = control.getOrganization("acme-dev");
  return [...api_tokens, ...claim_tokens].map(({ token }) => token).concat(webhooks.map(({ secret }) => secret));
}

const accessTitles = ["Groups", "Projects", "Cohorts", "API tokens", "Webhooks", "Claim tokens"];

inBrowser("shows groups, projects, cohorts, tokens and webhooks, without their secrets", async () => {
  const secrets = await addAccess();
  const page = await openConsole();
  const read = async (title: string): Promise<string> => {
    await page.getByRole("heading", { name: title, exact: true }).click();
    const heading = page.getByRole("heading", { name: title, exact: true });
    const text = await page.locator("details.settings", { has: heading }).locator(".objects").innerText();
    return text.replace(/\s+/g, " ");
  };
  expect(await read("Groups")).toBe("field 1 member");
  expect(await read("Projects")).toBe("firmware open to admins, 1 group");
  expect(await read("Cohorts")).toBe("firmware/canary First <i>devices</i> · open to all members · 3 devices");
  expect(await read("API tokens")).toBe("pipeline ada@acme.example never used");
  expect(await read("Webhooks")).toBe("alerts https://acme.example/1 disabled all events");
  expect(await read("Claim tokens")).toBe(
    "factory for firmware/canary 0 of 5 uses expires 2027-02-01 00:00 tags: lab once 1 of 1 use used up",
  );
  const seen = `${await page.content()}${JSON.stringify(readOverview(emulator))}`;
  expect(secrets).toHaveLength(4);
  for (const secret of secrets) expect(seen).not.toContain(secret);
});

inBrowser("omits kinds of objects that an organization does not have", async () => {
  const page = await openConsole();
  expect(await page.locator("details.settings h3").allInnerTexts()).toEqual(["Security", "Billing and resources"]);
});

inBrowser("accepts an invitation, which moves to the past ones", async () => {
  const page = await openConsole();
  await actUntil(
    () => findMember("carl@partner.example") !== undefined,
    () => page.getByRole("button", { name: "Accept for carl@partner.example" }).click(),
  );
  await page.getByLabel("Role of carl@partner.example").waitFor();
  expect(await page.getByText("accepted").isVisible()).toBe(false);
  await page.getByText("1 past invitation").click();
  expect(await page.getByText("accepted").isVisible()).toBe(true);
});

inBrowser("changes a role and keeps the focus", async () => {
  const page = await openConsole();
  const role = page.getByLabel("Role of bob@acme.example");
  await role.focus();
  await actUntil(
    () => findMember("bob@acme.example")?.role === "admin",
    () => role.selectOption("admin"),
  );
  await page.getByRole("button", { name: "Make owner: bob@acme.example" }).waitFor();
  expect(await role.inputValue()).toBe("admin");
  await actUntil(
    () => findMember("bob@acme.example")?.role === "viewer",
    () => role.selectOption("viewer"),
  );
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Role of bob@acme.example");
});

inBrowser("transfers the ownership to an admin after a confirmation", async () => {
  await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
  const page = await openConsole();
  const own = page.getByRole("button", { name: "Make owner: bob@acme.example" });
  await actUntil(
    () => findMember("bob@acme.example")?.is_owner === true,
    async () => {
      const readQuestion = answerDialog(page, true);
      await own.click();
      expect(readQuestion()).toBe("Make bob@acme.example the owner of acme-dev?");
    },
  );
  await page.getByRole("button", { name: "Remove ada@acme.example" }).waitFor();
});

inBrowser("toggles two-factor authentication of an organization and of a person", async () => {
  const page = await openConsole();
  await actUntil(
    () => findMember("bob@acme.example")?.two_factor_enabled === true,
    () => page.getByLabel("Two-factor authentication of bob@acme.example").check(),
  );
  await page.getByText("Security", { exact: true }).click();
  await actUntil(
    () => readAcme().security.two_factor_required,
    () => page.getByLabel("Two-factor authentication required in acme-dev").check(),
  );
  await page.getByText("2FA required", { exact: true }).waitFor();
  await actUntil(
    () => !readAcme().security.two_factor_required,
    () => page.getByLabel("Two-factor authentication required in acme-dev").uncheck(),
  );
});

inBrowser("invites a person by keyboard and empties the form", async () => {
  const page = await openConsole();
  const email = page.getByLabel("E-mail address to invite to acme-dev");
  await email.focus();
  await page.keyboard.type("dora@acme.example");
  await page.keyboard.press("Tab");
  await page.keyboard.press("m");
  await actUntil(
    () => readAcme().invitations.some(({ email, role }) => email === "dora@acme.example" && role === "manager"),
    async () => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    },
  );
  await page.getByRole("button", { name: "Accept for dora@acme.example" }).waitFor();
  await email.and(page.locator(":placeholder-shown")).waitFor();
});

inBrowser("revokes an invitation and removes a member only after a confirmation", async () => {
  const page = await openConsole();
  const readQuestion = answerDialog(page, false);
  await page.getByRole("button", { name: "Remove bob@acme.example" }).click();
  expect(readQuestion()).toBe("Remove bob@acme.example from acme-dev?");
  expect(findMember("bob@acme.example")).toBeDefined();
  answerDialog(page, true);
  await actUntil(
    () => findMember("bob@acme.example") === undefined,
    () => page.getByRole("button", { name: "Remove bob@acme.example" }).click(),
  );
  answerDialog(page, true);
  await actUntil(
    () => readAcme().invitations.length === 0,
    () => page.getByRole("button", { name: "Revoke the invitation for carl@partner.example" }).click(),
  );
});

inBrowser("sets and clears session timeout, key rotation and allowlist", async () => {
  const page = await openConsole();
  await page.getByText("Security", { exact: true }).click();
  const security = () => readAcme().security;
  const timeout = page.getByRole("form", { name: "Session timeout of acme-dev" });
  await actUntil(
    () => security().session_timeout === 3600,
    async () => {
      await timeout.getByRole("spinbutton").fill("3600");
      await timeout.getByRole("button", { name: "Set" }).click();
    },
  );
  await actUntil(
    () => security().session_timeout === null,
    () => timeout.getByRole("button", { name: "Clear" }).click(),
  );
  const rotation = page.getByRole("form", { name: "Key rotation of acme-dev" });
  await actUntil(
    () => security().api_key_rotation?.max_age_days === 30,
    async () => {
      await rotation.getByRole("spinbutton").first().fill("30");
      await rotation.getByRole("button", { name: "Set" }).click();
    },
  );
  await actUntil(
    () => security().api_key_rotation === null,
    () => rotation.getByRole("button", { name: "Clear" }).click(),
  );
  const allowlist = page.getByRole("form", { name: "Allowlist of acme-dev" });
  for (const [index, cidr] of ["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"].entries()) {
    await actUntil(
      () => security().ip_allowlist.length === index + 1,
      async () => {
        await allowlist.getByLabel("CIDR block to allow").fill(cidr);
        await allowlist.getByRole("button", { name: "Allow", exact: true }).click();
      },
    );
    await page.getByRole("button", { name: `Remove ${cidr} from the allowlist` }).waitFor();
  }
  await actUntil(
    () => security().ip_allowlist.length === 2,
    () => page.getByRole("button", { name: "Remove 198.51.100.0/24 from the allowlist" }).click(),
  );
  expect(security().ip_allowlist.map(({ cidr }) => cidr)).toEqual(["203.0.113.0/24", "2001:db8::/32"]);
  await actUntil(
    () => security().ip_allowlist.length === 0,
    () => allowlist.getByRole("button", { name: "Clear" }).click(),
  );
  await allowlist.getByRole("button", { name: "Clear" }).waitFor({ state: "detached" });
});

inBrowser("changes the numbers that block a deletion", async () => {
  const page = await openConsole();
  await page.getByText("Billing and resources", { exact: true }).click();
  await actUntil(
    () => readAcme().belongings.devices === 1,
    () => page.getByRole("button", { name: "Add one to the devices" }).click(),
  );
  await actUntil(
    () => readAcme().belongings.devices === 0,
    () => page.getByRole("button", { name: "Remove one of the devices" }).click(),
  );
  await actUntil(
    () => readAcme().card_on_file,
    () => page.getByLabel("Credit card of acme-dev on file").check(),
  );
});

inBrowser("creates an organization from the top of the page and deletes it", async () => {
  const page = await openConsole();
  await page.getByLabel("Name of the new organization").fill("acme-field");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.getByRole("heading", { name: "acme-field" }).waitFor();
  const readQuestion = answerDialog(page, true);
  await page.getByRole("button", { name: "Delete organization acme-field" }).click();
  await page.getByRole("heading", { name: "acme-field" }).waitFor({ state: "detached" });
  expect(readQuestion()).toBe("Delete acme-field with all its contents, even if the API would refuse the deletion?");
});

inBrowser("filters organizations and people", async () => {
  await emulator.control.createOrganization("acme-field");
  const page = await openConsole();
  const filter = page.getByLabel("Filter organizations and people");
  await filter.fill("BOB");
  await page.getByRole("heading", { name: "acme-field" }).waitFor({ state: "detached" });
  expect(await page.locator(".people > summary").allInnerTexts()).toEqual(["Members 1 of 2"]);
  expect(await page.locator(".person").allInnerTexts()).toEqual([expect.stringContaining("bob@acme.example")]);
  await filter.fill("field");
  await page.getByRole("heading", { name: "acme-field" }).waitFor();
  expect(await page.getByRole("heading", { name: "acme-dev" }).count()).toBe(0);
  await filter.fill("nobody");
  await page.getByText("No organization or person matches.").waitFor();
});

inBrowser("shortens ids, shows them in full on hover and copies them", async () => {
  const page = await openConsole();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { prn } = readAcme();
  const code = page.locator(".card code").first();
  expect((await code.innerText()).replaceAll("\u2060", "")).toBe(`${prn.slice(0, 10)}…${prn.slice(-4)}`);
  expect(await code.getAttribute("title")).toBe(prn);
  await page.getByRole("button", { name: `Copy ${prn}` }).click();
  await page.getByRole("status").getByText(`Copied ${prn}`).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(prn);
});

inBrowser("advances the clock and resets the data", async () => {
  const page = await openConsole();
  for (let day = 0; day < 8; day++) await page.getByRole("button", { name: "Advance one day" }).click();
  await page.getByText("1 past invitation").click();
  await page.locator(".past").getByText("expired").waitFor();
  expect(await page.getByRole("button", { name: "Accept for carl@partner.example" }).count()).toBe(0);
  answerDialog(page, true);
  await page.getByRole("button", { name: "Reset everything" }).click();
  await page.getByText("There are no organizations.").waitFor();
});

inBrowser("shows the reason for a rejection and keeps the input", async () => {
  emulator.control.setLimits("acme-dev", { users: 2 });
  const { page, problems } = await openVisit(url());
  await page.getByLabel("E-mail address to invite to acme-dev").fill("eve@acme.example");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("alert").getByText("refused").waitFor();
  // The browser reports the failed request as well.
  expect(problems.splice(0)).toEqual([expect.stringContaining("the server responded with a status of 4")]);
  expect((await page.getByRole("alert").innerText()).replaceAll("\u2060", "")).toMatch(
    /^POST \/v2\/organizations\/.{4}….{4}\/invitations as ada@acme.example was refused: limit_reached \(.*limit: 2\)/,
  );
  expect(await page.getByLabel("E-mail address to invite to acme-dev").inputValue()).toBe("eve@acme.example");
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  expect(await page.getByRole("alert").isVisible()).toBe(false);
});

inBrowser("restores a rejected choice", async () => {
  const { page, problems } = await openVisit(url());
  await page.route("**/_emulator/set-role", (route) => route.fulfill({ status: 409, body: '{"error":"No."}' }));
  const role = page.getByLabel("Role of bob@acme.example");
  await role.selectOption("admin");
  await page.getByRole("alert").getByText("No.").waitFor();
  await role.and(page.locator(":has(option[value=developer]:checked)")).waitFor();
  problems.splice(0);
});

inBrowser("shows and clears the requests of API clients", async () => {
  const page = await openConsole();
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  await fetch(`${url()}v2/users/me`, { headers });
  await fetch(`${url()}v2/organizations`, { method: "POST", headers, body: '{"name":"<img src=x>"}' });
  await page.locator("#requests").getByText("create-an-organization").waitFor();
  const rows = await page.locator("#requests li").allInnerTexts();
  expect(rows.map((row) => row.replace(/\s+/g, " ")).map((row) => row.slice(0, 90))).toEqual([
    expect.stringMatching(
      /^\d{3} create-an-organization 09:30:00 POST \/v2\/organizations Copy \{"name":"<img src=x>"\}/,
    ),
    expect.stringContaining("200 get-current-user 09:30:00 GET /v2/users/me"),
  ]);
  await page.getByRole("button", { name: "Clear the requests" }).click();
  await page.getByText("There are no requests.").waitFor();
});

inBrowser("shows changes of others and keeps focus, drafts and open sections", async () => {
  const page = await openConsole();
  await page.getByText("Security", { exact: true }).click();
  await page.getByLabel("E-mail address to invite to acme-dev").fill("half@");
  await page.getByLabel("Two-factor authentication of bob@acme.example").focus();
  emulator.control.addMember("grace@acme.example", "acme-dev", "viewer");
  await page.getByLabel("Role of grace@acme.example").waitFor();
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Two-factor authentication of bob@acme.example");
  expect(await page.getByLabel("E-mail address to invite to acme-dev").inputValue()).toBe("half@");
  expect(await page.getByLabel("Two-factor authentication required in acme-dev").isVisible()).toBe(true);
  await emulator.control.removeMember("grace@acme.example", "acme-dev");
  await page.getByLabel("Role of grace@acme.example").waitFor({ state: "detached" });
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Two-factor authentication of bob@acme.example");
});

inBrowser("reports an emulator that does not respond until it responds", async () => {
  const { page, problems } = await openVisit(url());
  await page.getByRole("heading", { name: "acme-dev" }).waitFor();
  await page.context().setOffline(true);
  await page.getByText("The emulator does not respond.").waitFor();
  await page.context().setOffline(false);
  await page.getByText("The emulator does not respond.").waitFor({ state: "detached" });
  problems.splice(0);
});

inBrowser("keeps pages on other ports of this machine from the control plane", async () => {
  const other = await serve(new Emulator(), { port: 0 });
  try {
    // Unlike the console, this page can send requests to any host.
    const { page, problems } = await openVisit(`${other.url}/_emulator/overview`);
    await page.context().unrouteAll();
    const response = page.waitForResponse(/add-user/);
    await page.evaluate(async (target) => {
      await fetch(target, { method: "POST", mode: "no-cors", body: '{"email":"eve@evil.example"}' });
    }, `${url()}_emulator/add-user`);
    expect((await response).status()).toBe(403);
    expect(Object.values(emulator.state.users).map(({ email }) => email)).not.toContain("eve@evil.example");
    problems.splice(0);
  } finally {
    await other.close();
  }
});

const longName = "department-of-the-installation-of-thermostats-in-the-northern-hemisphere";
const longAddress = "christopher.featherstonehaugh-cholmondeley@industrial-devices.example";

/** Adds long names, and returns a page that shows them everywhere. */
async function openLongNames(options: VisitOptions): Promise<Page> {
  const { control } = emulator;
  await addAccess();
  control.addMember(longAddress, "acme-dev", "admin");
  await control.invite(`x${longAddress}`, "acme-dev", "manager");
  control.addGroup(longName, "acme-dev");
  control.access.addProject(longName, "acme-dev", { everyone_enabled: false });
  control.access.addCohort(longName, longName, "acme-dev");
  await control.access.addGroupMember(longAddress, longName, "acme-dev");
  await control.access.grantAccess({ project: longName, email: longAddress }, "acme-dev");
  await control.access.grantAccess({ project: longName, cohort: longName, group: longName }, "acme-dev");
  const ip_allowlist = ["127.0.0.0/8", "2001:db8:1111:2222:3333:4444:5555:0/112"].map((cidr) => ({
    cidr,
    description: longName,
  }));
  await control.updateSecuritySettings("acme-dev", { ip_allowlist });
  await control.createOrganization(longName);
  const page = await openConsole(options);
  const card = page.locator(".card").first();
  for (const name of [...accessTitles, "Security", "Billing and resources"])
    await card.getByRole("heading", { name, exact: true }).click();
  for (const name of [longName, `${longName}/${longName}`]) {
    for (const heading of await card
      .locator(".object > summary")
      .filter({ has: page.getByText(name, { exact: true }) })
      .all())
      await heading.click();
  }
  return page;
}

/** Returns the words that break into lines of less than 16 characters. Runs in the page. */
const findBrokenWords = `(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    const node = texts.currentNode;
    for (const { 0: word, index } of node.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1 && word.length / (lines.size - 1) < 16) broken.push(word);
    }
  }
  return broken;
})()`;

inBrowser.each<["light" | "dark", number]>([
  ["dark", 1280],
  ["light", 390],
  ...nightlyCases<["light" | "dark", number]>(
    ["light", 1280],
    ["dark", 1100],
    ["light", 700],
    ["dark", 390],
    ["light", 320],
  ),
])("is accessible and neither too wide nor too narrow for names in %s at %d pixels", async (colorScheme, width) => {
  const page = await openLongNames({ colorScheme, width });
  expect(await findViolations(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
  expect(await page.evaluate(findBrokenWords)).toEqual([]);
});

/** Adds organizations until there are `count`. */
async function addOrganizations(count: number): Promise<void> {
  for (let number = emulator.state.organizations.length + 1; number <= count; number++)
    await emulator.control.createOrganization(`acme-${number}`);
}

const getCard = (page: Page, name: string) =>
  page.locator(".card", { has: page.getByRole("heading", { name, exact: true }) });

const isOpen = (page: Page, name: string) => getCard(page, name).getByRole("heading", { name: "Members" }).isVisible();

inBrowser("folds an organization by keyboard and keeps it folded", async () => {
  const page = await openConsole();
  expect(await isOpen(page, "acme-dev")).toBe(true);
  await getCard(page, "acme-dev").locator("summary").first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Members" }).waitFor({ state: "detached" });
  await addOrganizations(3);
  await page.getByRole("heading", { name: "acme-3" }).waitFor();
  expect([await isOpen(page, "acme-dev"), await isOpen(page, "acme-3")]).toEqual([false, true]);
  await page.keyboard.press("Space");
  await getCard(page, "acme-dev").getByRole("heading", { name: "Members" }).waitFor();
});

inBrowser("keeps organizations open when there are many, and folds new ones", async () => {
  await addOrganizations(3);
  const page = await openConsole();
  await addOrganizations(4);
  await page.getByRole("heading", { name: "acme-4" }).waitFor();
  expect([await isOpen(page, "acme-3"), await isOpen(page, "acme-4")]).toEqual([true, false]);
});

inBrowser("opens the organization of a link and of the address bar among 40", async () => {
  await addOrganizations(40);
  const page = await openConsole();
  expect(await page.getByRole("heading", { name: "Members" }).count()).toBe(0);
  const links = page.getByRole("navigation", { name: "Organizations" }).getByRole("link");
  expect(await links.count()).toBe(40);
  await page.getByLabel("Filter organizations and people").fill("acme-3");
  await links.nth(11).waitFor({ state: "detached" });
  expect(await links.allInnerTexts()).toEqual([
    "acme-3",
    ...Array.from({ length: 10 }, (_, index) => `acme-3${index}`),
  ]);
  await links.last().click();
  await getCard(page, "acme-39").getByRole("heading", { name: "Members" }).waitFor();
  expect(await page.locator(":focus").innerText()).toMatch(/^acme-39/);
  // The filter hides this organization.
  await page.evaluate("location.hash = 'organization-acme-20'");
  await getCard(page, "acme-20").getByRole("heading", { name: "Members" }).waitFor();
  expect(await page.getByLabel("Filter organizations and people").inputValue()).toBe("");

  const second = await open(`${url()}#organization-acme-30`);
  await getCard(second, "acme-30").getByRole("heading", { name: "Members" }).waitFor();
  expect(await second.locator(":focus").innerText()).toMatch(/^acme-30/);
  expect(await second.getByRole("heading", { name: "Members" }).count()).toBe(1);
});

inBrowser("opens a new organization among many", async () => {
  await addOrganizations(10);
  const page = await openConsole();
  await page.getByLabel("Name of the new organization").fill("acme-new");
  await page.keyboard.press("Enter");
  await getCard(page, "acme-new").getByRole("heading", { name: "Members" }).waitFor();
});

/** Sends a request to Avocado Connect, whose view the page then shows. */
async function useConnect(): Promise<void> {
  await fetch(`${url()}api/me`, { headers: { authorization: `Bearer ${emulator.apiKey}` } });
}

async function openConnectConsole(): Promise<Page> {
  await useConnect();
  const page = await openConsole();
  await page.getByText("owner", { exact: true }).waitFor();
  return page;
}

inBrowser("shows the roles of the API in use, or those that the user chooses", async () => {
  const page = await openConsole();
  const api = page.getByRole("combobox", { name: "API", exact: true });
  const role = page.getByLabel("Role of bob@acme.example");
  expect([await api.inputValue(), await role.inputValue()]).toEqual(["Admin API", "developer"]);
  await useConnect();
  await page.getByText("owner", { exact: true }).waitFor();
  expect([await api.inputValue(), await role.inputValue()]).toEqual(["Avocado Connect", "member"]);
  expect(await role.locator("option").allInnerTexts()).toEqual(["admin", "member"]);
  const invitation = page.locator(".person", { hasText: "carl@partner.example" });
  expect(await invitation.locator(".role").innerText()).toBe("member");
  await page.getByRole("button", { name: "Clear the requests" }).click();
  await page.getByText("There are no requests.").waitFor();
  expect(await role.inputValue()).toBe("member");

  await api.selectOption("Admin API");
  await page.getByText("admin (owner)").waitFor();
  await page.reload();
  await page.getByText("admin (owner)").waitFor();
  expect([await api.inputValue(), await role.inputValue()]).toEqual(["Admin API", "developer"]);
});

inBrowser("stores the roles of Avocado Connect as this API does", async () => {
  const page = await openConnectConsole();
  const role = page.getByLabel("Role of bob@acme.example");
  await actUntil(
    () => findMember("bob@acme.example")?.role === "admin",
    () => role.selectOption("admin"),
  );
  await page.getByRole("button", { name: "Make owner: bob@acme.example" }).waitFor();
  await actUntil(
    () => findMember("bob@acme.example")?.role === "viewer",
    () => role.selectOption("member"),
  );
  await page.getByLabel("E-mail address to invite to acme-dev").fill("dora@acme.example");
  await actUntil(
    () =>
      readAcme().invitations.some(({ email, role: invited }) => email === "dora@acme.example" && invited === "viewer"),
    () => page.keyboard.press("Enter"),
  );
});

/** Opens a list and an object in it. */
async function openObject(page: Page, title: string, name: string): Promise<void> {
  await page.getByRole("heading", { name: title, exact: true }).click();
  await page
    .locator(".object > summary")
    .filter({ has: page.getByText(name, { exact: true }) })
    .click();
}

inBrowser("adds, changes and deletes a group and its members", async () => {
  const page = await openConnectConsole();
  const getGroup = () => readAcme().groups[0];
  await page.getByRole("heading", { name: "Groups", exact: true }).click();
  await page.getByLabel("Name of the new group of acme-dev").fill("field");
  await actUntil(
    () => getGroup()?.name === "field",
    () => page.getByRole("button", { name: "Add group" }).click(),
  );
  await page.locator(".object > summary", { hasText: "field" }).click();
  await page.getByLabel("Name of group field of acme-dev").fill("technicians");
  await page.getByLabel("Description of group field of acme-dev").fill("In the field");
  await actUntil(
    () => getGroup()?.name === "technicians" && getGroup()?.description === "In the field",
    () => page.getByRole("button", { name: "Save" }).click(),
  );
  const group = "group technicians of acme-dev";
  expect(await page.getByLabel(`Name of ${group}`).inputValue()).toBe("technicians");
  await page.getByLabel(`Name to add to the members of ${group}`).selectOption("bob@acme.example");
  await actUntil(
    () => getGroup()?.members[0] === "bob@acme.example",
    () => page.getByRole("button", { name: "Add", exact: true }).click(),
  );
  await page.locator(".object > summary", { hasText: "technicians In the field · 1 member" }).waitFor();
  await actUntil(
    () => getGroup()?.members.length === 0,
    () => page.getByRole("button", { name: `Remove bob@acme.example from the members of ${group}` }).click(),
  );
  const readQuestion = answerDialog(page, true);
  await actUntil(
    () => getGroup() === undefined,
    () => page.getByRole("button", { name: `Delete ${group}` }).click(),
  );
  expect(readQuestion()).toBe("Delete the group technicians of acme-dev?");
});

inBrowser.each([
  ["Projects", "firmware", "project firmware of acme-dev"],
  ["Cohorts", "firmware/canary", "cohort firmware/canary of acme-dev"],
])("changes access in %s", async (title, name, label) => {
  await addAccess();
  await emulator.control.access.updateProject("firmware", "acme-dev", { everyone_enabled: true });
  const page = await openConsole();
  const getObject = () => (title === "Projects" ? readAcme().projects[0] : readAcme().cohorts[0]);
  await openObject(page, title, name);
  await actUntil(
    () => getObject()?.everyone_enabled === false,
    () => page.getByLabel(`All members have access to ${label}`).uncheck(),
  );
  await page.getByLabel(`Name to add to the people with access to ${label}`).selectOption("bob@acme.example");
  await actUntil(
    () => getObject()?.users[0] === "bob@acme.example",
    () =>
      page
        .getByRole("form", { name: `Add to the people with access to ${label}` })
        .getByRole("button")
        .click(),
  );
  await actUntil(
    () => getObject()?.users.length === 0,
    () => page.getByRole("button", { name: `Remove bob@acme.example from the people with access to ${label}` }).click(),
  );
  const removeGroup = page.getByRole("button", { name: `Remove field from the groups with access to ${label}` });
  const addGroup = page.getByRole("form", { name: `Add to the groups with access to ${label}` }).getByRole("button");
  const hasGroup = () => getObject()?.groups[0] === "field";
  if (hasGroup()) {
    await actUntil(
      () => !hasGroup(),
      () => removeGroup.click(),
    );
  }
  await actUntil(hasGroup, () => addGroup.click());
  await removeGroup.waitFor();
  await page.getByLabel(`Name of ${label}`).fill("renamed");
  await actUntil(
    () => getObject()?.name === "renamed",
    () =>
      page
        .getByRole("form", { name: `Change ${label}` })
        .getByRole("button", { name: "Save" })
        .click(),
  );
});

inBrowser("adds projects and cohorts", async () => {
  const page = await openConnectConsole();
  await page.getByRole("heading", { name: "Projects", exact: true }).click();
  await page.getByLabel("Name of the new project of acme-dev").fill("firmware");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Cohorts", exact: true }).click();
  await page.getByLabel("Name of the new cohort of acme-dev").fill("canary");
  await actUntil(
    () => readAcme().cohorts.some(({ name, project }) => name === "canary" && project === "firmware"),
    () => page.keyboard.press("Enter"),
  );
});

inBrowser("shows the reason for a rejection beside the control, and keeps the input", async () => {
  emulator.control.addGroup("field", "acme-dev");
  emulator.control.addGroup("lab", "acme-dev");
  const { page, problems } = await openVisit(url());
  await openObject(page, "Groups", "field");
  const form = page.getByRole("form", { name: "Change group field of acme-dev" });
  const name = page.getByLabel("Name of group field of acme-dev");
  await name.fill("lab");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").getByText("refused: name has already been taken").waitFor();
  emulator.control.addMember("grace@acme.example", "acme-dev", "viewer");
  await page.getByLabel("Role of grace@acme.example").waitFor();
  expect(await form.getByRole("alert").isVisible()).toBe(true);
  expect(await name.inputValue()).toBe("lab");
  await name.fill("technicians");
  await form.getByRole("button", { name: "Save" }).click();
  await page.locator(".object > summary", { hasText: "technicians" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  problems.splice(0);
});

inBrowser("shows 120 members", async () => {
  for (let person = 0; person < 120; person++) {
    emulator.control.addMember(`person-${person}@acme.example`, "acme-dev", "viewer");
  }
  const page = await openConsole();
  expect(await page.locator(".person select").count()).toBe(49);
  await page.getByRole("button", { name: "Show all 122" }).click();
  await page.locator(".person select").nth(120).waitFor();
  expect(await page.locator(".person select").count()).toBe(121);
  const role = page.getByLabel("Role of person-77@acme.example");
  await actUntil(
    () => findMember("person-77@acme.example")?.role === "manager",
    () => role.selectOption("manager"),
  );
});
