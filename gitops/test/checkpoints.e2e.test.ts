import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Declarations, member, organization, Site } from "#provider/testing";

let site: Site;
afterEach(() => site.end());

const dev: Declarations = { dev: organization("acme-dev") };
const bob = member("bob@acme.example", "viewer");

/** The properties with times and random numbers. */
const varying = ["duration", "time", "magic", "modified", "seed", "ciphertext"];

/** Parses JSON without what differs between two equal runs. Pulumi runs steps at once, so their order differs too. */
function parse(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (varying.includes(key)) return undefined;
    if (key !== "steps" || !Array.isArray(value)) return value;
    const steps: readonly unknown[] = value;
    return steps.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  });
}

/** Returns the output of the pipelines' previews, and the plan that they save. */
async function preview(skipCheckpoints: string): Promise<unknown> {
  const plan = join(site.stack.folder, "plan.json");
  const stack = site.stack.with({ PULUMI_SKIP_CHECKPOINTS: skipCheckpoints });
  const change = await stack.succeed("preview", "--refresh", "--show-sames", "--json", "--save-plan", plan);
  const drift = await stack.succeed("refresh", "--preview-only", "--json");
  return { change: parse(change), drift: parse(drift), plan: parse(await readFile(plan, "utf8")) };
}

test("previews and plans are the same with PULUMI_SKIP_CHECKPOINTS, which the pipelines set", async () => {
  site = await Site.begin({ ...dev, bob, carl: member("carl@acme.example", "viewer") });
  await site.up();
  site.emulator.control.accept("bob@acme.example", "acme-dev");
  await site.emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
  await site.declare({ ...dev, bob, dora: member("dora@acme.example", "developer") });
  const state = await site.stack.succeed("stack", "export");
  const skipping = await preview("true");
  expect(JSON.stringify(skipping)).toMatch(/create.*delete.*update/);
  expect(skipping).toEqual(await preview("false"));
  expect(await site.stack.succeed("stack", "export")).toEqual(state);
});
