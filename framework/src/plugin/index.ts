/** Pulumi's provider protocol over gRPC. */
export { runPlugin } from "./server";
