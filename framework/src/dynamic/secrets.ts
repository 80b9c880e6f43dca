import { Confidential } from "../confidential";
import type { AnyResource } from "../resource";
import { isRecord, type Values } from "../values";
import { receive } from "./properties";

/** What the programs of this process hold secret. Pulumi encrypts it in the state; nobody else keeps it out of messages. */
export const secrets = new Confidential();

/** Keeps the secrets of these properties, or arguments of a function, out of every later message. */
export function keepSecrets(sent: Values, changes: AnyResource["changes"] = {}): void {
  const { values, secret } = receive(sent);
  for (const name of secret) {
    const value = values[name];
    // The keys of such a map are what is secret. Its values are words such as roles, without which no message could be read.
    const isMap = changes[name]?.entries !== undefined && isRecord(value);
    for (const text of isMap ? Object.keys(value) : textsIn(value)) secrets.keep(text);
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}
