import { formatPath, type Path, type Said, isRecord } from "#framework";
import { key } from "../roster/declaration";
import { formatElsewhere, type Mistake, createMistake, type ParsedDocument } from "#framework/documents";

/** The least that a file can say by itself: one setting, one group, one person's role in one organization. */
export interface Statement {
  readonly part: ParsedDocument;
  readonly path: Path;
  readonly value: unknown;
}

/** Everything that the parts say, each thing once. */
export interface Merged {
  readonly statements: readonly Statement[];
  readonly mistakes: readonly Mistake[];
}

/** Puts the parts together. A thing that two files say is a mistake, even if they agree: a change of one would mean nothing. */
export function merge(parts: readonly ParsedDocument[]): Merged {
  const said = new Map<string, Statement>();
  const mistakes: Mistake[] = [];
  for (const part of parts) {
    for (const statement of statementsOf(part, [], part.value)) {
      const name = nameOf(statement.path);
      const first = said.get(name);
      if (first === undefined) said.set(name, statement);
      else if (first.part !== part) {
        const where = formatElsewhere(first.part.locate(first.path, "key"));
        mistakes.push(createMistake(part, statement.path, `is given before${where}: keep one of the two`, "key"));
      }
    }
  }
  return { statements: [...said.values()], mistakes };
}

/** What it says, and where; of a section of settings, the whole. What holds for many organizations says for which it is asked. */
export function saidBy({ part, path }: Statement, organization: string): Said {
  const isDefault = path[0] === "defaults";
  const whole = path[0] === "people" ? path : path.slice(0, isDefault ? 2 : 3);
  return { what: formatPath(whole), whom: isDefault ? organization : undefined, place: part.locate(whole, "key") };
}

/** The case of a person's address is no difference. */
function nameOf([top, second, ...rest]: Path): string {
  return formatPath([top ?? "", top === "people" ? key(String(second)) : (second ?? ""), ...rest]);
}

const sections = ["roster", "security", "billing"];

function statementsOf(part: ParsedDocument, path: Path, value: unknown): readonly Statement[] {
  if (!isRecord(value) || !isDivided(path)) return path.length < 2 || value === null ? [] : [{ part, path, value }];
  return Object.entries(value).flatMap(([step, inner]) => statementsOf(part, [...path, step], inner));
}

/** Whether several files may each say a part of it. */
function isDivided([top, second, third, ...rest]: Path): boolean {
  if (rest.length > 0) return false;
  if (top === "organizations") return third === undefined || sections.includes(String(third));
  if (third !== undefined) return false;
  if (top === "defaults") return second === undefined || sections.includes(String(second));
  return second === undefined || top === "people";
}
