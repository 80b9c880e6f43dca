import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { Emulator } from "#emulator";
import { Site } from "#provider/testing";
import { organizationChange } from "./changes";
import { judge } from "./judge";
import { type Api, apiUser, recordedSide, type Side, type Slot, stackName, type World } from "./model";
import { declaredBy } from "./peopleOracle";
import { isReal, realize, toDeclarations } from "./realPrograms";
import { isComparable, judgePack, packRules } from "./packOracle";
import { reviewOf } from "./reviewOf";
import { judgeWho } from "./whoOracle";
import { describeWorld } from "./words";

/** Changes of organizations in one stack, so that the CLI starts rarely. */
const organizationsInStack = 17;
const stacksOfApi = 3;
const seed = Number(process.env.ORACLE_SEED ?? 20_270_131);

const preview = z.object({
  diagnostics: z.array(z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() })).optional(),
});

const cases = (["connect", "admin-v2"] as const).flatMap((api) =>
  Array.from({ length: stacksOfApi }, (_, index): [Api, number] => [api, index]),
);

test.each(cases)("with %s and the real CLI, reviews show what changes do, stack %i", async (api, index) => {
  const drawn = Array.from({ length: organizationsInStack }, (_, number) => {
    const change = organizationChange(api, `quartz${number}`).filter(isReal).map(realize);
    return fc.sample(change, { seed: seed + 1000 * index + number, numRuns: 1 });
  }).flat();
  const emulator = new Emulator();
  // Avocado Connect cannot create organizations.
  if (api === "connect") for (const name of drawn.map(nameOf)) await emulator.control.createOrganization(name);
  const environment: Record<string, string> = {
    PULUMI_SKIP_CHECKPOINTS: "true",
    ...(api === "connect" ? { PERIDIO_BACKEND: "connect" } : {}),
  };
  const site = await Site.begin({}, { emulator, environment });
  try {
    if (api === "connect") await site.stack.succeed("config", "set", "peridio:backend", "connect");
    await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.1/32");
    const recorded = (await withoutRejected(site, drawn, "recorded")).worlds;
    await site.declare(toDeclarations(merge(api, recorded), "recorded"));
    await site.up();
    emulator.control.setTwoFactor(apiUser, true);
    accept(emulator, recorded, recordedSide);
    await site.up("--refresh");
    // Another program makes the changes outside Pulumi.
    const state = join(site.stack.folder, "state.json");
    await site.stack.succeed("stack", "export", "--file", state);
    const possible = (await withoutRejected(site, recorded, "before")).worlds;
    await site.declare(toDeclarations(merge(api, possible), "before"));
    await site.up();
    accept(emulator, possible, ({ before }) => before);
    await site.stack.succeed("stack", "import", "--file", state);
    const { worlds, text } = await withoutRejected(site, possible, "after");
    const review = (await reviewOf([text])).replaceAll("people/test", stackName(0));
    const change = merge(api, worlds);
    const differences = [
      ...judge(change, review),
      ...(api === "connect" ? await judgeWho(change, text) : []),
      ...(isComparable(change) ? judgePack(change, [text], await reviewOf([text], packRules)) : []),
    ];
    const concerned = worlds.filter((world) => differences.some((line) => line.includes(`${nameOf(world)} `)));
    if (differences.length > 0) {
      throw new Error([`ORACLE_SEED=${seed}`, ...differences, "", ...concerned.map(describeWorld)].join("\n"));
    }
    // The provider rejects few of the changes.
    expect(worlds.length).toBeGreaterThan(organizationsInStack / 2);
  } finally {
    await site.end();
  }
});

/** Makes members of everyone without an invitation in the change, with a second factor, so that the provider warns of no one. */
function accept(emulator: Emulator, worlds: readonly World[], choose: (slot: Slot) => Side | undefined): void {
  for (const { slots, invited } of worlds) {
    for (const slot of slots) {
      const { organization } = slot;
      const emails = declaredBy(choose(slot));
      if (emails.length === 0) continue;
      const pending = emulator.control.getOrganization(organization).invitations;
      for (const email of emails) {
        const isInvited = invited.some((person) => person.email === email && person.organization === organization);
        const isPending = pending.some((invitation) => invitation.email === email && invitation.accepted_at === null);
        if (isInvited || !isPending) continue;
        emulator.control.accept(email, organization);
        emulator.control.setTwoFactor(email, true);
      }
    }
  }
}

/** Previews one side of the changes, and leaves out those that the provider rejects. */
async function withoutRejected(
  site: Site,
  all: readonly World[],
  when: "recorded" | "before" | "after",
): Promise<{ worlds: readonly World[]; text: string }> {
  let worlds = all;
  for (;;) {
    await site.declare(toDeclarations(merge(worlds[0]?.api ?? "connect", worlds), when));
    const { code, stdout, stderr } = await site.stack.pulumi("preview", "--refresh", "--json", "--show-sames");
    if (code === 0) return { worlds, text: stdout };
    const errors = preview.parse(JSON.parse(stdout)).diagnostics?.filter(({ severity }) => severity === "error") ?? [];
    const names = worlds.map(nameOf);
    const rejected = names.filter((name) => errors.some(({ urn }) => urn?.split("::")[3]?.split("_")[0] === name));
    if (rejected.length === 0) throw new Error(`${stdout}\n${stderr}`);
    // A rejected change leaves the organization as it is.
    const change = { before: withoutDrift, after: unchanged };
    worlds =
      when === "recorded"
        ? worlds.filter((_, index) => !rejected.includes(names[index] ?? ""))
        : worlds.map((world, index) => (rejected.includes(names[index] ?? "") ? change[when](world) : world));
  }
}

/** The organization of the change. */
function nameOf({ slots }: World): string {
  return slots[0]?.organization ?? "";
}

function unchanged(world: World): World {
  const slots = world.slots.flatMap((slot) => (slot.before === undefined ? [] : [{ ...slot, after: slot.before }]));
  return { ...world, slots };
}

/** Nothing changes, also not outside Pulumi. */
function withoutDrift(world: World): World {
  const slots = world.slots.flatMap((slot): Slot[] => {
    const { stack, key, organization } = slot;
    const before = recordedSide(slot);
    return before === undefined ? [] : [{ stack, key, organization, before, after: before }];
  });
  return { ...world, slots };
}

function merge(api: Api, worlds: readonly World[]): World {
  return {
    api,
    stacks: 1,
    isReal: true,
    unrefreshed: [],
    slots: worlds.flatMap(({ slots }) => slots),
    invited: worlds.flatMap(({ invited }) => invited),
  };
}
