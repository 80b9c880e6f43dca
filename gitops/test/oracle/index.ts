export { world } from "./changes";
export type { World } from "./model";
export { printPreviews } from "./printer";
export { readReview } from "./reviewFacts";
export { reviewOf } from "./reviewOf";
export { rulesOf } from "./testsOracle";
export { describeWorld } from "./words";
