import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  RegisterResourceOutputsRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { UserError } from "../errors";
import type { Values } from "../values";
import { send } from "./struct";

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
