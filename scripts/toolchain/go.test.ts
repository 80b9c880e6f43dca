import { isGoAtLeast, findPinnedModule, findPinnedTool } from "./go";

test("compares Go releases by number, not by text", () => {
  expect(isGoAtLeast("go1.26.8", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.100.0", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.9.7", "1.26")).toBe(false);
  expect(isGoAtLeast("go1.25.11", "1.26.0")).toBe(false);
});

test("release candidates and vendors' builds count as their release", () => {
  expect(isGoAtLeast("go1.26rc1", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.26.1-vendor.2", "1.26.1")).toBe(true);
});

test("rejects a Go without a version", () => {
  expect(isGoAtLeast("", "1.26")).toBe(false);
});

const goMod = `module example/tools/host

go 1.26

tool github.com/pulumi/pulumi/sdk/v3/go/host

require github.com/pulumi/pulumi v2.0.0+incompatible // indirect

require (
	github.com/pulumi/pulumi/sdk/v3 v3.66.0 // indirect
	github.com/pulumi/pulumi/sdk/v33 v3.99.0 // indirect
)
`;

test("a tool has the version of the nearest module that contains it", () => {
  expect(findPinnedTool(goMod)).toEqual({ package: "github.com/pulumi/pulumi/sdk/v3/go/host", version: "v3.66.0" });
});

test("a tool may be the root of its module", () => {
  expect(findPinnedTool("tool example.com/a\nrequire example.com/a v1.2.3\n").version).toBe("v1.2.3");
});

test("a module has the version that is required", () => {
  expect(findPinnedModule(goMod, "github.com/pulumi/pulumi").version).toBe("v2.0.0+incompatible");
});

test("rejects a go.mod without the pin", () => {
  expect(() => findPinnedTool("module example/tools/host\n")).toThrow("no tool directive");
  expect(() => findPinnedTool("tool example.com/a/b\nrequire example.com/c v1.0.0\n")).toThrow(
    "no module that contains example.com/a/b",
  );
  expect(() => findPinnedModule(goMod, "github.com/pulumi/esc")).toThrow("github.com/pulumi/esc");
});
