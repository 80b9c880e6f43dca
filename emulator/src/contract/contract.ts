import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020";
import { type Context, OpenAPIBackend } from "openapi-backend";
import { z } from "zod";
import type { Api, ApiResponse } from "./api";
import type { Organization } from "../model/state";
import type { Call } from "./call";
import { badEndpoint, methodNotAllowed, unauthenticated } from "./errors";
import { type ContractRequest, toValidationError } from "./request";

type Parameters = Readonly<Record<string, string>>;
type ContractContext = Context<unknown, Parameters, Parameters, Parameters>;

/** The methods of OpenAPI, in the order of `Allow`. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

const responseSchema = z.object({ status: z.number(), body: z.looseObject({}).optional() });

/** Routes, validates and authorizes the requests of an API as its OpenAPI document demands. */
export class Contract<O extends Organization> {
  readonly #api: Api<O>;
  readonly #backend: OpenAPIBackend;
  readonly #schemas = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });
  readonly #requiredRoles: ReadonlyMap<string, readonly string[]>;

  private constructor(api: Api<O>, backend: OpenAPIBackend) {
    this.#api = api;
    this.#backend = backend;
    addFormats(this.#schemas).addSchema(backend.definition, "contract");
    const operations = backend.getOperations();
    // By default, the router walks the whole document for each request: a quarter of the emulator's time.
    backend.router.getOperations = () => operations;
    this.#requiredRoles = new Map(
      operations.map((operation) => [operation.operationId ?? "", readRequiredRoles(operation)]),
    );
    for (const [operationId, { run }] of Object.entries(api.operations)) {
      backend.register(operationId, (context: ContractContext, call: Call<O>) => {
        this.#authorize(context, call);
        return run(call, context);
      });
    }
    backend.registerSecurityHandler("api_key", (context: ContractContext, call: Call<O>) =>
      call.authenticate(readToken(context)),
    );
    backend.register({
      notFound: () => {
        throw badEndpoint();
      },
      methodNotAllowed: ({ request: { path } }: ContractContext) => {
        throw methodNotAllowed(methods.filter((method) => backend.matchOperation({ method, path, headers: {} })));
      },
      unauthorizedHandler: (context: ContractContext) => {
        throw unauthenticated(readToken(context));
      },
      validationFail: (context: ContractContext, call: Call<O>) => {
        const { wrapper } = api.operations[context.operation.operationId ?? ""] ?? {};
        const error = toValidationError(context.validation.errors ?? [], wrapper);
        // A caller without the required role gets 403, not details of the body's format.
        if (api.toErrorResponse(error.reason).status === 422) this.#authorize(context, call);
        throw error;
      },
    });
  }

  /** Reads the document of an API. */
  static async read<O extends Organization>(api: Api<O>): Promise<Contract<O>> {
    const backend = new OpenAPIBackend({
      definition: api.document,
      // Compiles validators when they are first needed. A test validates the document itself.
      quick: true,
      strict: true,
      coerceTypes: true,
      ajvOpts: { allErrors: true, useDefaults: api.hasDefaultsApplied, validateSchema: false },
      customizeAjv(ajv) {
        addFormats(ajv);
        return ajv;
      },
    });
    return new Contract(api, await backend.init());
  }

  /** Returns the `operationId` of a request, or null if the document has no such operation. */
  findOperation(request: ContractRequest): string | null {
    return this.#backend.matchOperation(request)?.operationId ?? null;
  }

  /** Carries out a request. @throws ApiError */
  async perform(request: ContractRequest, call: Call<O>): Promise<ApiResponse> {
    const response: unknown = await this.#backend.handleRequest(this.#api.normalizeRequest(request), call);
    return responseSchema.parse(response);
  }

  /** Lists deviations of a response from the document. Reads the body. */
  async validateResponse(operationId: string, response: Response): Promise<string[]> {
    const { path = "", method = "", responses = {} } = this.#backend.getOperation(operationId) ?? {};
    const status = String(response.status);
    const declared = [status, `${status.charAt(0)}XX`].find((key) => Object.hasOwn(responses, key));
    if (declared === undefined) return [`${operationId} declares no response ${status}`];
    if (!response.headers.has("peridio-request-id")) return ["peridio-request-id is missing"];
    const text = await response.text();
    if (declared === "204") return text === "" ? [] : ["204 has a body"];
    if (response.headers.get("content-type") !== "application/json") return ["the body is not JSON"];
    const steps = ["paths", path, method, "responses", declared, "content", "application/json", "schema"];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/");
    const validate = this.#schemas.getSchema(`contract#/${pointer}`);
    if (validate === undefined) return [`${operationId} declares no body for ${declared}`];
    void validate(JSON.parse(text));
    return (validate.errors ?? []).map(
      ({ instancePath, message = "is wrong" }) => `${instancePath || "the body"} ${message}`,
    );
  }

  #authorize({ operation, request }: ContractContext, call: Call<O>): void {
    const id = operation.operationId ?? "";
    const { operations, organizationParameter } = this.#api;
    call.authorize({
      organization: request.params[organizationParameter],
      requiredRoles: this.#requiredRoles.get(id) ?? [],
      scope: operations[id]?.scope ?? id,
      getRoles: (organization, member) => this.#api.getRoles(organization, member),
    });
  }
}

function readRequiredRoles(operation: object): string[] {
  return z.object({ "x-required-role": z.array(z.string()) }).parse(operation)["x-required-role"];
}

function readToken({ request }: ContractContext): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}
