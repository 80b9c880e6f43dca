import { join } from "node:path";
import { gt } from "semver";
import { describeOldHosts } from "./oldHosts";
import { listPinnedComponents } from "./component";

const components = listPinnedComponents(join(__dirname, "../../tools"), { version: "go1.26.0" });

test("the text names each language host with its version, which is older than the CLI", () => {
  const cli = components.find(({ name }) => name === "pulumi")?.version ?? "";
  const hosts = [...(describeOldHosts(components) ?? "").matchAll(/(Node\.js|Python|Go) (v[\d.]+\d)/g)].map(
    ([, , version = ""]) => version,
  );
  expect(hosts).toHaveLength(3);
  for (const host of hosts) expect(gt(cli, host)).toBe(true);
});

test("without an older host there is no text", () => {
  expect(describeOldHosts(components.filter(({ name }) => /^pulumi(-language-yaml)?$/.test(name)))).toBeUndefined();
});
