/** The smallest plugin in Node.js, with which the bench compares the time of a start. */
import { emptyService, listen } from "./server";

listen(emptyService());
