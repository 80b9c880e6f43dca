export { nobody, offline, service } from "./offline";
export { Warehouse, bob, declaredBob, thingIn, urnOf } from "./thing";
