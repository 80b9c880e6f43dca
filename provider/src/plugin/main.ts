import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { configuration } from "../core/configuration";
import { packageSchema } from "../core/schema";
import { version } from "../core/version";
import { resources } from "../resources";
import { Provider } from "./provider";

/** The engine sends and takes whole states in one message; gRPC's own limit of 4 MiB is too little for large ones. */
const messages = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** How often to look whether the engine is still there, in milliseconds. */
const patience = 5_000;

function main(engineAddress: string | undefined): void {
  const provider = new Provider(
    () => JSON.stringify(packageSchema(resources, configuration)),
    process.env,
    engineAddress,
  );
  const server = new Server(messages);
  server.addService(ResourceProviderService, provider.service());
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    // The engine reads the port from the first line of the standard output.
    process.stdout.write(`${port}\n`);
  });
  endWithParent();
}

/** An engine that is killed cannot stop its plugins; they notice that they have been orphaned. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, patience).unref();
}

const [argument] = process.argv.slice(2).filter((text) => !text.startsWith("--logtostderr") && !text.startsWith("-v"));
if (argument === "--version") process.stdout.write(`${version}\n`);
else main(argument);
