import { isRecord } from "../../../provider/src/core/values";
import type { Path } from "../../../provider/src/core/path";
import type { Mistake } from "../../../provider/src/documents/mistakes";
import { mistaken, type Part } from "../../../provider/src/documents/part";
import { pattern } from "../../../provider/src/resources/types/pattern";
import { suggestion } from "../../../provider/src/documents/suggestion";

/** The places of an access rules file that name unknown organizations. */
export interface UnknownOrganizations {
  /** Names. */
  readonly names: readonly Mistake[];
  /** Patterns that match no known organization, which may be intended. */
  readonly patterns: readonly Mistake[];
}

/** Finds the names and patterns that match no organization in `known`. A PRN may mean any of them. */
export function unknownOrganizations(part: Part, known: readonly string[]): UnknownOrganizations {
  const isKnown = (text: string) => {
    const expression = pattern(text);
    return text.startsWith("prn:") || known.some((name) => expression.test(name));
  };
  const unknown = selectors(part.value)
    .flatMap(([path, said]) => textsIn(path, said))
    .filter(({ text }) => !isKnown(text));
  const told = (isPattern: boolean, reason: (text: string) => string) =>
    unknown
      .filter(({ text }) => text.includes("*") === isPattern)
      .map(({ path, text }) => mistaken(part, path, reason(text)));
  return {
    names: told(
      false,
      (text) =>
        `is ${JSON.stringify(text)}, which is no organization of the layouts: correct the name, or validate the layout that declares it too${suggestion(text, known)}`,
    ),
    patterns: told(true, (text) => `is ${JSON.stringify(text)}, which matches no organization of the layouts`),
  };
}

/** Every selector of organizations in a file, with its path. */
function selectors(value: unknown): readonly (readonly [Path, unknown])[] {
  return entries(value, "rules").flatMap(([path, rule]) => [
    ...property(path, rule, "organizations"),
    ...entries(rule, "exempt", path).flatMap(([at, one]) => property(at, one, "organization")),
    ...entries(rule, "notTogether", path).flatMap(([at, one]) => property(at, one, "organizations")),
  ]);
}

function property(path: Path, value: unknown, name: string): readonly (readonly [Path, unknown])[] {
  return isRecord(value) && name in value ? [[[...path, name], value[name]]] : [];
}

/** The entries of a list or map that a property holds. */
function entries(value: unknown, name: string, path: Path = []): readonly (readonly [Path, unknown])[] {
  const [[at, held] = [path, undefined]] = property(path, value, name);
  if (Array.isArray(held)) return held.map((one: unknown, index) => [[...at, index], one]);
  return isRecord(held) ? Object.entries(held).map(([key, one]) => [[...at, key], one]) : [];
}

/** The texts of a selector: one, several, or those of `like` and `except`. */
function textsIn(path: Path, said: unknown): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof said === "string") return [{ path, text: said }];
  if (Array.isArray(said)) return said.flatMap((one: unknown, index) => textsIn([...path, index], one));
  return isRecord(said) ? Object.entries(said).flatMap(([name, one]) => textsIn([...path, name], one)) : [];
}
