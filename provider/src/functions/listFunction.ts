import * as z from "zod";
import type { Shape } from "#framework";
import { type Collections, collections, type Peridio } from "../api";
import { withOrganization } from "../example";
import type { ProviderFunction, Right } from "../resource";
import { idOrName, locateOrganization } from "../types/organizationId";

/** A function that lists the objects of one organization in a collection. */
interface ListFunction<Item extends Shape> {
  /** The collection, and the output with the objects: `groups` of `getGroups`. */
  readonly name: keyof Collections;
  readonly description: string;
  readonly right: Right;
  readonly item: Item;
  /** Describes the output, with the order of the objects. */
  readonly items: string;
  /** Returns the objects in this order. */
  readonly read: (api: Peridio, organizationId: string) => Promise<readonly z.output<Item>[]>;
}

const inputs = z.object({ organizationId: idOrName });

export function defineListFunction<Item extends Shape>({
  name,
  description,
  right,
  item,
  items,
  read,
}: ListFunction<Item>): ProviderFunction<typeof inputs, Shape> {
  return {
    token: `peridio:index:${getFunctionName(name)}`,
    description,
    example: createListExample(name),
    right,
    requires: collections[name].feature,
    inputs,
    outputs: z.object({ [name]: z.array(item).meta({ description: items }) }),
    call: async ({ api }, { organizationId }) => ({
      [name]: await read(api, await locateOrganization(api, organizationId)),
    }),
  };
}

/** Returns the example of a function that lists objects of an organization. */
export function createListExample(name: keyof Collections): string {
  return `${withOrganization("acme")}
variables:
  found:
    fn::invoke:
      function: peridio:${getFunctionName(name)}
      arguments: { organizationId: "\${acme.id}" }
outputs:
  ${name}: \${found.${name}}
`;
}

function getFunctionName(name: string): string {
  return `get${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
