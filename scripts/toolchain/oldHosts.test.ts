import { join } from "node:path";
import { gt } from "semver";
import { describeOldHosts } from "./oldHosts";
import { listPinnedParts } from "./part";

const parts = listPinnedParts(join(__dirname, "../../tools"), { version: "go1.26.0" });

test("the text names each language host with its version, which is older than the CLI", () => {
  const cli = parts.find(({ name }) => name === "pulumi")?.version ?? "";
  const hosts = [...(describeOldHosts(parts) ?? "").matchAll(/(Node\.js|Python|Go) (v[\d.]+\d)/g)].map(
    ([, , version = ""]) => version,
  );
  expect(hosts).toHaveLength(3);
  for (const host of hosts) expect(gt(cli, host)).toBe(true);
});

test("without an older host there is no text", () => {
  expect(describeOldHosts(parts.filter(({ name }) => /^pulumi(-language-yaml)?$/.test(name)))).toBeUndefined();
});
