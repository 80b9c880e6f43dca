import { audit } from "./audit";
import type { MakeCommand } from "./command";
import { confirm } from "./confirm";
import { exporting } from "./export";
import { graph } from "./graph";
import { review } from "./review";
import { validate } from "./validate";

/** Every command. A new one is a file beside this and a line here. */
export const commands: readonly MakeCommand[] = [review, confirm, exporting, audit, graph, validate];
