import type { AnyClient } from "./client";
import { getBehaviours } from "./property";
import type { ContextWith, Module, Resource, Shape } from "./resource";

/**
 * Returns the function that defines the resources of one client. It infers the types of a definition from `inputs`, `outputs`, `query` and
 * `uses`. No definition names the client. `Metadata` are members that each resource of this provider has in addition.
 * The function throws a TypeError for a behaviour that has no effect, for an input that is
 * no output although the API stores it, for an input that only a missing `update` could change, for a right
 * to a missing `update` or the reverse, for `ownership` without inputs that identify the object, and for a parent without `parts`.
 */
export function defineResourceFor<C extends AnyClient, Metadata = unknown>() {
  return <
    Inputs extends Shape,
    Outputs extends Shape,
    Query extends Shape = Shape,
    const Modules extends readonly Module[] = [],
  >(
    definition: Schemas<Inputs, Outputs, Query, Modules> &
      Resource<NoInfer<Inputs>, NoInfer<Outputs>, NoInfer<Query>, C, ContextWith<C, NoInfer<Modules>>> &
      Metadata,
  ): Resource<Inputs, Outputs, Query, C, ContextWith<C, Modules>> & Metadata => {
    getBehaviours(definition.outputs);
    const unread = Object.entries(getBehaviours(definition.inputs)).find(
      ([name, { providerOnly }]) => providerOnly !== true && !(name in definition.outputs.shape),
    );
    if (unread !== undefined)
      throw new TypeError(
        `${definition.token} has the input ${unread[0]}, which is no output. Add it to \`outputs\`, or add \`providerOnly\` if the API does not store it`,
      );
    const changing = Object.entries(getBehaviours(definition.inputs)).find(
      ([, { replaceOnChange, immutable, providerOnly }]) =>
        (replaceOnChange ?? immutable ?? providerOnly) === undefined,
    );
    if (definition.update === undefined && changing !== undefined)
      throw new TypeError(
        `${definition.token} has no \`update\`, but a change of ${changing[0]} does not replace the object. Add \`update\`, or add \`replaceOnChange\` to the input`,
      );
    const { rights } = definition;
    if (rights !== undefined && (rights.update === undefined) !== (definition.update === undefined))
      throw new TypeError(`${definition.token} has only one of \`update\` and the right to it. Add or remove both`);
    if (definition.identity === "id" && definition.ownership !== undefined)
      throw new TypeError(`${definition.token} has \`ownership\`, which requires an \`identity\` of inputs`);
    const { parent } = definition;
    if (parent !== undefined && parent.resource.parts === undefined)
      throw new TypeError(
        `${definition.token} has the parent ${parent.resource.token}, whose deletion ends no parts. Name the resource that has \`parts\`, and derive its id with \`toId\``,
      );
    return definition;
  };
}

interface Schemas<Inputs, Outputs, Query, Modules> {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly query?: Query;
  readonly uses?: Modules;
}
