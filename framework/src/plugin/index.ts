export { Engine, type Level } from "./engine";
export { runPlugin } from "./server";
export { Provider } from "./provider";
export { type Served, serve } from "./server";
