import { join } from "node:path";
import { figure, table } from "./markdown";
import { median } from "./median";
import { EmulatedPeridio } from "./peridio";
import type { Section } from "./section";
import { noop, provider } from "./sides";
import { start, type Started } from "./start";

const root = join(__dirname, "../..");
const plugin = "pulumi-resource-peridio";

const bare = "bare gRPC server";
const ours = "provider, as Pulumi starts it";

/** What is started, and how. */
const commands: Readonly<Record<string, readonly string[]>> = {
  [bare]: ["node", join(root, "dist/bench/bare/server.js")],
  "no-op, as Pulumi starts it": [join(noop.plugin, plugin)],
  "provider, without its launcher": ["node", join(provider.plugin, `${plugin}.js`)],
  [ours]: [join(provider.plugin, plugin)],
};

/** Starts are short, so that many of them cost little and calm the median. */
const startsPerRun = 4;

/** From the start of the process until Configure is answered. */
export async function startup(runs: number, say: (text: string) => void): Promise<Section> {
  const peridio = await EmulatedPeridio.start();
  const starts = new Map<string, Started[]>(Object.keys(commands).map((name) => [name, []]));
  try {
    // The first round is not counted: it warms the machine's file cache and the emulator up.
    for (let round = 0; round <= runs * startsPerRun; round += 1) {
      for (const [name, command] of Object.entries(commands)) {
        const started = await start(command, peridio.environment);
        if (round > 0) starts.get(name)?.push(started);
      }
    }
  } finally {
    await peridio.stop();
  }
  const yardstick = middle(starts, bare, "configured");
  const ratio = middle(starts, ours, "configured") / yardstick;
  say(`provider ${figure(ratio, 2)} × the bare server`);
  return {
    title: `Start (median of ${runs * startsPerRun})`,
    body: table(
      ["", "port printed, ms", "Configure answered, ms", "ratio"],
      Object.keys(commands).map((name) => [
        name,
        figure(middle(starts, name, "port"), 0),
        figure(middle(starts, name, "configured"), 0),
        figure(middle(starts, name, "configured") / yardstick, 2),
      ]),
    ),
    verdicts: [{ what: "start, against the bare server", value: ratio, most: 1.5, unit: "ratio" }],
  };
}

function middle(starts: ReadonlyMap<string, readonly Started[]>, name: string, until: keyof Started): number {
  return median((starts.get(name) ?? []).map((started) => started[until]));
}
