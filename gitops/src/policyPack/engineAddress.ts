/**
 * Returns the engine's address if Pulumi started this program as a policy pack. The address is the last argument, after flags for
 * logging and tracing.
 */
export function findEngineAddress(args: readonly string[]): string | undefined {
  const [address, ...flags] = [...args].reverse();
  if (address === undefined || !/^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(address)) return undefined;
  const rest = flags.reverse().join("\n");
  return /^(?:(?:--logtostderr|-v=\d+|--tracing\n.*)(?:\n|$))*$/.test(rest) ? address : undefined;
}
