import { findEngineProcess } from "./engineProcess";

test("the engine is the parent of this process, or the parent of the launcher of dynamic providers", () => {
  const shell = { parent: 7, command: "/bin/bash" };
  const script = { parent: 7, command: "/bin/sh\0/usr/bin/pulumi-resource-pulumi-nodejs\x00127.0.0.1:4000" };
  expect(findEngineProcess(8, () => shell)).toBe(8);
  expect(findEngineProcess(8, () => script)).toBe(7);
  expect(findEngineProcess(8, () => undefined)).toBe(8);
});

test("the system describes the parent of this process, which is not the launcher", () => {
  expect(findEngineProcess()).toBe(process.ppid);
});
