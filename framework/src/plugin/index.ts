export { type Level } from "./engine";
export { runPlugin } from "./server";
export { type EngineLog, Provider } from "./provider";
export { type Served, serve } from "./server";
