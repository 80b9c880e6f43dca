import type { Values } from "#framework";

/** The same settings with their lists sorted: none of them means anything by its order. */
export function sorted<Settings extends Values>(settings: Settings): Settings {
  const copy = { ...settings };
  for (const value of Object.values(copy)) {
    if (Array.isArray(value)) value.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return copy;
}
