import { randomUUID } from "node:crypto";
import { get } from "./json";

/** The characters of ids that can be part of a path. Other ids are not sent. */
const usable = /^(?!\.+$)[\w.:-]{1,100}$/;

/** Reports if a value is an id that can be part of a path. */
export function isUsable(id: unknown): id is string {
  return typeof id === "string" && usable.test(id);
}

/** Returns the id of a listed object for a parameter such as `id`, `project_id` or `user_prn`. */
export function getId(item: Readonly<Record<string, unknown>>, parameter: string): string | undefined {
  const kind = parameter.endsWith("prn") ? "prn" : "id";
  const id = get(item, parameter) ?? get(item, parameter.replace(/_\w+$/, ""), kind) ?? get(item, kind);
  const text = typeof id === "number" ? String(id) : id;
  return isUsable(text) ? text : undefined;
}

/** Returns the path of an object that does not exist, beside the one at `path`; undefined if the id contains no UUID. */
export function replaceId(path: string): string | undefined {
  const changed = path.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, randomUUID());
  return changed === path ? undefined : changed;
}
