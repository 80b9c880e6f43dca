/**
 * Shows the main use of the provider with the real Pulumi CLI and a local Peridio: `make demo`. Exits with 0 only if every check
 * passes.
 */
import { Demo, UnexpectedError } from "./demo/demo";
import { reviewScenes } from "./demo/reviewScenes";
import { scenes } from "./demo/scenes";
import { Stage } from "./demo/stage";
import { Terminal } from "./demo/terminal";
import { formatDuration } from "./toolchain/progress";

async function main(): Promise<void> {
  const terminal = new Terminal();
  const started = Date.now();
  const stage = await Stage.create(terminal.hasColors);
  const demo = new Demo(stage, terminal);
  try {
    terminal.printHeading("Peridio organizations as code, from creation to deletion");
    stage.open("environments", "index.ts");
    terminal.say(
      "A local Peridio runs during this demo. The folder .demo/environments is a copy of examples/environments. Its program declares three " +
        "organizations, the roles of four people, and security settings that are strictest for production. " +
        `Watch the organizations at ${stage.console}. To inspect them in another terminal, first run these lines there:`,
    );
    terminal.copyable(Object.entries(stage.exports).map(([name, value]) => `export ${name}="${value}"`));
    await demo.run("npm install --no-progress --loglevel=error");
    await demo.run("pulumi stack init demo");
    terminal.say(
      "\nThe next commands set the addresses that production allows, and the provider's own addresses. All requests of this demo come from the first block.",
    );
    await demo.run("pulumi config set --path 'allowlist[0]' 127.0.0.0/8");
    await demo.run("pulumi config set --path 'allowlist[1]' 203.0.113.0/24");
    await demo.run("pulumi config set --path 'peridio:runnerCidrs[0]' 127.0.0.0/8");

    await demo.play([...scenes, ...reviewScenes]);

    terminal.printHeading(`All ${demo.facts} checks passed in ${formatDuration(Date.now() - started)}.`);
    terminal.say("What to try next:");
    terminal.printOutput(next);
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split("\n");
    terminal.printFailure(lines.join("\n    "));
    if (!(error instanceof UnexpectedError) && error instanceof Error)
      terminal.printOutput((error.stack ?? "").split("\n"));
    terminal.say(`\nThe demo stops here. All output is in ${Stage.log}, and the state in .demo/state.`);
    process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

const next = [
  "make emulator                      run a local Peridio with a console",
  "examples/environments/README.md    run the same program step by step, or against Peridio itself",
];

void main();
