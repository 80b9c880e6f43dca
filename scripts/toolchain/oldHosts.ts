import type { ToolchainComponent } from "./component";

const languages = { nodejs: "Node.js", python: "Python", go: "Go" };

/** Returns a text for the user that names the built language hosts older than the CLI, and the features that they lack. */
export function describeOldHosts(
  components: readonly Pick<ToolchainComponent, "name" | "version">[],
): string | undefined {
  const hosts = Object.entries(languages).flatMap(([host, language]) => {
    const component = components.find(({ name }) => name === `pulumi-language-${host}`);
    return component === undefined ? [] : [`${language} ${component.version}`];
  });
  if (hosts.length === 0) return undefined;
  return (
    `The language hosts are older than the CLI: ${hosts.join(", ")}. They do not support \`pulumi package add\` and the code that ` +
    "`pulumi import` prints. They ignore the options `packagemanager` and `virtualenv` of Pulumi.yaml. To use these features, " +
    "install Pulumi (https://www.pulumi.com/docs/install) and run make pulumi again, which prefers an installed CLI."
  );
}
