/** A provider of notes that does nothing, with the gRPC library and the runtime of the framework's executables. */
import { listen } from "../../../scripts/bench/bare/server";
import { createNoopService } from "../../../scripts/bench/noop/service";
import { schema } from "./texts";

listen(createNoopService({ schema }));
