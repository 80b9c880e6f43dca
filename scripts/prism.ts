/**
 * Runs the provider against the emulator through Prism, which compares each request and response with an OpenAPI document of Avocado
 * Connect: the published one that PERIDIO_CONNECT_OPENAPI names, or api/connect.openapi.yaml. Needs the npm registry. Exits with 0 only
 * if Prism rejects nothing, and if the provider uses each operation of api/connect.openapi.yaml.
 *
 * `[PERIDIO_CONNECT_OPENAPI=FILE] ts-node scripts/prism.ts`
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Emulator, serve } from "#emulator";
import { prepare, runFlow } from "./prism/flow";
import { startPrism } from "./prism/prism";
import { startRecorder } from "./prism/recorder";
import { renderReport } from "./prism/report";

const contract = join(__dirname, "../api/connect.openapi.yaml");
const document = process.env.PERIDIO_CONNECT_OPENAPI ?? contract;

async function main(): Promise<void> {
  const emulator = new Emulator({ apiKey: "avo_of-ada-for-prism" });
  await prepare(emulator);
  const server = await serve(emulator, { port: 0 });
  const prism = await startPrism(document, server.url);
  const recorder = await startRecorder(prism.url);
  try {
    const failure = await runFlow(emulator, recorder.url).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const { text, isClean } = renderReport({
      document,
      operations: listOperations(contract),
      used: emulator.requests().flatMap(({ operation }) => operation ?? []),
      requests: recorder.count(),
      rejections: recorder.rejections,
      failure,
    });
    console.log(text);
    if (!isClean) process.exitCode = 1;
  } finally {
    recorder.stop();
    prism.stop();
    await server.close();
  }
}

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operationSchema = z.looseObject({ operationId: z.string() });

/** Returns the operations of an OpenAPI document, by id. */
function listOperations(file: string): readonly string[] {
  const { paths } = documentSchema.parse(parse(readFileSync(file, "utf8")));
  return Object.values(paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => operationSchema.safeParse(operation).data?.operationId ?? []),
  );
}

void main();
