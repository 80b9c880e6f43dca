export { type Level } from "./engine";
export { runPlugin } from "./server";
export { type EngineLog, Provider } from "./provider";
export { type Served } from "./serve";
export { serve } from "./server";
