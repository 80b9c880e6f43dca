import { AlreadyExists } from "../core/errors";
import { nameOf, type Names } from "../core/explain";
import { Failed } from "../core/lifecycle";
import type { AnyResource } from "../core/resource";
import type { Values } from "../core/values";
import { hidden, receive, remembered } from "./properties";

/** gRPC's FAILED_PRECONDITION. Without it the engine would take a failure as "perhaps it was done". */
const nothingInDoubt = 9;

/** An error as the dynamic host expects it; `sent` is what the host wanted something done with. */
export function failure(error: unknown, resource: AnyResource, sent: Values, names: Names): Error {
  const message = messageOf(error, resource, sent, names);
  // The host prints stacks, of which nobody who declares organizations has any use.
  const answer = Object.assign(new Error(message), { code: nothingInDoubt, stack: "" });
  if (!(error instanceof Failed) || error.state === undefined) return answer;
  const { id, outputs } = error.state;
  const { urn, values: declared } = receive(sent);
  // With an id, the engine keeps what exists and goes on with an update the next time.
  return Object.assign(answer, {
    id,
    properties: { ...hidden(sent), ...remembered(outputs, { urn, declared }) },
    reasons: [message],
  });
}

function messageOf(error: unknown, resource: AnyResource, sent: Values, names: Names): string {
  if (error instanceof Failed && error.cause instanceof AlreadyExists) {
    const { urn, values: object } = receive(sent);
    const { how, importId } = error.cause;
    return (
      `${nameOf({ resource, urn, object }, names)} already exists ${how}, and may be somebody else's, so it was not taken over. ` +
      `To manage it here, give the resource the option \`import: ${JSON.stringify(importId)}\`. ` +
      "If you only renamed or moved the resource in your program, give it the option `aliases` with its old name instead."
    );
  }
  return error instanceof Error ? error.message : String(error);
}
