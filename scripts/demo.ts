/**
 * Shows the main job end to end, with the real Pulumi CLI and a local Peridio: `make demo`. Ends with exit code 0 only if
 * every step shows what it should.
 */
import { Demo, Unexpected } from "./demo/demo";
import { scenes } from "./demo/scenes";
import { Stage } from "./demo/stage";
import { Terminal } from "./demo/terminal";
import { duration } from "./toolchain/progress";

async function main(): Promise<void> {
  const terminal = new Terminal();
  const started = Date.now();
  const stage = await Stage.set(terminal.colored);
  const demo = new Demo(stage, terminal);
  try {
    terminal.heading("Peridio organizations as code, from nothing to nothing");
    stage.open("environments", "index.ts");
    terminal.say(
      "A local Peridio runs for the time of this demo. A copy of examples/environments is in .demo/environments: three " +
        "organizations, the roles of four people, and rules that get stricter towards production. " +
        `Watch them come and go at ${stage.console}. To look around in another terminal, go there and set:`,
    );
    terminal.copyable(Object.entries(stage.exports).map(([name, value]) => `export ${name}="${value}"`));
    await demo.run("npm install --no-progress --loglevel=error");
    await demo.run("pulumi stack init demo");
    terminal.say(
      "\nProduction will let only these addresses in. The local Peridio sees every request come from the first block.",
    );
    await demo.run("pulumi config set --path 'allowlist[0]' 127.0.0.0/8");
    await demo.run("pulumi config set --path 'allowlist[1]' 203.0.113.0/24");

    await demo.play(scenes);

    terminal.heading(`All ${demo.facts} checks passed in ${duration(Date.now() - started)}.`);
    terminal.say("What to try next:");
    terminal.output(next);
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split("\n");
    terminal.failed(lines.join("\n    "));
    if (!(error instanceof Unexpected) && error instanceof Error) terminal.output((error.stack ?? "").split("\n"));
    terminal.say(`\nThe demo ends here. All output is in ${Stage.log}, and the state in .demo/state.`);
    process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

const next = [
  "make emulator                      a local Peridio to play with, whose console changes things by hand",
  "examples/environments/README.md    the same program step by step, and against Peridio itself",
];

void main();
