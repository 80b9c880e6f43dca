/** The no-op provider as a plugin. `BENCH_NOOP_LOOKS=no` in the environment: it never asks the engine to look. */
import { listen } from "../bare/server";
import { noopService } from "./service";

listen(noopService(process.env.BENCH_NOOP_LOOKS !== "no"));
