import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Kind } from "../../../provider/src/documents/kind";
import { InvalidDocument, inOrder, type Mistake } from "../../../provider/src/documents/mistakes";
import { misshapen } from "../../../provider/src/documents/shape";
import type { Text } from "../../../provider/src/documents/text";
import { yamlPart } from "../../../provider/src/documents/yamlPart";
import { isRecord } from "../../../provider/src/core/values";
import { Failure } from "../failure";
import { type Rule, ruleOf } from "./rule";
import { rulesFile } from "./schema";
import { senseless } from "./sense";

const kind: Kind = {
  one: "the rules file",
  many: "access rules",
  ifEmpty: "write a rule under `rules`, or do not name the file",
};

/** All that is wrong with a file of access rules. */
export class InvalidRules extends InvalidDocument {
  override readonly name = "InvalidRules";
  constructor(
    /** By place. */
    mistakes: readonly Mistake[],
  ) {
    super(kind, mistakes);
  }
}

/**
 * Reads a file of access rules, in YAML or JSON. `folder` is the one that a relative path starts from.
 * @throws InvalidRules with every mistake, each with its place and what to do about it.
 * @throws Failure if there is nothing to read.
 */
export function readRules(path: string, folder: string): readonly Rule[] {
  return rulesOf({ file: path, text: textOf(path, folder) });
}

function textOf(path: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, path), "utf8");
  } catch (error) {
    const code = isRecord(error) ? error.code : undefined;
    if (code === "ENOENT") throw new Failure(`there is no file ${path}: name a file of access rules`);
    if (code === "EISDIR") throw new Failure(`${path} is a folder: name the file of access rules in it`);
    throw error;
  }
}

/**
 * The rules that a text says, in its order.
 * @throws InvalidRules with every mistake, each with its place and what to do about it.
 */
export function rulesOf(text: Text): readonly Rule[] {
  const part = yamlPart(text, kind);
  const mistakes = [...part.mistakes, ...misshapen(part, rulesFile), ...senseless(part)];
  if (mistakes.length > 0) throw new InvalidRules(inOrder(mistakes));
  return Object.entries(rulesFile.parse(part.value).rules).map(([name, said]) => ruleOf(name, said));
}
