/**
 * The operations on every resource: which objects the provider adopts, which changes it sends, and which objects count as gone.
 *
 * A failed operation throws an `OperationError` with a message for the user. `api` is a client for one operation, such as one with
 * a deadline. By default, the operation uses the client of the run.
 */
export { check } from "./check";
export { create } from "./create";
export { deleteObject as delete } from "./delete";
export { diff } from "./diff";
export { list } from "./list";
export { previewCreate, previewUpdate } from "./preview";
export { read } from "./read";
export { Run, type RunHost } from "./run";
export { update } from "./update";
