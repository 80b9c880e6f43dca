import { kinds, type ResourceKind } from "./objects/rows";
import { quoteName } from "./wording";

// The parts of URNs.

/** Returns the stack of a URN: `urn:pulumi:dev::acme::…` belongs to `acme/dev`. */
export function getStack(urn: string): string {
  const [head = "", project = ""] = urn.split("::");
  return `${project}/${head.replace(/^urn:pulumi:/, "")}`;
}

/** The types of the provider, of any version. The plugin and the dynamic provider have the same resources. */
const typePattern = /^(?:peridio:|pulumi-nodejs:dynamic\/peridio:)/;

/** The part of a type before the resource. */
const prefixPattern = /^(?:peridio:index:|pulumi-nodejs:dynamic\/peridio:)/;

/** Returns the type of a resource from its URN, which starts with the types of its parents. */
export function getType(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Returns the last part of a type, such as `Membership`. */
export function getTypeName(urn: string): string {
  return getType(urn).split(":").at(-1) ?? "";
}

/** Returns the kind of a resource of the provider; undefined if this version does not know it. */
export function getKind(urn: string): ResourceKind | undefined {
  const name = getType(urn).replace(prefixPattern, "");
  return kinds.find((kind) => kind === name);
}

/** Returns a resource in words, such as `Membership bob`. */
export function describeUrn(urn: string): string {
  return `${getTypeName(urn)} ${quoteName(getName(urn))}`;
}

/** Returns a resource as Pulumi's messages name it, without quotes. */
export function labelUrn(urn: string): string {
  return `${getTypeName(urn)} ${getName(urn)}`;
}

/** Returns the name of a resource in its program. */
export function getName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Reports if the provider has a type, in any version. */
export function isPeridioType(urn: string): boolean {
  return typePattern.test(getType(urn));
}

/** Reports if a resource is a Layout, the component of the provider. Its children are resources. */
export function isLayout(urn: string): boolean {
  return getType(urn) === "peridio:index:Layout";
}

/** Reports if a URN says that a resource is a child of a Layout. A program can register such children too. */
export function isInLayout(urn: string): boolean {
  return urn.split("::")[2]?.split("$").includes("peridio:index:Layout") === true;
}

/** The type of the provider itself. */
export const peridioProvider = "pulumi:providers:peridio";

/** Reports if a default provider without a download URL has this name: `default`, or `default_1_2_3` with the version. */
export function isDefaultProviderName(name: string): boolean {
  return /^default(_\d+_\d+_\d+(_[\w-]+)*)?$/.test(name);
}
