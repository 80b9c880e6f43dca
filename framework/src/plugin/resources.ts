import {
  type CheckRequest,
  type CheckResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type ListRequest,
  ListResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { AnyClient } from "../client";
import type { Difference } from "../compare";
import type { Confidential } from "../confidential";
import { UserError } from "../errors";
import * as operations from "../operations";
import { migrate, type Update } from "../state";
import { getBehaviours } from "../property";
import type { AnyResource } from "../resource";
import { hasUnknowns } from "../values";
import { checkResponse, diffResponse } from "./responses";
import { receive, type Received, send } from "./struct";

/** Keeps the secrets of a message out of all later texts. Returns the message. */
export function keepSecrets(confidential: Confidential, received: Received): Received {
  for (const text of received.texts) confidential.keep(text);
  return received;
}

/** The operations of Pulumi's protocol on resources, once the provider is configured. */
export class ResourceOperations {
  constructor(
    private readonly find: (token: string) => AnyResource,
    private readonly run: operations.Run,
    private readonly confidential: Confidential,
  ) {}

  check(request: CheckRequest): CheckResponse {
    const resource = this.find(request.getType());
    const news = this.#receive(request.getNews(), resource);
    // The engine sends an empty struct if there are no prior inputs.
    const before = this.#receiveStored(request.getOlds(), resource).values;
    const checked = operations.check(
      this.run,
      resource,
      { urn: request.getUrn(), declared: news.values },
      Object.keys(before).length === 0 ? undefined : before,
    );
    const failures = this.confidential.redactFailures(checked.failures, news.values, news.secret);
    return checkResponse(checked.values, news, failures);
  }

  async diff(request: DiffRequest): Promise<DiffResponse> {
    const resource = this.find(request.getType());
    const { change, news, before } = this.#change(request, resource);
    const found = await operations.diff(this.run, resource, change);
    const differences = found.map((one) =>
      news.secret.has(one.property) || before.secret.has(one.property) ? withoutPath(one) : one,
    );
    const changing = new Set(differences.map(({ property }) => property));
    const fixed = Object.entries(getBehaviours(resource.inputs)).filter(
      ([name, { replaceOnChange, immutable }]) => (replaceOnChange ?? immutable) === true && !changing.has(name),
    );
    const stable = fixed.map(([name]) => name);
    return diffResponse(differences, stable).setDeletebeforereplace(resource.deleteBeforeReplace === true);
  }

  async create(request: CreateRequest, signal: AbortSignal): Promise<CreateResponse> {
    const resource = this.find(request.getType());
    const news = this.#receive(request.getProperties(), resource);
    const declaration = { urn: request.getUrn(), declared: news.values, secret: news.secret };
    if (request.getPreview()) {
      // The id of an adopted object is known, and with it the inputs of dependents.
      const { id = "", outputs } = await operations.previewCreate(this.run, resource, declaration);
      return new CreateResponse().setId(id).setProperties(send(outputs, news));
    }
    const { id, outputs, refreshBeforeUpdate } = await this.#within(request.getTimeout(), signal, (api) =>
      operations.create(this.run, resource, declaration, api),
    );
    const response = new CreateResponse().setId(id).setProperties(send(outputs, news));
    return response.setRefreshBeforeUpdate(refreshBeforeUpdate);
  }

  async read(request: ReadRequest): Promise<ReadResponse> {
    const resource = this.find(request.getType());
    const inputs = this.#receiveStored(request.getInputs(), resource);
    const { values: state } = this.#receiveStored(request.getProperties(), resource);
    const found = await operations.read(this.run, resource, {
      urn: request.getUrn(),
      id: request.getId(),
      declared: inputs.values,
      state,
    });
    if (found === undefined) return new ReadResponse();
    const response = new ReadResponse().setId(found.id).setProperties(send(found.outputs, inputs));
    return response.setInputs(send(found.inputs, inputs)).setRefreshBeforeUpdate(found.refreshBeforeUpdate);
  }

  async update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateResponse> {
    const resource = this.find(request.getType());
    const { change, news } = this.#change(request, resource);
    if (request.getPreview())
      return new UpdateResponse().setProperties(send(await operations.previewUpdate(this.run, resource, change), news));
    const { outputs, refreshBeforeUpdate } = await this.#within(request.getTimeout(), signal, (api) =>
      operations.update(this.run, resource, change, api),
    );
    return new UpdateResponse().setProperties(send(outputs, news)).setRefreshBeforeUpdate(refreshBeforeUpdate);
  }

  async delete(request: DeleteRequest, signal: AbortSignal): Promise<Empty> {
    const resource = this.find(request.getType());
    const gone = {
      urn: request.getUrn(),
      id: request.getId(),
      priorInputs: this.#receiveStored(request.getOldInputs(), resource).values,
      state: this.#receiveStored(request.getProperties(), resource).values,
    };
    await this.#within(request.getTimeout(), signal, (api) => operations.delete(this.run, resource, gone, api));
    return new Empty();
  }

  /** Yields the objects of one page, then the start of the next page. */
  async *list(request: ListRequest): AsyncGenerator<ListResponse> {
    const resource = this.find(request.getToken());
    const { values: query } = this.#receive(request.getQuery());
    if (hasUnknowns(query)) {
      yield new ListResponse().setComputed(new ListResponse.Computed());
      return;
    }
    const first = Number(request.getContinuationToken() || 0);
    const limit = request.getLimit() || Infinity;
    const end = first + Math.min(request.getPageSize() || Infinity, limit);
    let index = 0;
    for await (const object of operations.list(this.run, resource, query)) {
      if (index === end) {
        const token = new ListResponse.Continuation().setContinuationToken(String(end));
        if (end - first < limit) yield new ListResponse().setContinuation(token);
        return;
      }
      const result = new ListResponse.Result().setId(object.id).setName(object.name);
      if (index >= first) yield new ListResponse().setResult(result);
      index += 1;
    }
  }

  /** Returns a change, with its desired and prior inputs as received. */
  #change(request: DiffRequest | UpdateRequest, resource: AnyResource) {
    const news = this.#receive(request.getNews(), resource);
    const before = this.#receiveStored(request.getOldInputs(), resource);
    const change: Update = {
      urn: request.getUrn(),
      id: request.getId(),
      declared: news.values,
      secret: new Set([...news.secret, ...before.secret]),
      priorInputs: before.values,
      state: this.#receiveStored(request.getOlds(), resource).values,
      ignore: request.getIgnorechangesList(),
    };
    return { change, news, before };
  }

  #receive(...message: Parameters<typeof receive>): Received {
    return keepSecrets(this.confidential, receive(...message));
  }

  #receiveStored(message: Parameters<typeof receive>[0], resource: AnyResource): Received {
    const received = this.#receive(message, resource);
    if (resource.migrate === undefined) return received;
    const { texts } = received;
    return { ...migrate(resource, received.values, received.secret), texts };
  }

  /** Runs an operation until its signal aborts, and within the seconds that the program's `customTimeouts` allow. 0 is no limit. */
  async #within<Result>(
    seconds: number,
    signal: AbortSignal,
    operation: (api: AnyClient) => Promise<Result>,
  ): Promise<Result> {
    const api = this.run.api.with?.({ signal }) ?? this.run.api;
    if (seconds === 0) return operation(api);
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(
        new UserError(
          `The operation took longer than the ${seconds} seconds that \`customTimeouts\` allows. Raise this limit, or try again later.`,
        ),
      );
    }, seconds * 1000);
    try {
      return await operation(api.with?.({ signal: deadline.signal }) ?? api);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Returns a difference in a secret property without the path, which may contain the secret. */
function withoutPath(difference: Difference): Difference {
  const { property, path } = difference;
  return path === property ? difference : { ...difference, path: property, kind: "update" };
}
