import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { type ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  Result,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Child, Component, Composition, Surroundings } from "../component";
import { UserError } from "../errors";
import { hasUnknowns, unknownValue, type Values } from "../values";
import { anyLength, engineConnection } from "./serve";
import {
  createChildRequest,
  createComponentRequest,
  listDependencies,
  isServedBy,
  type Registered,
  withProvider,
} from "./registrations";
import { type Received, send } from "./struct";

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
    const urn = (await monitor.register(createComponentRequest(request))).getUrn();
    for (const warning of warnings) warn?.(urn, warning);
    const registered = await registerAll(children, (child, getRegistered) =>
      declare(
        monitor,
        withProvider(reference, createChildRequest(request, urn, child, received.secret, getRegistered)),
        surroundings.version,
      ),
    );
    const response = new ConstructResponse().setUrn(urn);
    const state: Record<string, unknown> = {};
    for (const [output, named] of Object.entries(outputs)) {
      // With --continue-on-error, the outputs contain no failed children.
      const known = Object.entries(named).flatMap(([key, child]) => {
        const one = registered.get(child);
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

/**
 * Registers children after those that they depend on. Skips a child if the engine did not register one of these. A failed child has a URN
 * and no id. Its dependents are registered too: the engine skips them, and would delete unregistered ones.
 */
async function registerAll(
  children: readonly Child[],
  registerOne: (child: Child, getRegistered: (other: Child) => Registered) => Promise<Registered | undefined>,
): Promise<Map<Child, Registered>> {
  const registered = new Map<Child, Registered>();
  const registrations = new Map<Child, Promise<void>>();
  const getRegistered = (child: Child): Registered => {
    const result = registered.get(child);
    if (result === undefined) throw new TypeError(`${child.name} is not registered yet`);
    return result;
  };
  for (const child of children) {
    const needed = listDependencies(child);
    const registerInOrder = async () => {
      await Promise.all(needed.map((other) => registrations.get(other) ?? Promise.resolve()));
      if (!needed.every((other) => registered.has(other))) return;
      const result = await registerOne(child, getRegistered);
      if (result !== undefined) registered.set(child, result);
    };
    registrations.set(child, registerInOrder());
  }
  // All registrations end before the response. After it, the engine may stop.
  const failure = (await Promise.allSettled([...registrations.values()])).find(
    (result) => result.status === "rejected",
  );
  if (failure !== undefined) throw failure.reason;
  return registered;
}

/** Sends a registration. Returns undefined if the engine did not register the resource. */
async function declare(
  monitor: Monitor,
  request: RegisterResourceRequest,
  version: string,
): Promise<Registered | undefined> {
  const response = await monitor.register(request.setVersion(version));
  if (response.getUrn() === "") return undefined;
  const missing = response.getResult() === Result.SUCCESS ? unknownValue : undefined;
  return { urn: response.getUrn(), id: response.getId() || missing };
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
  const isOver = error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
  return new UserError(
    isOver ? "the run ended before all resources of the component were created. Run the command again." : error.details,
  );
}
