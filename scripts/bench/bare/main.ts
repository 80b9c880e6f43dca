/** The least that a plugin can be in Node: the yardstick for how long a start takes. */
import { emptyService, listen } from "./server";

listen(emptyService());
