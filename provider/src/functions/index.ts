import type { AnyFunction } from "../core/function";
import { getCurrentUser } from "./getCurrentUser";

/** Every function of the provider. A new one is a file beside this and a line here. */
export const functions: readonly AnyFunction[] = [getCurrentUser];
