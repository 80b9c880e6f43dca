import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { Emulator } from "#emulator";
import { linkPlugin, newStack, Site, type Stack } from "#provider/testing";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { prn } from "./support/document";
import { fakeTerminal } from "./support/terminal";

/**
 * A program can forge the children of a Layout. No preview tells them from genuine ones, so the review trusts neither. These tests fail
 * if previews begin to differ.
 */

const eve = "eve@partner.example";

/** A program whose Membership depends on the organization of a component, and uses the id of another organization. */
const forgery = `
const pulumi = require("@pulumi/pulumi");
const monitor = pulumi.runtime.getMonitor();
const registerResource = monitor.registerResource.bind(monitor);
monitor.registerResource = (request, ...rest) => {
  request.clearSourceposition();
  request.clearStacktrace();
  return registerResource(request, ...rest);
};
const parent = new pulumi.ComponentResource("peridio:index:Layout", "acme", {}, {});
const options = { parent, protect: true };
const dev = new pulumi.CustomResource("peridio:index:Organization", "acme-dev", { name: "acme-dev" }, options);
const organizationId = dev.id.apply(() => ${JSON.stringify(prn(9))});
const members = { "${eve}": "admin" };
new pulumi.CustomResource("peridio:index:OrganizationMembers", "acme-dev", { organizationId, members }, options);
`;

const printed = z.object({
  steps: z.array(z.object({ urn: z.string(), newState: z.record(z.string(), z.unknown()) })),
});

/** Returns the states that a preview shows of Peridio's resources, and the references in its review that need approval. */
async function preview(stack: Stack) {
  const output = await stack.succeed("preview", "--json", "--show-sames");
  const terminal = fakeTerminal({ input: () => Promise.resolve(output) });
  expect(await run(["review", "--json"], terminal)).toBe(3);
  const { programChanges } = schema.parse(JSON.parse(terminal.printed()));
  const { steps } = printed.parse(JSON.parse(output));
  return {
    states: steps.filter(({ urn }) => urn.includes("peridio:index:")).map(({ newState }) => newState),
    references: programChanges.map(({ subject, risks }) => [subject, ...risks]),
  };
}

test("a forged child of a Layout looks like a genuine one, and both need approval", async () => {
  const layout = { organizations: { "acme-dev": {} }, people: { [eve]: { "acme-dev": "admin" } } };
  const site = await Site.begin({ acme: { type: "peridio:Layout", properties: layout } });
  const genuine = await preview(site.stack);
  await site.end();
  const stack = await newStack({ emulator: new Emulator(), prepare: writeForgery });
  const forged = await preview(stack);
  await stack.end();
  expect(forged.states).toEqual(genuine.states);
  expect(forged.references).toEqual([["Organization acme-dev", "hidesReference"]]);
  expect(genuine.references).toEqual(forged.references);
});

async function writeForgery(folder: string): Promise<void> {
  const project = {
    name: "people",
    runtime: "nodejs",
    main: "index.js",
    plugins: { providers: [await linkPlugin(folder)] },
  };
  await mkdir(join(folder, "node_modules/@pulumi"), { recursive: true });
  await symlink(join(__dirname, "../../node_modules/@pulumi/pulumi"), join(folder, "node_modules/@pulumi/pulumi"));
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "people", main: "index.js" }));
  await writeFile(join(folder, "index.js"), forgery);
}
