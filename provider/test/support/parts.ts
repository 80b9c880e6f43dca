import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackOptions } from "./cli";
import { member, organization, policy, Site, type Declaration, type Declarations } from "./program";

export const [ada, bob, carl, grace] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@acme.example",
  "grace@acme.example",
] as const;

export const rules = { requireTwoFactor: true, sessionTimeout: "1h" };

/** The requests that take all of it away. */
export const removal = "DELETE remove-a-member";
export const deletion = "DELETE delete-an-organization";
export const reset = 'PATCH update-security-settings {"two_factor_required":false,"session_timeout":null}';

/** A program with people and settings in an organization that is deleted with its people. */
export const parts: Declarations = {
  dev: deleting({ forceDestroy: true }),
  bob: member(bob, "developer"),
  carl: member(carl, "viewer"),
  security: policy(rules),
};

/** The words of refusals and warnings. */
export const blocked = "this run may delete Organization acme-dev, but Peridio cannot delete it";
export const toKeepIt =
  "set `deletionPolicy: retain` on the Organization and the option `retainOnDelete` on this resource, run `pulumi up`";
export const notReset = "The provider did not reset these settings: requireTwoFactor, sessionTimeout.";
/** The remedy for an organization with people. */
export const toForceIt = "To delete the organization with its members, set `forceDestroy: true` on the Organization";
export const unmarked = "the state does not show if this program declares the Organization";
export const weaker =
  "made the organization less secure: two-factor authentication is optional; the session timeout is Peridio's default instead of 1h.";

/** The organization that the program calls `dev`, with what it says about its deletion. */
export function deleting(terms: Declaration["properties"]): Declaration {
  const { properties, ...rest } = organization("acme-dev");
  return { ...rest, properties: { ...properties, ...terms } };
}

export function urn(name: string, type = "Membership"): string {
  return `urn:pulumi:test::people::peridio:index:${type}::${name}`;
}

/** Brings a program into force in which these people have accepted. The requests are forgotten. */
export async function settle(
  resources: Declarations,
  people: readonly string[] = [bob, carl],
  options: Partial<StackOptions> = {},
): Promise<Site> {
  const site = await Site.begin(resources, options);
  await site.up();
  for (const email of people) site.emulator.control.accept(email, "acme-dev");
  if (people.length > 0) await site.up();
  site.requests();
  return site;
}

/** Makes the state one of a version that remembered no parents, and returns the file that it is in. */
export async function forgetParents({ stack }: Site): Promise<string> {
  const file = join(stack.folder, "state.json");
  const state: unknown = JSON.parse(await stack.succeed("stack", "export"));
  await writeFile(
    file,
    JSON.stringify(state, (name, value: unknown) => (name === "__parent" ? undefined : value)),
  );
  await stack.succeed("stack", "import", "--file", file);
  return file;
}

/** All that a deletion could take away, in Peridio and in the state. */
async function everything(site: Site): Promise<unknown> {
  const organizations = site.emulator.state.organizations.map((one) => {
    const { name, display_name, contact_email, owner_id, security, billing } = one;
    return { name, display_name, contact_email, owner_id, security, billing, people: site.people(name) };
  });
  return { organizations: structuredClone(organizations), state: await site.state() };
}

/** Runs a command that has to fail before it changes anything, in Peridio or in the state. Returns what it says, in one line. */
export async function refused(site: Site, ...command: string[]): Promise<string> {
  const before = await everything(site);
  site.requests();
  const said = await site.fail(...command);
  expect(site.writes()).toEqual([]);
  expect(await everything(site)).toEqual(before);
  return said.replaceAll(/\s+/g, " ");
}

const destroy = ["destroy", "--yes", "--skip-preview"] as const;

/** Runs `pulumi destroy`, which has to fail before it changes anything. */
export function refusedDestroy(site: Site, ...args: string[]): Promise<string> {
  return refused(site, ...destroy, ...args);
}

/** Runs `pulumi destroy`, which has to fail after it has changed something. The requests before are forgotten. */
export function failedDestroy(site: Site, ...args: string[]): Promise<string> {
  site.requests();
  return site.fail(...destroy, ...args);
}

/** Runs `pulumi destroy`, which has to succeed, and returns all that it says. The requests before are forgotten. */
export async function destroyed(site: Site): Promise<string> {
  site.requests();
  const said = await site.stack.succeed(...destroy);
  expect(await site.state()).toEqual([]);
  return said;
}
