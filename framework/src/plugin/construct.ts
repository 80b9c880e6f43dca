import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { type ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
  Result,
} from "@pulumi/pulumi/proto/resource_pb";
import {
  type Child,
  ChildId,
  type Component,
  type Composition,
  findReferences,
  insertIds,
  type Surroundings,
} from "../component";
import { UserError } from "../errors";
import { hasUnknowns, omitAbsent, unknownValue, type Values } from "../values";
import { anyLength, engineConnection } from "./channel";
import { type Received, send } from "./struct";

/** A resource that the engine has registered. */
interface Registered {
  readonly urn: string;
  /** Unknown in the preview of its creation. Undefined if the creation failed. */
  readonly id: unknown;
}

/** The provider of a component. It serves the children too, unless the program names another provider for them. */
export interface ComponentProvider {
  /** The engine's reference to the provider, if the engine sends one. */
  readonly reference?: string | undefined;
  /** Rejects children that the provider cannot serve, before it registers any resource. */
  readonly checkChildren?: (composition: Pick<Composition, "children" | "findSources" | "requires">) => void;
  /** Shows a warning about the component. */
  readonly warn?: (urn: string, text: string) => void;
}

/** Registers a component and its children with the engine that sent the request. */
export async function construct(
  component: Component,
  request: ConstructRequest,
  received: Received,
  surroundings: Surroundings,
  { reference, checkChildren, warn }: ComponentProvider = {},
): Promise<ConstructResponse> {
  const unknown = Object.keys(received.values).filter((name) => hasUnknowns(received.values[name]));
  if (unknown.length > 0)
    throw new UserError(
      `${unknown.join(", ")}: the ${unknown.length === 1 ? "value is" : "values are"} not known before the update, so the preview cannot show the component's child resources. ` +
        "Use values that do not depend on outputs of resources that this update creates.",
    );
  const { children, outputs, findSources, requires, warnings = [] } = component.compose(surroundings, received.values);
  const own = children.filter(({ type }) => isServedBy(reference, request.getProvidersMap(), type));
  checkChildren?.({ children: own, findSources, ...(requires !== undefined && { requires }) });
  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const urn = (await monitor.register(componentRequest(request))).getUrn();
    for (const warning of warnings) warn?.(urn, warning);
    const made = await registerAll(children, (child, before) =>
      declare(
        monitor,
        withProvider(reference, childRequest(request, urn, child, received.secret, before)),
        surroundings.version,
      ),
    );
    const response = new ConstructResponse().setUrn(urn);
    const state: Record<string, unknown> = {};
    for (const [output, named] of Object.entries(outputs)) {
      // With --continue-on-error, the outputs contain no failed children.
      const known = Object.entries(named).flatMap(([key, child]) => {
        const one = made.get(child);
        return one?.id === undefined ? [] : [[key, one] as const];
      });
      state[output] = Object.fromEntries(known.map(([key, { id }]) => [key, id]));
      const needed = new ConstructResponse.PropertyDependencies().setUrnsList(known.map(([, one]) => one.urn));
      response.getStatedependenciesMap().set(output, needed);
    }
    await monitor.registerOutputs(urn, state);
    return response.setState(send(state));
  } finally {
    monitor.close();
  }
}

/** Registers children after those that they depend on. Skips the dependents of a child that is not registered. */
async function registerAll(
  children: readonly Child[],
  make: (child: Child, made: (other: Child) => Registered) => Promise<Registered | undefined>,
): Promise<Map<Child, Registered>> {
  const made = new Map<Child, Registered>();
  const under = new Map<Child, Promise<void>>();
  const before = (child: Child): Registered => {
    const one = made.get(child);
    if (one === undefined) throw new TypeError(`${child.name} is not registered yet`);
    return one;
  };
  for (const child of children) {
    const needed = dependenciesOf(child);
    const one = async () => {
      await Promise.all(needed.map((other) => under.get(other) ?? Promise.resolve()));
      if (!needed.every((other) => made.has(other))) return;
      const result = await make(child, before);
      if (result !== undefined) made.set(child, result);
    };
    under.set(child, one());
  }
  // All registrations end before the response. After it, the engine may stop.
  const failure = (await Promise.allSettled([...under.values()])).find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return made;
}

function dependenciesOf({ inputs, after = [] }: Child): Child[] {
  return [...findReferences(inputs), ...after];
}

async function declare(
  monitor: Monitor,
  request: RegisterResourceRequest,
  version: string,
): Promise<Registered | undefined> {
  const response = await monitor.register(request.setVersion(version));
  if (response.getUrn() === "") return undefined;
  // The dependents of a failed child are registered too. The engine skips them, and would delete unregistered ones.
  const missing = response.getResult() === Result.SUCCESS ? unknownValue : undefined;
  return { urn: response.getUrn(), id: response.getId() || missing };
}

/** Returns the registration of the component. Its state has no inputs, so that a new wording of the same inputs is no change. */
function componentRequest(request: ConstructRequest): RegisterResourceRequest {
  const registration = newRequest(request.getType(), request.getName(), request.getParent())
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

function childRequest(
  request: ConstructRequest,
  parent: string,
  child: Child,
  secret: ReadonlySet<string>,
  made: (other: Child) => Registered,
): RegisterResourceRequest {
  const { from, protect } = child;
  const inputs = Object.entries(omitAbsent(child.inputs));
  const hidden = from.some((name) => secret.has(name));
  const object = Object.fromEntries(
    inputs.map(([property, value]) => [property, insertIds(value, (other) => made(other).id ?? unknownValue)]),
  );
  // An id does not come from the component's inputs.
  const own = inputs.flatMap(([property, value]) => (value instanceof ChildId ? [] : [property]));
  const origins = from.flatMap((name) => request.getInputdependenciesMap().get(name)?.getUrnsList() ?? []);
  const needed = dependenciesOf(child).map((other) => made(other).urn);
  const secrets = { secret: new Set(hidden ? own : []), texts: new Set<string>() };
  const registration = newRequest(child.type, child.name, parent)
    .setCustom(true)
    .setObject(send(object, secrets))
    .setAliasesList(aliasesOfChild(request.getParent()))
    .setDependenciesList([...new Set([...request.getDependenciesList(), ...origins, ...needed])]);
  for (const [property, value] of inputs) {
    const others = findReferences(value).map((other) => made(other).urn);
    addDependencies(registration, property, [...(own.includes(property) ? origins : []), ...others]);
  }
  // The engine passes the component's options on to its children.
  if (protect === true && !request.hasProtect()) registration.setProtect(true);
  passProviders(request, registration);
  return registration;
}

/** Names the provider of a registration, unless the program does. Without a reference, the engine finds a provider by the version. */
function withProvider(reference: string | undefined, registration: RegisterResourceRequest): RegisterResourceRequest {
  const named = registration.getProvidersMap().has(packageOf(registration.getType()));
  if (reference !== undefined && !named) registration.setProvider(reference);
  return registration;
}

/** Returns true unless the program names another provider for resources of the type. */
function isServedBy(reference: string | undefined, named: ProvidersMap, type: string): boolean {
  const own = packageOf(type);
  return !named.has(own) || named.get(own) === reference;
}

type ProvidersMap = ReturnType<ConstructRequest["getProvidersMap"]>;

function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

function addDependencies(registration: RegisterResourceRequest, property: string, urns: readonly string[]): void {
  const needed = new RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]);
  registration.getPropertydependenciesMap().set(property, needed);
}

/** Returns the aliases of a child that was a resource beside the component, or at the root, where `pulumi import` puts resources. */
function aliasesOfChild(parent: string): Alias[] {
  const atRoot = new Alias().setSpec(new Alias.Spec().setNoparent(true));
  if (parent === "" || parent.includes("::pulumi:pulumi:Stack::")) return [atRoot];
  return [atRoot, new Alias().setSpec(new Alias.Spec().setParenturn(parent))];
}

function newRequest(type: string, name: string, parent: string): RegisterResourceRequest {
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

/** The monitor of a running program, with which resources are registered. */
export class Monitor {
  readonly #client: ResourceMonitorClient;

  constructor(address: string) {
    this.#client = new ResourceMonitorClient(address, credentials.createInsecure(), {
      ...anyLength,
      ...engineConnection,
    });
  }

  /** Registers a resource. Resolves when the engine has applied it. */
  register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return new Promise((resolve, reject) => {
      this.#client.registerResource(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(explain(error));
      });
    });
  }

  /** Registers the outputs of a component. */
  registerOutputs(urn: string, outputs: Values): Promise<void> {
    const request = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(send(outputs));
    return new Promise((resolve, reject) => {
      this.#client.registerResourceOutputs(request, (error) => {
        if (error === null) resolve();
        else reject(explain(error));
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}

function explain(error: ServiceError): Error {
  const over = error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
  return new UserError(
    over ? "the run ended before all resources of the component were created. Run the command again." : error.details,
  );
}
