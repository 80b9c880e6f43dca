import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  Result,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Wire } from "./engine";

type Unary<Request, Response> = (
  call: { readonly request: Request },
  answer: (error: { code: status; details: string } | null, response?: Response) => void,
) => void;

/** The failures of a registration. */
export type Fate = "refused" | "failed" | "not created" | "unknown";

/** The engine of one run, as far as a component sees it: it takes declarations and answers with URNs and ids. */
export class MonitorStub {
  /** The registered resources, in order of arrival. */
  readonly declared: RegisterResourceRequest[] = [];
  /** Outputs by URN. */
  readonly outputs: Record<string, Wire> = {};

  private constructor(
    readonly address: string,
    private readonly server: Server,
  ) {}

  /** `fates` are of resources by name. */
  static async begin(fates: Readonly<Record<string, Fate>> = {}): Promise<MonitorStub> {
    const server = new Server();
    const register: Unary<RegisterResourceRequest, RegisterResourceResponse> = ({ request }, answer) => {
      stub.declared.push(request);
      const fate = fates[request.getName()];
      if (fate === "refused") {
        answer({ code: status.INTERNAL, details: `${request.getName()} is refused` });
        return;
      }
      const without = fate === "unknown" || fate === "not created" || !request.getCustom();
      const id = without ? "" : `id-of-${request.getName()}`;
      const result = fate === "failed" || fate === "not created" ? Result.FAIL : Result.SUCCESS;
      answer(null, new RegisterResourceResponse().setUrn(urn(request)).setId(id).setResult(result));
    };
    const registerOutputs: Unary<RegisterResourceOutputsRequest, Empty> = ({ request }, answer) => {
      stub.outputs[request.getUrn()] = request.getOutputs()?.toJavaScript() ?? {};
      answer(null, new Empty());
    };
    server.addService(
      {
        registerResource: ResourceMonitorService.registerResource,
        registerResourceOutputs: ResourceMonitorService.registerResourceOutputs,
      },
      { registerResource: register, registerResourceOutputs: registerOutputs },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const stub: MonitorStub = new MonitorStub(`127.0.0.1:${port}`, server);
    return stub;
  }

  /** The one declaration of that type (`SecurityPolicy`) and name. */
  of(type: string, name: string): RegisterResourceRequest {
    const found = this.declared.filter(
      (request) => request.getType() === `peridio:index:${type}` && request.getName() === name,
    );
    const [one] = found;
    if (one === undefined || found.length > 1) throw new Error(`${found.length} declarations of ${type} ${name}`);
    return one;
  }

  /** The registered resources in short form, such as `SecurityPolicy acme-dev`. */
  names(): string[] {
    return this.declared.map((request) => `${request.getType().replace("peridio:index:", "")} ${request.getName()}`);
  }

  end(): void {
    this.server.forceShutdown();
  }
}

function urn(request: RegisterResourceRequest): string {
  return `urn:pulumi:test::lifecycle::${request.getType()}::${request.getName()}`;
}
