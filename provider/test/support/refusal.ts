/** Returns the message of an operation that must fail. */
export async function refusal(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "it was not refused",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
