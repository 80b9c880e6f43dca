export { construct, type ComponentProvider } from "../plugin/construct";
export { receiveInputs } from "../plugin/struct";
export { disturb, newStack, run, type Run, type Running, type Stack, type StackOptions } from "./cli";
export { nobody, offline, service } from "./offline";
export { Warehouse, bob, declaredBob, thingIn, urnOf } from "./thing";
