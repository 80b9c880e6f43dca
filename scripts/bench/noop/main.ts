/** The no-op provider as a plugin. With `BENCH_NOOP_READS_EARLY=no`, the plugin does not ask the engine to read before updates. */
import schema from "../../../schema.json";
import { listen } from "../bare/server";
import { fresh } from "./fresh";
import { createNoopService } from "./service";

const readsEarly = process.env.BENCH_NOOP_READS_EARLY !== "no";
listen(createNoopService({ schema: JSON.stringify(schema), fresh, readsEarly }));
