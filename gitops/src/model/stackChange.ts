import type { Values } from "#framework";
import { createResource, type Resource, type State } from "./resource";

/** The subject of a review: the changes of a program, or changes outside Pulumi. */
export type Kind = "change" | "drift";

/** A change of one stack, as far as Peridio's resources are concerned: a preview, the difference of two layouts, or what the engine shows. */
export interface StackChange {
  /** `project/stack`. */
  readonly stack: string;
  /** The SHA-256 digest of the source, in hexadecimal digits. */
  readonly digest: string;
  readonly resources: readonly Resource[];
  /** The resources that were deleted outside Pulumi, and that the program no longer declares. By default, none. */
  readonly vanished?: readonly Resource[];
  /** The explicit providers for Peridio. Pulumi does not print default providers. */
  readonly providers: readonly ExplicitProvider[];
  /** The providers of the resources. */
  readonly uses: readonly ProviderUse[];
  /** The settings of the default provider in the configuration of the stack. */
  readonly settings: Values;
  /** The Peridio resources of types that this version does not know, if they change. */
  readonly unknownTypes: readonly ForeignChange[];
  /** The resources of other providers that change, and changed providers of other packages. */
  readonly others: readonly ForeignChange[];
  readonly remarks: readonly Remark[];
  /** The facts that the source leaves open, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** Returns a stack that stays as it is before the change. */
export function omitChanges(change: StackChange): StackChange {
  return {
    ...change,
    resources: change.resources.flatMap(({ urn, kind, before, isConnect, endpoint }) =>
      before === undefined
        ? []
        : [createResource(urn, kind, { before, after: before, isChanged: false, isConnect, endpoint })],
    ),
    vanished: [],
    providers: change.providers.map((provider) => ({
      ...provider,
      after: provider.before,
      isChanged: false,
      differences: [],
    })),
    uses: change.uses.map((use) => ({ ...use, after: use.before })),
    unknownTypes: [],
    others: [],
    remarks: [],
    unknowns: [],
  };
}

/** A message of Pulumi or the provider in a preview. */
export interface Remark {
  readonly severity: "info" | "warning";
  /** The resource; empty for none. */
  readonly urn: string;
  /** The resource, such as `Membership bob`; empty for none. */
  readonly about: string;
  readonly text: string;
}

/** An explicit provider for Peridio before and after. */
export interface ExplicitProvider extends Pick<Resource, "name" | "urn" | "isChanged" | "differences"> {
  readonly before: ProviderState | undefined;
  readonly after: ProviderState | undefined;
}

/** The inputs and options of a provider, on one side. */
type ProviderState = Pick<State, "inputs" | "options">;

/** The provider of a resource on both sides, also of one that a program only reads. */
export interface ProviderUse {
  /** The URN of the resource. */
  readonly urn: string;
  /** The URN of the provider; empty if there is none. */
  readonly before: string;
  readonly after: string;
}

/** A change of a resource that a review cannot translate into access. */
export interface ForeignChange {
  /** The whole type, such as `command:local:Command`. */
  readonly type: string;
  readonly name: string;
  /** The change as a noun, such as `creation`. */
  readonly change: string;
  /** True if each provider is a default one without a download URL. A provider that the preview omits counts as such. */
  readonly usesDefaultProvider: boolean;
}
