/**
 * Shows the main use of the provider with the real Pulumi CLI and a local Peridio: `make demo`. With the argument `access`, shows how access
 * is edited: `make demo-access`. Exits with 0 only if every check passes.
 */
import { accessScenes } from "./demo/accessScenes";
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
    await (process.argv[2] === "access" ? playAccess(demo, terminal) : playAll(demo, terminal));

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

/** Shows the life of organizations, and the reviews of pull requests. */
async function playAll(demo: Demo, terminal: Terminal): Promise<void> {
  terminal.printHeading("Peridio organizations as code, from creation to deletion");
  demo.stage.open("environments", "index.ts");
  terminal.say(
    "A local Peridio runs during this demo. The folder .demo/environments is a copy of examples/environments. Its program declares three " +
      "organizations, the roles of four people, and security settings that are strictest for production. " +
      `Watch the organizations at ${demo.stage.console}. To inspect them in another terminal, first run these lines there:`,
  );
  terminal.copyable(Object.entries(demo.stage.exports).map(([name, value]) => `export ${name}="${value}"`));
  await demo.run("npm install --no-progress --loglevel=error");
  await demo.run("pulumi stack init demo");
  terminal.say(
    "\nThe next commands set the addresses that production allows, and the provider's own addresses. All requests of this demo come from the first block.",
  );
  await demo.run("pulumi config set --path 'allowlist[0]' 127.0.0.0/8");
  await demo.run("pulumi config set --path 'allowlist[1]' 203.0.113.0/24");
  await demo.run("pulumi config set --path 'peridio:runnerCidrs[0]' 127.0.0.0/8");

  await demo.play([...scenes, ...reviewScenes]);
}

/** Shows how access is edited, and how changes outside Pulumi come back into the code. */
async function playAccess(demo: Demo, terminal: Terminal): Promise<void> {
  terminal.printHeading("Access of people, from the console back to the code");
  terminal.say(
    `A local Peridio runs during this demo: ${demo.stage.console}. The folder .demo/ci is a copy of examples/ci.`,
  );
  await demo.play(accessScenes);
}

const next = [
  "make demo, make demo-access         show the main use, and the editing of access",
  "make emulator                      run a local Peridio with a console",
  "examples/environments/README.md    run the same program step by step, or against Peridio itself",
];

void main();
