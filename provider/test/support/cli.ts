import { newStack as newProgramStack, type Stack, type StackOptions as ProgramOptions } from "#framework/testing";
import { type Emulator, serve } from "#emulator";

export { disturb, run, type Run, type Stack } from "#framework/testing";

export interface StackOptions extends Omit<ProgramOptions, "close"> {
  /** The Peridio that the program acts on. */
  readonly emulator: Emulator;
  /** The connection in capitals whose variables name the emulator. By default, the variables without a connection do. */
  readonly connection?: string;
}

/** Makes a stack `test` for a program, and serves the emulator to it. The caller must `end` the stack. */
export async function newStack({ emulator, environment, connection, ...options }: StackOptions): Promise<Stack> {
  const server = await serve(emulator, { port: 0 });
  const name = (variable: string) => (connection === undefined ? variable : `${variable}_${connection}`);
  return newProgramStack({
    ...options,
    environment: {
      [name("PERIDIO_BASE_URL")]: server.url,
      [name("PERIDIO_API_KEY")]: emulator.apiKey,
      ...environment,
    },
    close: () => server.close(),
  });
}
