import type { Page } from "playwright-core";
import { isTooWide, objections, type VisitOptions } from "../../scripts/browser/visit";
import { inBrowser, open, openVisit } from "../../scripts/browser/testing";
import { readOverview } from "../src/control/overview";
import { Emulator } from "../src/emulator";
import { serve, type Server } from "../src/server";

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

async function show(options?: VisitOptions): Promise<Page> {
  const page = await open(url(), options);
  await page.getByRole("heading", { name: "acme-dev" }).waitFor();
  return page;
}

/** What the emulator holds now. */
function acme() {
  const [organization] = readOverview(emulator).organizations;
  if (organization === undefined) throw new Error("There is no organization.");
  return organization;
}

const member = (email: string) => acme().members.find((one) => one.email === email);

/** Does something on the page, and waits until the emulator has it. */
async function until(holds: () => boolean, act: () => Promise<unknown>): Promise<void> {
  expect(holds()).toBe(false);
  await act();
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Answers the next question, and keeps what was asked. */
function answer(page: Page, yes: boolean): { readonly asked: () => string } {
  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.message();
    void (yes ? dialog.accept() : dialog.dismiss());
  });
  return { asked: () => asked };
}

inBrowser("everything is shown, and names are texts", async () => {
  await emulator.control.updateSecuritySettings("acme-dev", {
    two_factor_required: true,
    session_timeout: 28_800,
    api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
    ip_allowlist: [{ cidr: "203.0.113.0/24", description: "Office" }],
  });
  const page = await show();
  const card = (await page.locator(".card").innerText()).replace(/\s+/g, " ");
  for (const said of [
    "acme-dev Acme development · 2 members · 1 invited",
    "ada@acme.example Ada Lovelace admin, owner",
    "bob@acme.example Bob <b>B.</b>",
    "carl@partner.example viewer pending until 2027-01-08 09:30",
    "two factors required · sessions of 8 h at most · keys renewed every 90 days · 1 block allowed",
  ]) {
    expect(card).toContain(said);
  }
  expect(await page.locator("#clock").innerText()).toBe("2027-01-01 09:30 UTC");
});

inBrowser("a person accepts an invitation", async () => {
  const page = await show();
  await until(
    () => member("carl@partner.example") !== undefined,
    () => page.getByRole("button", { name: "Accept for carl@partner.example" }).click(),
  );
  await page.getByLabel("Role of carl@partner.example").waitFor();
  expect(await page.getByText("accepted").isVisible()).toBe(true);
});

inBrowser("a role changes by hand, and the focus stays", async () => {
  const page = await show();
  const role = page.getByLabel("Role of bob@acme.example");
  await role.focus();
  await until(
    () => member("bob@acme.example")?.role === "admin",
    () => role.selectOption("admin"),
  );
  await page.getByRole("button", { name: "Make bob@acme.example the owner" }).waitFor();
  expect(await role.inputValue()).toBe("admin");
  await until(
    () => member("bob@acme.example")?.role === "viewer",
    () => role.selectOption("viewer"),
  );
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Role of bob@acme.example");
});

inBrowser("an admin becomes the owner when that is confirmed", async () => {
  await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
  const page = await show();
  const own = page.getByRole("button", { name: "Make bob@acme.example the owner" });
  await until(
    () => member("bob@acme.example")?.is_owner === true,
    async () => {
      const question = answer(page, true);
      await own.click();
      expect(question.asked()).toBe("Make bob@acme.example the owner of acme-dev?");
    },
  );
  await page.getByRole("button", { name: "Remove ada@acme.example" }).waitFor();
});

inBrowser("two factors are toggled, of the organization and of a person", async () => {
  const page = await show();
  await until(
    () => member("bob@acme.example")?.two_factor_enabled === true,
    () => page.getByLabel("Second factor of bob@acme.example").check(),
  );
  await page.getByText("Security", { exact: true }).click();
  await until(
    () => acme().security.two_factor_required,
    () => page.getByLabel("Two factors required in acme-dev").check(),
  );
  await page.getByText("two factors required", { exact: true }).waitFor();
  await until(
    () => !acme().security.two_factor_required,
    () => page.getByLabel("Two factors required in acme-dev").uncheck(),
  );
});

inBrowser("somebody is invited with the keyboard alone, and the form is empty again", async () => {
  const page = await show();
  const email = page.getByLabel("Whom to invite to acme-dev");
  await email.focus();
  await page.keyboard.type("dora@acme.example");
  await page.keyboard.press("Tab");
  await page.keyboard.press("m");
  await until(
    () => acme().invitations.some((one) => one.email === "dora@acme.example" && one.role === "manager"),
    async () => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    },
  );
  await page.getByRole("button", { name: "Accept for dora@acme.example" }).waitFor();
  await page.waitForFunction("document.querySelector('[name=email]').value === ''");
});

inBrowser("an invitation is revoked and a member removed only when that is confirmed", async () => {
  const page = await show();
  const question = answer(page, false);
  await page.getByRole("button", { name: "Remove bob@acme.example" }).click();
  expect(question.asked()).toBe("Remove bob@acme.example from acme-dev?");
  expect(member("bob@acme.example")).toBeDefined();
  answer(page, true);
  await until(
    () => member("bob@acme.example") === undefined,
    () => page.getByRole("button", { name: "Remove bob@acme.example" }).click(),
  );
  answer(page, true);
  await until(
    () => acme().invitations.length === 0,
    () => page.getByRole("button", { name: "Revoke the invitation of carl@partner.example" }).click(),
  );
});

inBrowser("session timeout, key rotation and allowlist are set and cleared", async () => {
  const page = await show();
  await page.getByText("Security", { exact: true }).click();
  const { security } = { security: () => acme().security };
  const timeout = page.getByRole("form", { name: "Session timeout of acme-dev" });
  await until(
    () => security().session_timeout === 3600,
    async () => {
      await timeout.getByRole("spinbutton").fill("3600");
      await timeout.getByRole("button", { name: "Set" }).click();
    },
  );
  await until(
    () => security().session_timeout === null,
    () => timeout.getByRole("button", { name: "Clear" }).click(),
  );
  const rotation = page.getByRole("form", { name: "Key rotation of acme-dev" });
  await until(
    () => security().api_key_rotation?.max_age_days === 30,
    async () => {
      await rotation.getByRole("spinbutton").first().fill("30");
      await rotation.getByRole("button", { name: "Set" }).click();
    },
  );
  await until(
    () => security().api_key_rotation === null,
    () => rotation.getByRole("button", { name: "Clear" }).click(),
  );
  const allowlist = page.getByRole("form", { name: "Allowlist of acme-dev" });
  for (const [index, cidr] of ["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"].entries()) {
    await until(
      () => security().ip_allowlist.length === index + 1,
      async () => {
        await allowlist.getByLabel("Block to allow").fill(cidr);
        await allowlist.getByRole("button", { name: "Allow", exact: true }).click();
      },
    );
    await page.getByRole("button", { name: `Take ${cidr} off the allowlist` }).waitFor();
  }
  await until(
    () => security().ip_allowlist.length === 2,
    () => page.getByRole("button", { name: "Take 198.51.100.0/24 off the allowlist" }).click(),
  );
  expect(security().ip_allowlist.map(({ cidr }) => cidr)).toEqual(["203.0.113.0/24", "2001:db8::/32"]);
  await until(
    () => security().ip_allowlist.length === 0,
    () => allowlist.getByRole("button", { name: "Clear" }).click(),
  );
  await allowlist.getByRole("button", { name: "Clear" }).waitFor({ state: "detached" });
});

inBrowser("what is in the way of a deletion is counted up and down", async () => {
  const page = await show();
  await page.getByText("Billing and belongings", { exact: true }).click();
  await until(
    () => acme().belongings.devices === 1,
    () => page.getByRole("button", { name: "One more of the devices" }).click(),
  );
  await until(
    () => acme().belongings.devices === 0,
    () => page.getByRole("button", { name: "One of the devices less" }).click(),
  );
  await until(
    () => acme().card_on_file,
    () => page.getByLabel("Card of acme-dev on file").check(),
  );
});

inBrowser("organizations are created and deleted", async () => {
  const page = await show();
  await page.getByLabel("Name of a new organization").fill("acme-field");
  await page.getByRole("button", { name: "Create an organization" }).click();
  await page.getByRole("heading", { name: "acme-field" }).waitFor();
  const question = answer(page, true);
  await page.getByRole("button", { name: "Delete acme-field" }).click();
  await page.getByRole("heading", { name: "acme-field" }).waitFor({ state: "detached" });
  expect(question.asked()).toBe("Delete acme-field with everything in it?");
});

inBrowser("days pass, and everything goes back to the start", async () => {
  const page = await show();
  for (let day = 0; day < 8; day++) await page.getByRole("button", { name: "A day later" }).click();
  await page.getByText("expired 2027-01-08 09:30").waitFor();
  expect(await page.getByRole("button", { name: "Accept for carl@partner.example" }).count()).toBe(0);
  answer(page, true);
  await page.getByRole("button", { name: "Reset everything" }).click();
  await page.getByText("No organizations yet.").waitFor();
});

inBrowser("what the emulator refuses is said, and the page goes back to what is true", async () => {
  emulator.control.setLimits("acme-dev", { users: 2 });
  const { page, problems } = await openVisit(url());
  await page.getByLabel("Whom to invite to acme-dev").fill("eve@acme.example");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("alert").getByText("refused").waitFor();
  // The browser itself tells of a refused request too.
  expect(problems.splice(0)).toEqual([expect.stringContaining("the server responded with a status of 4")]);
  expect(await page.getByRole("alert").innerText()).not.toMatch(/[{}]/);
  expect(await page.getByLabel("Whom to invite to acme-dev").inputValue()).toBe("eve@acme.example");
  expect(await objections(page)).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  expect(await page.getByRole("alert").isVisible()).toBe(false);
});

inBrowser("a choice that is refused is taken back", async () => {
  const { page, problems } = await openVisit(url());
  await page.route("**/_emulator/set-role", (route) => route.fulfill({ status: 409, body: '{"error":"No."}' }));
  const role = page.getByLabel("Role of bob@acme.example");
  await role.selectOption("admin");
  await page.getByRole("alert").getByText("No.").waitFor();
  await page.waitForFunction("document.querySelector('.person select').value === 'developer'");
  problems.splice(0);
});

inBrowser("requests of clients appear, and are cleared", async () => {
  const page = await show();
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  await fetch(`${url()}v2/users/me`, { headers });
  await fetch(`${url()}v2/organizations`, { method: "POST", headers, body: '{"name":"<img src=x>"}' });
  await page.locator("#requests").getByText("create-an-organization").waitFor();
  const rows = await page.locator("#requests li").allInnerTexts();
  expect(rows.map((row) => row.replace(/\s+/g, " ")).map((row) => row.slice(0, 90))).toEqual([
    expect.stringMatching(/^\d{3} create-an-organization 09:30:00 POST \/v2\/organizations \{"name":"<img src=x>"\}/),
    expect.stringContaining("200 get-current-user 09:30:00 GET /v2/users/me"),
  ]);
  await page.getByRole("button", { name: "Clear the requests" }).click();
  await page.getByText("None yet.").waitFor();
});

inBrowser("what others change appears, and neither focus nor a draft nor a folded card is lost", async () => {
  const page = await show();
  await page.getByText("Security", { exact: true }).click();
  await page.getByLabel("Whom to invite to acme-dev").fill("half@");
  await page.getByLabel("Second factor of bob@acme.example").focus();
  emulator.control.addMember("grace@acme.example", "acme-dev", "viewer");
  await page.getByLabel("Role of grace@acme.example").waitFor();
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Second factor of bob@acme.example");
  expect(await page.getByLabel("Whom to invite to acme-dev").inputValue()).toBe("half@");
  expect(await page.getByLabel("Two factors required in acme-dev").isVisible()).toBe(true);
  await emulator.control.removeMember("grace@acme.example", "acme-dev");
  await page.getByLabel("Role of grace@acme.example").waitFor({ state: "detached" });
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Second factor of bob@acme.example");
});

inBrowser("an emulator that does not answer is named so until it answers", async () => {
  const { page, problems } = await openVisit(url());
  await page.getByRole("heading", { name: "acme-dev" }).waitFor();
  await page.context().setOffline(true);
  await page.getByText("The emulator does not answer.").waitFor();
  await page.context().setOffline(false);
  await page.getByText("The emulator does not answer.").waitFor({ state: "detached" });
  problems.splice(0);
});

inBrowser("a page on another port of this machine cannot use the control plane", async () => {
  const other = await serve(new Emulator(), { port: 0 });
  try {
    // Unlike the console, this page may send requests to anywhere.
    const { page, problems } = await openVisit(`${other.url}/_emulator/overview`);
    await page.context().unrouteAll();
    const answer = page.waitForResponse(/add-user/);
    await page.evaluate(async (target) => {
      await fetch(target, { method: "POST", mode: "no-cors", body: '{"email":"eve@evil.example"}' });
    }, `${url()}_emulator/add-user`);
    expect((await answer).status()).toBe(403);
    expect(Object.values(emulator.state.users).map(({ email }) => email)).not.toContain("eve@evil.example");
    problems.splice(0);
  } finally {
    await other.close();
  }
});

inBrowser.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
] as const)("axe finds nothing to object to in %s at %d pixels, nor is it too wide", async (colorScheme, width) => {
  const page = await show({ colorScheme, width });
  for (const name of ["Security", "Billing and belongings"]) await page.getByText(name, { exact: true }).click();
  expect(await objections(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
});

inBrowser("120 members and a long log are shown", async () => {
  for (let person = 0; person < 120; person++) {
    emulator.control.addMember(`person-${person}@acme.example`, "acme-dev", "viewer");
  }
  const page = await show();
  expect(await page.locator(".person select").count()).toBe(121);
  const role = page.getByLabel("Role of person-77@acme.example");
  await until(
    () => member("person-77@acme.example")?.role === "manager",
    () => role.selectOption("manager"),
  );
});
