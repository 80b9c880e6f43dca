import type { MakeCommand } from "./command";
import { exporting } from "./export";
import { validate } from "./validate";

/** Every command. A new one is a file beside this and a line here. */
export const commands: readonly MakeCommand[] = [validate, exporting];
