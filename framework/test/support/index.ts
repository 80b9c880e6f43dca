/** The operations of the framework and a resource with a property of every kind, for tests in this repository. No package contains them. */
export * as operations from "../../src/operations";
export { bob, declaredBob, thingIn, urnOf, Warehouse } from "./thing";
