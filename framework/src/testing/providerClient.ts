import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import type { Metadata } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Declared, type Kept, unknown, type Wire } from "./program";

/** An error of a call. The metadata contain an object that exists although its operation failed. */
export interface CallError {
  readonly details: string;
  readonly metadata: Metadata;
}

/** Receives the error of a call, or its response. */
export type Done<Response> = (error: CallError | null, response?: Response) => void;

type Unary<Request, Response> = (request: Request, done: Done<Response>) => unknown;

/** The methods of a provider that the engine calls. */
export interface Calls {
  readonly checkConfig: Unary<pb.CheckRequest, pb.CheckResponse>;
  readonly configure: Unary<pb.ConfigureRequest, pb.ConfigureResponse>;
  readonly cancel: Unary<Empty, Empty>;
  readonly check: Unary<pb.CheckRequest, pb.CheckResponse>;
  readonly diff: Unary<pb.DiffRequest, pb.DiffResponse>;
  readonly create: Unary<pb.CreateRequest, pb.CreateResponse>;
  readonly read: Unary<pb.ReadRequest, pb.ReadResponse>;
  readonly update: Unary<pb.UpdateRequest, pb.UpdateResponse>;
  readonly delete: Unary<pb.DeleteRequest, Empty>;
  readonly list: (request: pb.ListRequest) => Readable;
  readonly invoke: Unary<pb.InvokeRequest, pb.InvokeResponse>;
}

/** An object that exists although its operation failed. */
export type PartialResult = Pick<Kept, "id" | "outputs" | "look" | "failed">;

/** An error of the provider. Its message is the one that the user reads. */
export class ProviderError extends Error {
  constructor(
    message: string,
    readonly partial?: PartialResult,
  ) {
    super(message);
  }
}

const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** Calls the methods of a provider with plain values. Rejects with a `ProviderError` if the provider responds with one. */
export class ProviderClient {
  constructor(
    private readonly packageName: string,
    private readonly calls: Calls,
  ) {}

  async configure(settings: Wire): Promise<void> {
    const checked = await call<pb.CheckResponse>((done) =>
      this.calls.checkConfig(new pb.CheckRequest().setNews(struct(settings)).setOlds(struct({})), done),
    );
    rejectFailures(checked.getFailuresList());
    const request = new pb.ConfigureRequest().setArgs(checked.getInputs()).setAcceptsecrets(true);
    await call((done) => this.calls.configure(request, done));
  }

  async cancel(): Promise<void> {
    await call<Empty>((done) => this.calls.cancel(new Empty(), done));
  }

  /** Returns the checked inputs. */
  async check(name: string, type: string, prior: Wire, desired: Wire): Promise<Wire> {
    const request = new pb.CheckRequest().setUrn(this.#urn(name, type)).setOlds(struct(prior)).setNews(struct(desired));
    request.setType(this.#token(type)).setName(name);
    const response = await call<pb.CheckResponse>((done) => this.calls.check(request, done));
    rejectFailures(response.getFailuresList());
    return wire(response.getInputs());
  }

  /** Returns the kinds of differences by path. */
  async diff(name: string, old: Kept, desired: Wire, ignore: readonly string[] = []) {
    const request = new pb.DiffRequest().setId(old.id).setUrn(this.#urn(name, old.type)).setOlds(struct(old.outputs));
    request
      .setOldInputs(struct(old.inputs))
      .setNews(struct(desired))
      .setIgnorechangesList([...ignore]);
    request.setType(this.#token(old.type));
    const response = await call<pb.DiffResponse>((done) => this.calls.diff(request, done));
    const diff: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((difference, path) => {
      diff[path] = kinds[difference.getKind()] ?? "?";
    });
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    assert.equal(response.getChanges(), Object.keys(diff).length > 0 ? DIFF_SOME : DIFF_NONE);
    return { diff, replaces: response.getReplacesList().length > 0 };
  }

  /** Returns the new entry of the state. In a preview, its id is empty unless Create will adopt an object. */
  async create(name: string, { type, timeout = 0 }: Declared, inputs: Wire, preview: boolean): Promise<Kept> {
    const request = new pb.CreateRequest()
      .setUrn(this.#urn(name, type))
      .setProperties(struct(inputs))
      .setPreview(preview);
    request.setType(this.#token(type)).setTimeout(timeout);
    const response = await call<pb.CreateResponse>((done) => this.calls.create(request, done));
    const [outputs, look] = [wire(response.getProperties()), response.getRefreshBeforeUpdate()];
    return { type, id: response.getId(), inputs, outputs, look };
  }

  /** Returns undefined for an object that is gone. */
  async read(name: string, old: Kept, importing = false): Promise<Kept | undefined> {
    const request = new pb.ReadRequest().setId(old.id).setUrn(this.#urn(name, old.type)).setType(this.#token(old.type));
    request.setProperties(struct(old.outputs));
    if (!importing) request.setInputs(struct(old.inputs));
    const response = await call<pb.ReadResponse>((done) => this.calls.read(request, done));
    if (response.getId() === "") return undefined;
    const [inputs, outputs] = [wire(response.getInputs()), wire(response.getProperties())];
    return { type: old.type, id: response.getId(), inputs, outputs, look: response.getRefreshBeforeUpdate() };
  }

  async update(name: string, old: Kept, declared: Declared, inputs: Wire, preview: boolean): Promise<Kept> {
    const { type, id } = old;
    const request = new pb.UpdateRequest().setId(id).setUrn(this.#urn(name, type)).setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs)).setNews(struct(inputs)).setPreview(preview);
    request.setType(this.#token(type)).setTimeout(declared.timeout ?? 0);
    request.setIgnorechangesList([...(declared.ignoreChanges ?? [])]);
    const response = await call<pb.UpdateResponse>((done) => this.calls.update(request, done));
    const [outputs, look] = [wire(response.getProperties()), response.getRefreshBeforeUpdate()];
    return { type, id, inputs, outputs, look };
  }

  async delete(name: string, old: Kept): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(this.#urn(name, old.type))
      .setType(this.#token(old.type));
    request.setProperties(struct(old.outputs)).setOldInputs(struct(old.inputs));
    await call<Empty>((done) => this.calls.delete(request, done));
  }

  /** Returns a property of each result, by page. */
  async list(
    type: string,
    query: Wire,
    pageSize: number,
    limit: number,
    pick = (result: pb.ListResponse.Result) => result.getId(),
  ): Promise<string[][]> {
    const pages: string[][] = [];
    let token = "";
    do {
      const request = new pb.ListRequest().setToken(this.#token(type)).setQuery(struct(query));
      request.setPageSize(pageSize).setLimit(limit).setContinuationToken(token);
      token = "";
      const page: string[] = [];
      await new Promise<void>((resolve, reject) => {
        const stream = this.calls.list(request);
        stream.on("data", (response: pb.ListResponse) => {
          const result = response.getResult();
          if (result) page.push(pick(result));
          else if (response.hasComputed()) page.push(unknown);
          else token = response.getContinuation()?.getContinuationToken() ?? "";
        });
        stream.on("end", resolve);
        stream.on("error", ({ details }: CallError) => {
          reject(new ProviderError(details));
        });
      });
      pages.push(page);
    } while (token !== "");
    return pages;
  }

  async invoke(name: string, args: Wire): Promise<Wire> {
    const request = new pb.InvokeRequest().setTok(this.#token(name)).setArgs(struct(args));
    const response = await call<pb.InvokeResponse>((done) => this.calls.invoke(request, done));
    rejectFailures(response.getFailuresList());
    return wire(response.getReturn());
  }

  #token(name: string): string {
    return `${this.packageName}:index:${name}`;
  }

  #urn(name: string, type: string): string {
    return `urn:pulumi:test::lifecycle::${this.#token(type)}::${name}`;
  }
}

function call<Response>(send: (done: Done<Response>) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error) reject(new ProviderError(error.details, partialResult(error.metadata)));
      else if (response) resolve(response);
      else reject(new Error("The provider returned no response."));
    });
  });
}

/** Returns the object that exists despite the error, if the provider returns it. */
function partialResult(metadata: Metadata): PartialResult | undefined {
  const [details] = metadata.get("grpc-status-details-bin");
  if (!(details instanceof Uint8Array)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  if (any === undefined) return undefined;
  const result = pb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  const [outputs, look] = [wire(result.getProperties()), result.getRefreshBeforeUpdate()];
  return { id: result.getId(), outputs, look, failed: true };
}

/** Rejects the failures of a check. `named` are the properties whose values the CLI prints beside. */
function rejectFailures(failures: readonly pb.CheckFailure[]): void {
  if (failures.length === 0) return;
  const named = failures.map((failure) => failure.getProperty()).filter((property) => property !== "");
  const texts = failures.map((failure) => {
    const [property, reason] = [failure.getProperty(), failure.getReason()];
    return property === "" ? reason : `${property}: ${reason}`;
  });
  throw Object.assign(new Error(texts.join("\n")), { named });
}

function struct(values: Wire): Struct {
  return Struct.fromJavaScript(values);
}

function wire(values: Struct | undefined): Wire {
  return values?.toJavaScript() ?? {};
}
