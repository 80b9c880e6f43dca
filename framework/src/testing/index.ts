/** Tests of a provider: a small engine, the real CLI with its own state, and a client of the protocol. */
export { readSettings } from "../dynamic/session";
export { construct, type ComponentProvider } from "../plugin/construct";
export { type EngineLog, Provider } from "../plugin/provider";
export { type Served } from "../plugin/serve";
export { serve } from "../plugin/server";
export { receiveInputs } from "../plugin/struct";
export { disturb, newStack, run, type Run, type Running, type Stack, type StackOptions } from "./cli";
export { Engine } from "./engine";
export { connect, logTo } from "./inProcess";
export { FakeClock } from "../http/testing/fakeClock";
export { HangingProxy, type Place } from "../http/testing/hangingProxy";
export { drop, hang, hangHalfway, json, type Reply, StubServer } from "../http/testing/stubServer";
export { executable, type Launch } from "./launch";
export {
  type Course,
  type Declared,
  type Kept,
  type Program,
  type Running as RunningProvider,
  type Step,
  type Target,
  unknown,
  secret,
  type Wire,
} from "./program";
export { type Check, listChecks } from "./kit/checks";
export type { Exchange } from "./kit/proxy";
export type { Subject } from "./kit/subject";
