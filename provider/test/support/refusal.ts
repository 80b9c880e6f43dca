/** What an operation that has to fail tells the user. */
export async function refusal(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "it was not refused",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
