export * from "./errors";
export * from "./port";
export { backends, connect, type ApiConfig, type BackendName } from "./connect";
export type { Log } from "./transport/log";
export type { Surroundings } from "./transport/transport";
