import { isRecord, type Values } from "#framework";
import { omitAbsent } from "#framework/definitions";

/** Removes absent values, empty lists and empty maps. */
export function omitEmpty(values: Values): Values {
  const isEmpty = (value: unknown) =>
    Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(omitAbsent(values)).filter(([, value]) => !isEmpty(value)));
}
