import type { ClientReadableStream, Metadata, ServiceError } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  type Course,
  type Declared,
  type Kept,
  type Program,
  type Step,
  type Target,
  unknown,
  type Wire,
  Works,
} from "./program";

type Unary<Request, Response> = (
  request: Request,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

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
  readonly list: (request: pb.ListRequest) => ClientReadableStream<pb.ListResponse>;
  readonly invoke: Unary<pb.InvokeRequest, pb.InvokeResponse>;
}

const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** One provider process. */
export class Session {
  #calling: NonNullable<Course["calling"]> = () => () => undefined;
  /** The ids that a preview returns for objects that Create will adopt. */
  readonly #foreseen = new Map<string, string>();

  constructor(
    private readonly target: Target,
    private readonly client: Calls,
    private readonly state: Map<string, Kept>,
    private readonly doomed: [string, Kept][],
  ) {}

  async configure(settings: Wire): Promise<void> {
    const checked = await this.#call<pb.CheckResponse>((done) =>
      this.client.checkConfig(new pb.CheckRequest().setNews(struct(settings)).setOlds(struct({})), done),
    );
    refuse(checked.getFailuresList());
    const request = new pb.ConfigureRequest().setArgs(checked.getInputs()).setAcceptsecrets(true);
    await this.#call((done) => this.client.configure(request, done));
  }

  async cancel(): Promise<void> {
    await this.#call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  async run(program: Program, preview: boolean, course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    const steps: Step[] = [];
    const planned = new Set<string>();
    this.#foreseen.clear();
    const id = (name: string) =>
      this.#foreseen.get(name) ?? (planned.has(name) ? unknown : (this.state.get(name)?.id ?? unknown));
    const works = new Works(course);
    for (const [name, declared] of Object.entries(program)) {
      if (works.over) break;
      const news = declared.inputs(id);
      // The engine skips resources that depend on a failed one.
      if (course.goOn === true && JSON.stringify(news).includes(unknown)) continue;
      const forced = course.replace?.includes(name) ?? false;
      const decide = async () => {
        const registered = this.#register(name, declared, news, preview, forced);
        const { step, apply } = await registered.finally(() => course.checked?.(name));
        steps.push(step);
        if (preview && (step.op === "create" || step.op === "replace")) planned.add(name);
        return apply;
      };
      await works.begin(decide, this.#isParent(declared));
    }
    await works.settled();
    if (works.over) await works.end();
    const removed = course.targeted === true ? [] : [...this.state.keys()].filter((name) => !(name in program));
    if (!preview) return [...steps, ...(await this.deleteAll(removed, works))];
    await works.end();
    const deleted = [...this.doomed.map(([name]) => name), ...removed];
    return [...steps, ...deleted.map((name) => ({ op: "delete", name }) as const)];
  }

  /** Decides what to do about a resource of the program. */
  async #register(name: string, declared: Declared, news: Wire, preview: boolean, forced: boolean) {
    let old = this.state.get(name);
    if (old?.look === true && !forced) {
      old = await this.#read(name, old);
      if (!preview && old === undefined) this.state.delete(name);
      if (!preview && old !== undefined) this.state.set(name, old);
    }
    const create = async (replaced?: Kept) => {
      const inputs = await this.#check(name, declared.type, {}, news);
      return () => this.#create(name, declared, inputs, preview, replaced);
    };
    if (old === undefined) return { step: { op: "create", name } as const, apply: await create() };
    if (forced) return { step: { op: "replace", name } as const, apply: await create(old) };
    const kept = old;
    const inputs = await this.#check(name, declared.type, kept.inputs, news);
    const { diff, replaces } = await this.#diff(name, kept, inputs, declared.ignoreChanges);
    if (replaces) return { step: { op: "replace", name, diff } as const, apply: await create(kept) };
    if (Object.keys(diff).length > 0 || kept.failed === true) {
      const apply = () => this.#update(name, kept, declared, inputs, preview);
      return { step: { op: "update", name, diff } as const, apply };
    }
    const apply = () => {
      if (!preview) this.state.set(name, { ...kept, inputs });
      return Promise.resolve();
    };
    return { step: { op: "same", name } as const, apply };
  }

  async refresh(): Promise<Step[]> {
    const steps: Step[] = [];
    for (const [name, old] of [...this.state]) {
      const found = await this.#read(name, old);
      if (found === undefined) {
        this.state.delete(name);
        steps.push({ op: "gone", name });
        continue;
      }
      this.state.set(name, found);
      const { diff } = await this.#diff(name, found, old.inputs);
      if (Object.keys(diff).length > 0) steps.push({ op: "refresh", name, diff });
    }
    return steps;
  }

  /** Deletes everything in the state. */
  async destroy(course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    if (course.refresh === true) await this.refresh();
    return this.deleteAll([...this.state.keys()], new Works(course));
  }

  async import(name: string, type: string, id: string): Promise<Wire> {
    const found = await this.#read(name, { type, id, inputs: {}, outputs: {}, look: false }, true);
    if (found === undefined) throw new Error(`${id} does not exist`);
    const inputs = await this.#check(name, type, found.inputs, found.inputs);
    const { diff } = await this.#diff(name, found, inputs);
    expect(diff).toEqual({});
    this.state.set(name, found);
    return found.inputs;
  }

  /** Deletes what has been replaced, then the resources of these names: those that depend on others first. */
  async deleteAll(names: readonly string[], works = new Works({})): Promise<Step[]> {
    const steps: Step[] = [];
    const replaced = this.doomed.map((entry) => {
      const forget = () => {
        this.doomed.splice(this.doomed.indexOf(entry), 1);
      };
      return { name: entry[0], old: entry[1], forget };
    });
    const removed = names.flatMap((name) => {
      const old = this.state.get(name);
      const forget = () => {
        this.state.delete(name);
        steps.push({ op: "delete", name });
      };
      return old === undefined ? [] : [{ name, old, forget }];
    });
    const rank = (kept: Kept) => Number(this.#isParent(kept));
    const entries = [...replaced.reverse(), ...removed.reverse()].sort((a, b) => rank(a.old) - rank(b.old));
    const needed = new Set<unknown>();
    for (const { name, old, forget } of entries) {
      if (this.#isParent(old)) await works.settled();
      if (works.over) break;
      // A part of it was not deleted. Parts may have the id of their parent, so this checks the type too.
      if (this.#isParent(old) && needed.has(old.id)) continue;
      const remove = () =>
        this.#delete(name, old).then(forget, (error: unknown) => {
          if (this.target.parent !== undefined) needed.add(old.inputs[this.target.parent.input]);
          throw error;
        });
      await works.begin(() => Promise.resolve(remove));
    }
    await works.end();
    return steps;
  }

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
        const stream = this.client.list(request);
        stream.on("data", (response: pb.ListResponse) => {
          const result = response.getResult();
          if (result) page.push(pick(result));
          else if (response.hasComputed()) page.push(unknown);
          else token = response.getContinuation()?.getContinuationToken() ?? "";
        });
        stream.on("end", resolve);
        stream.on("error", reject);
      });
      pages.push(page);
    } while (token !== "");
    return pages;
  }

  async invoke(name: string, args: Wire): Promise<Wire> {
    const request = new pb.InvokeRequest().setTok(this.#token(name)).setArgs(struct(args));
    const response = await this.#call<pb.InvokeResponse>((done) => this.client.invoke(request, done));
    refuse(response.getFailuresList());
    return wire(response.getReturn());
  }

  async #check(name: string, type: string, olds: Wire, news: Wire): Promise<Wire> {
    const request = new pb.CheckRequest().setUrn(this.#urn(name, type)).setOlds(struct(olds)).setNews(struct(news));
    request.setType(this.#token(type)).setName(name);
    const response = await this.#call<pb.CheckResponse>((done) => this.client.check(request, done));
    refuse(response.getFailuresList());
    return wire(response.getInputs());
  }

  async #diff(name: string, old: Kept, news: Wire, ignore: readonly string[] = []) {
    const request = new pb.DiffRequest().setId(old.id).setUrn(this.#urn(name, old.type)).setOlds(struct(old.outputs));
    request
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news))
      .setIgnorechangesList([...ignore]);
    request.setType(this.#token(old.type));
    const response = await this.#call<pb.DiffResponse>((done) => this.client.diff(request, done));
    const diff: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((difference, path) => {
      diff[path] = kinds[difference.getKind()] ?? "?";
    });
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    expect(response.getChanges()).toBe(Object.keys(diff).length > 0 ? DIFF_SOME : DIFF_NONE);
    return { diff, replaces: response.getReplacesList().length > 0 };
  }

  async #create(name: string, declared: Declared, inputs: Wire, preview: boolean, replaced?: Kept): Promise<void> {
    const { type, timeout = 0 } = declared;
    const request = new pb.CreateRequest()
      .setUrn(this.#urn(name, type))
      .setProperties(struct(inputs))
      .setPreview(preview);
    request.setType(this.#token(type)).setTimeout(timeout);
    const keep = (kept: Kept) => {
      this.state.set(name, kept);
      if (replaced !== undefined) this.doomed.push([name, replaced]);
    };
    const returned = preview ? undefined : this.#calling("create", name, type);
    try {
      const response = await this.#call<pb.CreateResponse>((done) => this.client.create(request, done));
      if (preview && response.getId() !== "") this.#foreseen.set(name, response.getId());
      if (preview) return;
      const [id, outputs, look] = [response.getId(), wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      keep({ type, id, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined && !preview) keep({ type, id: partial.getId(), inputs, ...partly(partial) });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #read(name: string, old: Kept, importing = false): Promise<Kept | undefined> {
    const request = new pb.ReadRequest().setId(old.id).setUrn(this.#urn(name, old.type)).setType(this.#token(old.type));
    request.setProperties(struct(old.outputs));
    if (!importing) request.setInputs(struct(old.inputs));
    const response = await this.#call<pb.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    const [inputs, outputs] = [wire(response.getInputs()), wire(response.getProperties())];
    return { type: old.type, id: response.getId(), inputs, outputs, look: response.getRefreshBeforeUpdate() };
  }

  async #update(name: string, old: Kept, declared: Declared, inputs: Wire, preview: boolean): Promise<void> {
    const { type, id } = old;
    const request = new pb.UpdateRequest().setId(id).setUrn(this.#urn(name, type)).setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs)).setNews(struct(inputs)).setPreview(preview);
    request.setType(this.#token(type)).setTimeout(declared.timeout ?? 0);
    request.setIgnorechangesList([...(declared.ignoreChanges ?? [])]);
    const returned = preview ? undefined : this.#calling("update", name, type, old);
    try {
      const response = await this.#call<pb.UpdateResponse>((done) => this.client.update(request, done));
      const [outputs, look] = [wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      if (!preview) this.state.set(name, { type, id, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined && !preview) this.state.set(name, { type, id, inputs, ...partly(partial) });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #delete(name: string, old: Kept): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(this.#urn(name, old.type))
      .setType(this.#token(old.type));
    request.setProperties(struct(old.outputs)).setOldInputs(struct(old.inputs));
    const returned = this.#calling("delete", name, old.type, old);
    try {
      await this.#call<Empty>((done) => this.client.delete(request, done));
    } finally {
      returned();
    }
  }

  #token(name: string): string {
    return `${this.target.provider.package.name}:index:${name}`;
  }

  #urn(name: string, type: string): string {
    return `urn:pulumi:test::lifecycle::${this.#token(type)}::${name}`;
  }

  #isParent({ type }: Pick<Kept, "type">): boolean {
    return type === this.target.parent?.type;
  }

  #call<Response>(send: (done: (error: ServiceError | null, response: Response) => void) => void): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error) reject(new Failure(error.details, error.metadata));
        else resolve(response);
      });
    });
  }
}

/** Fails as a Check does; `named` are the properties whose values the CLI would print beside. */
function refuse(failures: readonly pb.CheckFailure[]): void {
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

/** A call that the provider answered with an error; the message is what the user would read. */
class Failure extends Error {
  constructor(
    message: string,
    readonly metadata: Metadata,
  ) {
    super(message);
  }
}

/** The state after a partial failure. */
function partly(failure: pb.ErrorResourceInitFailed): Pick<Kept, "outputs" | "look" | "failed"> {
  return { outputs: wire(failure.getProperties()), look: failure.getRefreshBeforeUpdate(), failed: true };
}

/** The object that exists despite the failure, if the provider returns it. */
function initFailure(error: unknown): pb.ErrorResourceInitFailed | undefined {
  const [details] = error instanceof Failure ? error.metadata.get("grpc-status-details-bin") : [];
  if (!(details instanceof Uint8Array)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  return any === undefined ? undefined : pb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}
