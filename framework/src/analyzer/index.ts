export type { AnalyzedResource, Effect, Policy, PolicyPack, PolicyViolation, StackResource, StackRun } from "./pack";
export { runPolicyPack } from "./server";
