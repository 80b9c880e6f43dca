import { newStack as newProgramStack, type Stack, type StackOptions as ProgramOptions } from "#framework/testing";
import { type Emulator, serve } from "#emulator";

export { disturb, run, type Run, type Stack } from "#framework/testing";

export interface StackOptions extends Omit<ProgramOptions, "close"> {
  /** The Peridio that the program acts on. */
  readonly emulator: Emulator;
}

/** Makes a stack `test` for a program, and serves the emulator to it. The caller must `end` the stack. */
export async function newStack({ emulator, environment, ...options }: StackOptions): Promise<Stack> {
  const server = await serve(emulator, { port: 0 });
  return newProgramStack({
    ...options,
    environment: { PERIDIO_BASE_URL: server.url, PERIDIO_API_KEY: emulator.apiKey, ...environment },
    close: () => server.close(),
  });
}
