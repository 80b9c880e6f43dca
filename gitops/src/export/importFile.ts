import { organization } from "../../../provider/src/resources/organization";
import { billingSettings } from "../../../provider/src/resources/billingSettings";
import { organizationMembers } from "../../../provider/src/resources/organizationMembers";
import { organizationOwner } from "../../../provider/src/resources/organizationOwner";
import { securityPolicy } from "../../../provider/src/resources/securityPolicy";
import type { Entry } from "./entry";

/** The name of the layout in the program, and so in the import file. */
export const layoutName = "organizations";

/** What `pulumi import --file` reads, so that the preview after it is empty: the layout, and everything that it makes of the entries. */
export function importFile(entries: readonly Entry[]): string {
  const resources = [
    // Not `remote`: the engine would replace the layout in the first preview.
    { type: "peridio:index:Layout", name: layoutName, component: true },
    ...entries.flatMap(({ name, id, settings }) => {
      const types = [
        organization,
        organizationMembers,
        ...(settings.security === undefined ? [] : [securityPolicy]),
        ...(settings.billing === undefined ? [] : [billingSettings]),
        ...(settings.owner === undefined ? [] : [organizationOwner]),
      ];
      return types.map(({ token }) => ({
        type: token,
        // The parent is found by this name, so no two may be the same.
        name: `${token.slice(token.lastIndexOf(":") + 1)} ${name}`,
        logicalName: name,
        parent: layoutName,
        id,
      }));
    }),
  ];
  return `{\n  "resources": [\n${resources.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]\n}\n`;
}
