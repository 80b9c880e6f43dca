export { key } from "./address";
export * from "./errors";
export * from "./port";
export { byAge } from "./invitations";
export { placeId } from "./roster";
export { backends, endpoints, hosts, open, traits, type ApiConfig, type BackendName } from "./open";
export { oneOf, type Unknown } from "./unknown";
export type { Surroundings } from "./transport/transport";
