import { type Path, isRecord, type Values } from "#framework";

/** Properties whose texts are words of the layout's language, and those that name organizations: so do the URNs. */
const words = new Set([
  "role",
  "until",
  "maxRemovals",
  "sessionTimeout",
  "paymentMethod",
  "resourceType",
  "only",
  "requires",
]);

/** What is confidential of a secret in a layout: who the people are, and what was written about organizations. */
export function confidentialTexts(path: Path, secret: unknown, { groups }: Values): readonly string[] {
  const [section, ...below] = path;
  if (section === "groups") return textsIn(secret);
  if (section !== "people")
    return textsIn(
      secret,
      path.findLast((step) => typeof step === "string"),
    );
  // Below them there are roles only. A key that is no group is meant as an address, even if it is none.
  const keys = isRecord(secret) && below.length === 0 ? Object.keys(secret) : [];
  return keys.filter((key) => !isRecord(groups) || !Object.hasOwn(groups, key));
}

/** The texts in a value that is called so, except words. */
function textsIn(value: unknown, name = ""): readonly string[] {
  if (typeof value === "string") return words.has(name) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, key));
}
