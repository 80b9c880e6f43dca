import { existsSync } from "node:fs";
import { testsWith } from "../../scripts/tests";
import { identifyEngine, parsePs, parseStat, readFiles, runPs } from "./engineProcess";

const processes = new Map([
  [7, { parent: 1, command: "pulumi up", started: "noon" }],
  [8, { parent: 7, command: "/bin/sh\0/usr/bin/pulumi-resource-pulumi-nodejs\x00127.0.0.1:4000", started: "later" }],
]);

test("the engine is the parent of this process, or the parent of the launcher of dynamic providers", () => {
  expect(identifyEngine(7, (id) => processes.get(id))).toBe("7 noon");
  expect(identifyEngine(8, (id) => processes.get(id))).toBe("7 noon");
  expect(identifyEngine(9, (id) => processes.get(id))).toBe("9 ");
});

test("the engine is unknown on Windows", () => {
  expect(identifyEngine(7, (id) => processes.get(id), "win32")).toBe("");
});

test("the system tells the start time of the parent of this process", () => {
  expect(identifyEngine()).toMatch(new RegExp(`^${process.ppid} .+`));
});

test("`/proc` tells the parent and the start time of a process whose name contains spaces and parentheses", () => {
  const times = "20 0 1 0 4711 1000 50";
  expect(parseStat(`8 (sh (a) b) S 75 8 8 0 -1 4194304 100 0 0 0 1 2 3 4 ${times}`)).toEqual({
    parent: 75,
    started: "4711",
  });
  expect(parseStat("8 (sh) S 75")).toEqual({ parent: 75, started: "" });
});

test.each(["", " ", "   "])(
  "`ps` tells the parent, the start time and the command of a process, after %j",
  (spaces) => {
    expect(parsePs(`${spaces}4711  Sun Nov  1 15:06:24 2026   /bin/sh -c 'a  b'\nc`)).toEqual({
      parent: 4711,
      started: "Sun Nov  1 15:06:24 2026",
      command: "/bin/sh -c 'a  b'\nc",
    });
  },
);

test.each(["", "4711", "error 12 Sun Nov 1 15:06:24 2026 sh", "4711 Sun Nov 1 2026 sh"])(
  "another line of `ps`, such as %j, tells nothing",
  (line) => {
    expect(parsePs(line)).toBeUndefined();
  },
);

testsWith("Use Linux.", process.platform === "linux").test("Linux tells the start time without `ps`", () => {
  expect(identifyEngine()).toMatch(/^\d+ \d+$/);
});

testsWith("Use Linux, and install `ps`.", process.platform === "linux" && existsSync("/usr/bin/ps")).test(
  "`/proc` and `ps` tell the same about this process",
  () => {
    const [files, command] = [readFiles(process.pid), runPs(process.pid)];
    expect([files.parent, command?.parent]).toEqual([process.ppid, process.ppid]);
    expect(files.started).toMatch(/^\d+$/);
    expect(command?.started).toMatch(/ \d\d:\d\d:\d\d \d{4}$/);
    expect(files.command.replaceAll("\0", " ").trim()).toBe(command?.command.trim());
  },
);

test("a process that does not exist has no start time", () => {
  // Process ids are smaller.
  expect(identifyEngine(2 ** 30)).toBe(`${2 ** 30} `);
});
