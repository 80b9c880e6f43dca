import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { type Child, ChildId, findReferences, insertIds } from "../component";
import { omitAbsent, unknownValue } from "../values";
import { send } from "./struct";

// The requests that register a component and its children with the engine.

/** A resource that the engine has registered. */
export interface Registered {
  readonly urn: string;
  /** Unknown in the preview of its creation. Undefined if the creation failed. */
  readonly id: unknown;
}

/** Returns the registration of the component. Its state has no inputs, so that a new wording of the same inputs is no change. */
export function createComponentRequest(request: ConstructRequest): RegisterResourceRequest {
  const registration = createRequest(request.getType(), request.getName(), request.getParent())
    .setCustom(false)
    .setObject(send({}))
    .setAliasesList(request.getAliasesList())
    .setDependenciesList(request.getDependenciesList())
    .setDeletedwith(request.getDeletedwith())
    .setReplaceWithList(request.getReplaceWithList());
  if (request.hasProtect()) registration.setProtect(request.getProtect() === true);
  if (request.hasRetainondelete()) registration.setRetainondelete(request.getRetainondelete() === true);
  const hooks = request.getResourceHooks();
  if (hooks !== undefined) {
    // Both messages have the same fields.
    const bytes = hooks.serializeBinary();
    registration.setHooks(RegisterResourceRequest.ResourceHooksBinding.deserializeBinary(bytes));
  }
  passProviders(request, registration);
  return registration;
}

/** Returns the registration of a child. `secret` names the secret inputs of the component. */
export function createChildRequest(
  request: ConstructRequest,
  parent: string,
  child: Child,
  secret: ReadonlySet<string>,
  getRegistered: (other: Child) => Registered,
): RegisterResourceRequest {
  const { from, protect } = child;
  const inputs = Object.entries(omitAbsent(child.inputs));
  const hidden = from.some((name) => secret.has(name));
  const object = Object.fromEntries(
    inputs.map(([property, value]) => [property, insertIds(value, (other) => getRegistered(other).id ?? unknownValue)]),
  );
  // An id does not come from the component's inputs.
  const propertiesFromComponent = inputs.flatMap(([property, value]) => (value instanceof ChildId ? [] : [property]));
  const origins = from.flatMap((name) => request.getInputdependenciesMap().get(name)?.getUrnsList() ?? []);
  const needed = listDependencies(child).map((other) => getRegistered(other).urn);
  const secrets = { secret: new Set(hidden ? propertiesFromComponent : []), texts: new Set<string>() };
  const registration = createRequest(child.type, child.name, parent)
    .setCustom(true)
    .setObject(send(object, secrets))
    .setAliasesList(createAliases(request.getParent()))
    .setDependenciesList([...new Set([...request.getDependenciesList(), ...origins, ...needed])]);
  for (const [property, value] of inputs) {
    const others = findReferences(value).map((other) => getRegistered(other).urn);
    addDependencies(registration, property, [
      ...(propertiesFromComponent.includes(property) ? origins : []),
      ...others,
    ]);
  }
  // The engine passes the component's options on to its children, so the component's own `protect` wins.
  if (protect === true && !request.hasProtect()) registration.setProtect(true);
  passProviders(request, registration);
  return registration;
}

/** Names the provider of a registration, unless the program does. Without a reference, the engine finds a provider by the version. */
export function withProvider(
  reference: string | undefined,
  registration: RegisterResourceRequest,
): RegisterResourceRequest {
  const named = registration.getProvidersMap().has(getPackageName(registration.getType()));
  if (reference !== undefined && !named) registration.setProvider(reference);
  return registration;
}

/** Returns true unless the program names another provider for resources of the type. */
export function isServedBy(reference: string | undefined, named: ProvidersMap, type: string): boolean {
  const own = getPackageName(type);
  return !named.has(own) || named.get(own) === reference;
}

type ProvidersMap = ReturnType<ConstructRequest["getProvidersMap"]>;

function getPackageName(type: string): string {
  return type.split(":")[0] ?? "";
}

function addDependencies(registration: RegisterResourceRequest, property: string, urns: readonly string[]): void {
  const needed = new RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]);
  registration.getPropertydependenciesMap().set(property, needed);
}

/** Returns the aliases of a child that was declared without the component: next to it, or at the root, as `pulumi import` does. */
function createAliases(parent: string): Alias[] {
  const atRoot = new Alias().setSpec(new Alias.Spec().setNoparent(true));
  if (parent === "" || parent.includes("::pulumi:pulumi:Stack::")) return [atRoot];
  return [atRoot, new Alias().setSpec(new Alias.Spec().setParenturn(parent))];
}

function createRequest(type: string, name: string, parent: string): RegisterResourceRequest {
  return new RegisterResourceRequest()
    .setType(type)
    .setName(name)
    .setParent(parent)
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSupportspartialvalues(true)
    .setSupportsresultreporting(true)
    .setAliasspecs(true);
}

function passProviders(request: ConstructRequest, registration: RegisterResourceRequest): void {
  request.getProvidersMap().forEach((reference: string, name: string) => {
    registration.getProvidersMap().set(name, reference);
  });
}

/** Returns the children that are registered before a child. */
export function listDependencies({ inputs, after = [] }: Child): Child[] {
  return [...findReferences(inputs), ...after];
}
