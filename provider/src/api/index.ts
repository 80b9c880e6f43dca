export * from "./client";
export { collections } from "./connect/collections";
export type * from "./connect/collections";
export { oneOf, type Unknown } from "./contract";
export * from "./errors";
export * from "./model";
export { backends, endpoints, hosts, open, traits, type ApiConfig, type BackendName } from "./open";
export { entryId } from "./roster";
export type { TransportOverrides } from "./transport/transport";
