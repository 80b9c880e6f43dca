import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { watch } from "./usage";

const onLinux = existsSync("/proc/self/status") ? test : test.skip;

/** Two processes, of which one is the program that is watched. */
async function whileRunning(look: () => void): Promise<void> {
  const script = "process.stdout.write('up'); setInterval(() => {}, 1000)";
  const children = ["watched-program", "another-program"].map((name) => spawn("node", ["-e", script, name]));
  try {
    await Promise.all(children.map(({ stdout }) => once(stdout, "data")));
    look();
  } finally {
    for (const child of children) child.kill();
  }
}

onLinux("memory and processor time are those of the program alone", async () => {
  const [one, both, none] = ["watched-program", "-program", "unheard-of"].map((name) => watch(process.pid, name));
  await whileRunning(() => {
    const usage = one?.();
    expect(usage?.memory).toBeGreaterThan(10);
    expect(usage?.memory).toBeLessThan(1000);
    expect(both?.()?.cpu).toBeGreaterThan(usage?.cpu ?? Infinity);
    expect(none?.()).toBeUndefined();
  });
});
