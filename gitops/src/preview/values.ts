import { isRecord, type Values } from "../../../provider/src/core/values";
import { secret, unknown } from "../access/hidden";

/** What Pulumi prints in place of a value that a preview does not know. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What Pulumi prints in place of a secret. */
const secretText = "[secret]";

/** The values that Pulumi printed, with `Hidden` for what it does not tell. */
export function told(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toldValue(value)]));
}

function toldValue(value: unknown): unknown {
  if (value === unknownText) return unknown;
  if (value === secretText) return secret;
  if (Array.isArray(value)) return value.map(toldValue);
  return isRecord(value) ? told(value) : value;
}
