import { isRecord, type Values } from "#framework";
import type { State } from "../model/resource";
import { isSecret, isHidden } from "../hidden";

// Pulumi can hide a value at one place of a preview, and show an equal value at another place.

/** Returns values with the secrets that equal values show. */
export function revealValues(values: Values, others: Values = {}): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, revealValue(value, others[name])]));
}

/** Returns a value with the secrets that an equal value shows. */
function revealValue(value: unknown, other: unknown): unknown {
  if (isSecret(value)) return other ?? value;
  if (Array.isArray(value))
    return value.map((item, index) => revealValue(item, Array.isArray(other) ? other[index] : undefined));
  if (!isRecord(value) || isHidden(value)) return value;
  return revealValues(value, isRecord(other) && !isHidden(other) ? other : {});
}

/** Returns a state in which the inputs replace hidden outputs, because a program can declare each output as a secret. */
export function revealOutputs(state: State): State {
  const { inputs, outputs } = state;
  if (outputs === undefined) return state;
  const entries = Object.entries(outputs);
  return {
    ...state,
    outputs: Object.fromEntries(
      entries.map(([name, value]) => [name, isSecret(value) ? (inputs[name] ?? value) : value]),
    ),
  };
}
