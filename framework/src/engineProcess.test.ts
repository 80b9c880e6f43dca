import { identifyEngine } from "./engineProcess";

const processes = new Map([
  [7, { parent: 1, command: "pulumi up", started: "noon" }],
  [8, { parent: 7, command: "/bin/sh\0/usr/bin/pulumi-resource-pulumi-nodejs\x00127.0.0.1:4000", started: "later" }],
]);

test("the engine is the parent of this process, or the parent of the launcher of dynamic providers", () => {
  expect(identifyEngine(7, (id) => processes.get(id))).toBe("7 noon");
  expect(identifyEngine(8, (id) => processes.get(id))).toBe("7 noon");
  expect(identifyEngine(9, (id) => processes.get(id))).toBe("9 ");
});

test("the system tells the start time of the parent of this process", () => {
  expect(identifyEngine()).toMatch(new RegExp(`^${process.ppid} .+`));
});
