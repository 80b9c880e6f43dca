import { isRecord, type Values } from "../../../provider/src/core/values";
import type { Mistake } from "../../../provider/src/documents/mistakes";
import { mistaken } from "../../../provider/src/documents/part";
import type { Text } from "../../../provider/src/documents/text";
import { yamlPart } from "../../../provider/src/documents/yamlPart";
import { layoutKind } from "../../../provider/src/layouts/mistakes";
import { terms } from "../../../provider/src/layouts/schema";

/** Places in organizations that have ended by that day: they declare nobody any more. */
export function ended(source: Text, today: string): readonly Mistake[] {
  const part = yamlPart(source, layoutKind);
  return entries(part.value, "people").flatMap(([who, places]) =>
    Object.entries(places).flatMap(([organization, place]) => {
      const { until } = terms.safeParse(place).data ?? {};
      if (until === undefined || until >= today) return [];
      const reason = `ended on ${until} and declares no one: remove it, unless it overrides the role that a group gives`;
      return [mistaken(part, ["people", who, organization], reason, "key")];
    }),
  );
}

/** The maps below a key. */
function entries(value: unknown, name: string): readonly (readonly [key: string, value: Values])[] {
  const map = isRecord(value) ? value[name] : undefined;
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([key, inner]) => (isRecord(inner) ? [[key, inner] as const] : []));
}
