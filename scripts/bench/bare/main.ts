/** The smallest plugin in Node.js, with which the bench compares the time of a start. */
import { createEmptyService, listen } from "./server";

listen(createEmptyService());
