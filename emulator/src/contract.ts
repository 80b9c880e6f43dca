import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020";
import { OpenAPIBackend, type Context } from "openapi-backend";
import { z } from "zod";
import { asset } from "./assets";
import type { Call } from "./call";
import type { ContractRequest } from "./contractRequest";
import { badEndpoint, methodNotAllowed, unauthenticated } from "./errors";
import type { Answer } from "./operation";
import type { Surface } from "./surface";
import { refusalOf } from "./validation";

type Parameters = Readonly<Record<string, string>>;
type ContractContext = Context<unknown, Parameters, Parameters, Parameters>;

/** The methods that an OpenAPI document can have, in the order in which `Allow` lists them. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

const answerSchema = z.object({ status: z.number(), body: z.looseObject({}).optional() });

/** A surface's OpenAPI document at work: it says which requests exist, what they must look like and who may send them. */
export class Contract {
  readonly #surface: Surface;
  readonly #api: OpenAPIBackend;
  readonly #schemas = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });
  readonly #roles: ReadonlyMap<string, readonly string[]>;

  private constructor(surface: Surface, api: OpenAPIBackend) {
    this.#surface = surface;
    this.#api = api;
    addFormats(this.#schemas).addSchema(api.definition, "contract");
    const all = api.getOperations();
    // By default the whole document is gone through for each request, which took a quarter of the emulator's time.
    api.router.getOperations = () => all;
    this.#roles = new Map(all.map((operation) => [operation.operationId ?? "", rolesOf(operation)]));
    for (const [operationId, { run }] of Object.entries(surface.operations)) {
      api.register(operationId, (context: ContractContext, call: Call) => {
        this.#admit(context, call);
        return run(call, context);
      });
    }
    api.registerSecurityHandler("api_key", (context: ContractContext, call: Call) => call.signIn(tokenOf(context)));
    api.register({
      notFound: () => {
        throw badEndpoint();
      },
      methodNotAllowed: ({ request: { path } }: ContractContext) => {
        throw methodNotAllowed(methods.filter((method) => api.matchOperation({ method, path, headers: {} })));
      },
      unauthorizedHandler: (context: ContractContext) => {
        throw unauthenticated(tokenOf(context));
      },
      validationFail: (context: ContractContext, call: Call) => {
        const refusal = refusalOf(context.validation.errors ?? []);
        // Whoever may not do it learns that, rather than how to do it.
        if (surface.refuse(refusal.reason).status === 422) this.#admit(context, call);
        throw refusal;
      },
    });
  }

  static readonly #shared = new Map<Surface, Promise<Contract>>();

  /** The contract of a surface, whose document is read when it is first asked for, and once a process. */
  static load(surface: Surface): Promise<Contract> {
    const shared = this.#shared.get(surface) ?? this.#read(surface);
    this.#shared.set(surface, shared);
    return shared;
  }

  static async #read(surface: Surface): Promise<Contract> {
    const api = new OpenAPIBackend({
      definition: asset(surface.document),
      // Validators are compiled when first needed, and the document itself is checked by a test.
      quick: true,
      strict: true,
      coerceTypes: true,
      ajvOpts: { allErrors: true, useDefaults: surface.fillsDefaults, validateSchema: false },
      customizeAjv(ajv) {
        addFormats(ajv);
        return ajv;
      },
    });
    return new Contract(surface, await api.init());
  }

  /** The `operationId` that the request is for, or null if the document has none. */
  route(request: ContractRequest): string | null {
    return this.#api.matchOperation(request)?.operationId ?? null;
  }

  /** Carries out a request. @throws Refusal */
  async perform(request: ContractRequest, call: Call): Promise<Answer> {
    const answer: unknown = await this.#api.handleRequest(this.#surface.prepare(request), call);
    return answerSchema.parse(answer);
  }

  /** How an answer deviates from the document; empty if it does not. Reads the answer's body. */
  async validateAnswer(operationId: string, answer: Response): Promise<string[]> {
    const { path = "", method = "", responses = {} } = this.#api.getOperation(operationId) ?? {};
    const status = String(answer.status);
    const declared = [status, `${status.charAt(0)}XX`].find((key) => Object.hasOwn(responses, key));
    if (declared === undefined) return [`${operationId} declares no answer ${status}`];
    if (!answer.headers.has("peridio-request-id")) return ["peridio-request-id is missing"];
    const text = await answer.text();
    if (declared === "204") return text === "" ? [] : ["204 has a body"];
    if (answer.headers.get("content-type") !== "application/json") return ["the body is not JSON"];
    const steps = ["paths", path, method, "responses", declared, "content", "application/json", "schema"];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/");
    const validate = this.#schemas.getSchema(`contract#/${pointer}`);
    if (validate === undefined) return [`${operationId} declares no body for ${declared}`];
    void validate(JSON.parse(text));
    return (validate.errors ?? []).map(
      ({ instancePath, message = "is wrong" }) => `${instancePath || "it"} ${message}`,
    );
  }

  /** Every `operationId` of the document. */
  get operationIds(): string[] {
    return [...this.#roles.keys()];
  }

  #admit({ operation, request }: ContractContext, call: Call): void {
    const id = operation.operationId ?? "";
    const { operations, organizationParameter } = this.#surface;
    const organization = request.params[organizationParameter];
    call.admit(this.#surface, this.#roles.get(id) ?? [], operations[id]?.scope ?? id, organization);
  }
}

function rolesOf(operation: object): string[] {
  return z.object({ "x-required-role": z.array(z.string()) }).parse(operation)["x-required-role"];
}

function tokenOf({ request }: ContractContext): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}
