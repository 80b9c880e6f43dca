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
import type { Component, Child, Composition, Surroundings } from "../component";
import { UserError } from "../errors";
import { hasUnknowns, present, unknownValue } from "../values";
import { type Received, send } from "./struct";
import type { Values } from "../values";

/** A resource that the engine knows. */
interface Made {
  readonly urn: string;
  /** Unknown in the preview of its creation, and undefined if it could not be created. */
  readonly id: unknown;
}

/** The provider that makes a component. It serves the children too, unless the program says otherwise. */
export interface Maker {
  /** As the engine calls it, if it says so. */
  readonly provider?: string | undefined;
  /** Refuses children that it could not serve, before anything is declared. */
  readonly vet?: (composition: Pick<Composition, "children" | "saidAt">) => void;
}

/** Declares a component and its children to the engine that asks for it. */
export async function construct(
  component: Component,
  request: ConstructRequest,
  received: Received,
  surroundings: Surroundings,
  { provider, vet }: Maker = {},
): Promise<ConstructResponse> {
  const unknown = Object.keys(received.values).filter((name) => hasUnknowns(received.values[name]));
  if (unknown.length > 0)
    throw new UserError(
      `${unknown.join(", ")}: not known before the update. What it declares must be known in a preview: ` +
        "let it depend on no output of a resource that is still to be made",
    );
  const { children, outputs, saidAt } = component.compose(surroundings, received.values);
  const own = children.filter(({ type }) => isServedBy(provider, request.getProvidersMap(), type));
  vet?.({ children: own, saidAt });
  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const urn = (await monitor.register(itself(request))).getUrn();
    const made = await makeAll(children, (child, before) =>
      declare(monitor, servedBy(provider, childOf(request, urn, child, received.secret, before)), surroundings.version),
    );
    const response = new ConstructResponse().setUrn(urn);
    const state: Record<string, unknown> = {};
    for (const [output, named] of Object.entries(outputs)) {
      // With --continue-on-error, what failed is not among them.
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

/** Those that were made. What needs one that was not is left out. */
async function makeAll(
  children: readonly Child[],
  make: (child: Child, made: (other: Child) => Made) => Promise<Made | undefined>,
): Promise<Map<Child, Made>> {
  const made = new Map<Child, Made>();
  const under = new Map<Child, Promise<void>>();
  const before = (child: Child): Made => {
    const one = made.get(child);
    if (one === undefined) throw new TypeError(`${child.name} was needed before it was there`);
    return one;
  };
  for (const child of children) {
    const needed = needs(child);
    const one = async () => {
      await Promise.all(needed.map((other) => under.get(other) ?? Promise.resolve()));
      if (!needed.every((other) => made.has(other))) return;
      const result = await make(child, before);
      if (result !== undefined) made.set(child, result);
    };
    under.set(child, one());
  }
  // All of them end before the answer: the engine would be told of the others while it goes down.
  const failure = (await Promise.allSettled([...under.values()])).find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return made;
}

function needs({ ids, after = [] }: Child): Child[] {
  return [...Object.values(ids), ...after];
}

async function declare(monitor: Monitor, request: RegisterResourceRequest, version: string): Promise<Made | undefined> {
  const response = await monitor.register(request.setVersion(version));
  if (response.getUrn() === "") return undefined;
  // What needs a failed child is declared all the same: the engine skips it then, and would delete it if it were not declared.
  const missing = response.getResult() === Result.SUCCESS ? unknownValue : undefined;
  return { urn: response.getUrn(), id: response.getId() || missing };
}

/** The component itself. It has no inputs in the state: a layout that says the same in other words is no change. */
function itself(request: ConstructRequest): RegisterResourceRequest {
  const registration = begun(request.getType(), request.getName(), request.getParent())
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
    // The same message by another name.
    const bytes = hooks.serializeBinary();
    registration.setHooks(RegisterResourceRequest.ResourceHooksBinding.deserializeBinary(bytes));
  }
  passProviders(request, registration);
  return registration;
}

function childOf(
  request: ConstructRequest,
  parent: string,
  child: Child,
  secret: ReadonlySet<string>,
  made: (other: Child) => Made,
): RegisterResourceRequest {
  const { ids, from, protect, after = [] } = child;
  const inputs = present(child.inputs);
  const hidden = from.some((name) => secret.has(name));
  const object = {
    ...inputs,
    ...Object.fromEntries(Object.entries(ids).map(([property, other]) => [property, made(other).id ?? unknownValue])),
  };
  const secrets = { secret: new Set(hidden ? Object.keys(inputs) : []), texts: new Set<string>() };
  const registration = begun(child.type, child.name, parent)
    .setCustom(true)
    .setObject(send(object, secrets))
    .setAliasesList(formerly(request.getParent()))
    .setDependenciesList(dependencies(request, child, made));
  const origins = from.flatMap((name) => request.getInputdependenciesMap().get(name)?.getUrnsList() ?? []);
  for (const property of Object.keys(inputs)) depend(registration, property, origins);
  for (const [property, other] of Object.entries(ids)) depend(registration, property, [made(other).urn]);
  // What the program says of the component holds for its children; the engine sees to that.
  if (protect === true && !request.hasProtect()) registration.setProtect(true);
  for (const other of after) registration.addDependencies(made(other).urn);
  passProviders(request, registration);
  return registration;
}

/** Engines that name no provider find one by the version. */
function servedBy(provider: string | undefined, registration: RegisterResourceRequest): RegisterResourceRequest {
  const named = registration.getProvidersMap().has(packageOf(registration.getType()));
  if (provider !== undefined && !named) registration.setProvider(provider);
  return registration;
}

/** Whether the program leaves it to that provider to serve resources of the type. */
function isServedBy(provider: string | undefined, named: ProvidersMap, type: string): boolean {
  const own = packageOf(type);
  return !named.has(own) || named.get(own) === provider;
}

type ProvidersMap = ReturnType<ConstructRequest["getProvidersMap"]>;

function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

function dependencies(request: ConstructRequest, { from, ids }: Child, made: (other: Child) => Made): string[] {
  const origins = from.flatMap((name) => request.getInputdependenciesMap().get(name)?.getUrnsList() ?? []);
  const others = Object.values(ids).map((other) => made(other).urn);
  return [...new Set([...request.getDependenciesList(), ...origins, ...others])];
}

function depend(registration: RegisterResourceRequest, property: string, urns: readonly string[]): void {
  const needed = new RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]);
  registration.getPropertydependenciesMap().set(property, needed);
}

/**
 * Where the same resource may have been declared before the component took it over: beside the component, or by
 * `pulumi import`, which puts what it imports at the root.
 */
function formerly(parent: string): Alias[] {
  const atRoot = new Alias().setSpec(new Alias.Spec().setNoparent(true));
  if (parent === "" || parent.includes("::pulumi:pulumi:Stack::")) return [atRoot];
  return [atRoot, new Alias().setSpec(new Alias.Spec().setParenturn(parent))];
}

function begun(type: string, name: string, parent: string): RegisterResourceRequest {
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

/** The engine of one program under way, to which resources are declared. */
export class Monitor {
  readonly #client: ResourceMonitorClient;

  constructor(address: string) {
    this.#client = new ResourceMonitorClient(address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
      // Where many programs live in one process, an address comes round again.
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  /** Declares a resource, and resolves when the engine has made it so. */
  register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return new Promise((resolve, reject) => {
      this.#client.registerResource(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(ended(error));
      });
    });
  }

  /** Says what a component has become. */
  registerOutputs(urn: string, outputs: Values): Promise<void> {
    const request = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(send(outputs));
    return new Promise((resolve, reject) => {
      this.#client.registerResourceOutputs(request, (error) => {
        if (error === null) resolve();
        else reject(ended(error));
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}

function ended(error: ServiceError): Error {
  const over = error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
  return new UserError(over ? "the run ended before everything of it was done" : error.details);
}
