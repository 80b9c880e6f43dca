export { type Maker, construct } from "./construct";
export { Engine, type Level } from "./engine";
export { runPlugin } from "./main";
export { Provider } from "./provider";
export { type Served, serve } from "./server";
export { receiveInputs } from "./struct";
