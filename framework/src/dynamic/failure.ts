import { OperationError } from "../lifecycle";
import type { Values } from "../values";
import { hidden, receive, remembered } from "./properties";
import { secrets } from "./secrets";

/** gRPC's FAILED_PRECONDITION. Without it the engine would take a failure as "perhaps it was done". */
const nothingInDoubt = 9;

/** What the host prints of such a failure: its text and its stack, of which nobody who declares organizations has any use. */
export const printed = ": ";

/** An error as the dynamic host expects it; `sent` is what the host wanted something done with. */
export function failure(error: unknown, sent: Values): Error {
  const message = secrets.redact(error instanceof Error ? error.message : String(error));
  const answer = Object.assign(new Error(message), { code: nothingInDoubt, stack: "", toString: () => "" });
  if (!(error instanceof OperationError) || error.state === undefined) return answer;
  const { id, outputs } = error.state;
  const { urn, values: declared, secret } = receive(sent);
  // With an id, the engine keeps what exists and goes on with an update the next time.
  return Object.assign(answer, {
    id,
    properties: { ...hidden(sent), ...remembered(outputs, { urn, declared }, secret) },
    reasons: [message],
  });
}
