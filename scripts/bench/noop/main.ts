/** The no-op provider as a plugin. With `BENCH_NOOP_READS_EARLY=no`, the plugin does not ask the engine to read before updates. */
import { listen } from "../bare/server";
import { createNoopService } from "./service";

listen(createNoopService(process.env.BENCH_NOOP_READS_EARLY !== "no"));
