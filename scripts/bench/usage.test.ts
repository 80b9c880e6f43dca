import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { testsWith } from "#testing";
import { watch } from "./usage";

const onLinux = testsWith("Use Linux.", existsSync("/proc/self/status")).test;

/** Runs two processes. One of them is the watched program. */
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

onLinux("measures memory and processor time of the program alone", async () => {
  const [one, both, none] = ["watched-program", "-program", "missing-program"].map((name) => watch(process.pid, name));
  await whileRunning(() => {
    const usage = one?.();
    expect(usage?.memory).toBeGreaterThan(10);
    expect(usage?.memory).toBeLessThan(1000);
    expect(both?.()?.cpu).toBeGreaterThan(usage?.cpu ?? Infinity);
    expect(none?.()).toBeUndefined();
  });
});
