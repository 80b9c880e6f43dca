import { type Path, isRecord } from "#framework";
import {
  type DocumentKind,
  InvalidDocumentError,
  sortMistakes,
  type Mistake,
  createMistake,
  type ParsedDocument,
  validateShape,
  type SourceFile,
  parseYaml,
} from "#framework/documents";
import { CommandError } from "../exit";
import { includesLogin } from "../logins";
import type { Logins } from "../review/beneficiaries";
import { computeDigest } from "../digest";
import { readDocument, readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { joinAnd } from "../wording";
import { kindNames, kindsOfPeople } from "./kinds";
import { listNames } from "./names";
import { type Rule, createRule, rulesFile, rule } from "./rule";
import type { AccessTest } from "./tests/accessTest";
import { accessTest, explainMistakenTest } from "./tests/schema";

/** The words of messages about a file of access rules. */
export const rulesKind: DocumentKind = {
  one: "the rules file",
  many: "access rules",
  ifEmpty: "write a rule under `rules`, or remove the file from the command line",
};

/** All mistakes in a file of access rules. */
export class InvalidRulesError extends InvalidDocumentError {
  override readonly name = "InvalidRulesError";
  constructor(
    /** By place. */
    mistakes: readonly Mistake[],
  ) {
    super(rulesKind, mistakes);
  }
}

/** The contents of a file of access rules, in its order. */
export interface RulesFile {
  readonly rules: readonly Rule[];
  readonly tests: readonly AccessTest[];
  /** The people behind logins; empty if the file declares none. */
  readonly logins: Logins;
}

/** Returns the digest of the texts of several files, as the evidence of a review contains it. The names of the files do not matter. */
export function digestRulesFiles(files: readonly string[], terminal: Pick<Terminal, "folder">): string {
  const texts = files.map((file) => readText(terminal, file));
  return computeDigest(JSON.stringify(texts));
}

/**
 * Reads several files of access rules, in YAML or JSON. A relative path starts from `folder`. In a review and in Pulumi's engine, a name
 * stands for one rule or test.
 * @throws InvalidRulesError with all mistakes in a file.
 * @throws CommandError if a file cannot be read, if two files use one name, or if `logins` lacks an approver.
 */
export function readRulesFiles(paths: readonly string[], folder: string): RulesFile {
  const files = paths.map((path) => parseRulesFile(readDocument({ folder }, path)));
  const [rules, tests] = [files.flatMap((file) => file.rules), files.flatMap((file) => file.tests)];
  const names = new Set<string>();
  for (const { name } of [...rules, ...tests]) {
    if (names.has(name))
      throw new CommandError(
        `Two files of access rules use the name ${JSON.stringify(name)}: ${joinAnd(paths)}. Rename one of the rules or tests.`,
      );
    names.add(name);
  }
  const logins = mergeLogins(files);
  const unknown = rules
    .flatMap(({ approvers = [] }) => approvers)
    .find((login) => !includesLogin([...logins.keys()], login));
  if (logins.size > 0 && unknown !== undefined)
    throw new CommandError(
      `The access rules name the approver ${unknown}, who is not in \`logins\`, so nobody knows what the person gains by a change. Add the login.`,
    );
  return { rules, tests, logins };
}

/** @throws CommandError if two entries give one login different people. Logins are compared without case. */
function mergeLogins(files: readonly RulesFile[]): Logins {
  const entries = files.flatMap((file) => [...file.logins]);
  for (const [login, email] of entries) {
    const other = entries.find(([one, address]) => includesLogin([one], login) && address !== email);
    if (other !== undefined)
      throw new CommandError(
        `The access rules give the login ${login} two addresses, ${email} and ${other[1]}. Keep one of them.`,
      );
  }
  return new Map(entries);
}

/**
 * Reads the tests of access in files of access rules.
 * @throws InvalidRulesError with all mistakes in a file.
 * @throws CommandError if a file cannot be read, or if no file has a test.
 */
export function readTests(paths: readonly string[], folder: string): readonly AccessTest[] {
  const { tests } = readRulesFiles(paths, folder);
  if (tests.length > 0 || paths.length === 0) return tests;
  throw new CommandError(`${joinAnd(paths)} has no tests of access. Add \`tests\` to the file.`);
}

/**
 * Parses a text into rules and tests.
 * @throws InvalidRulesError with all mistakes, their places and remedies.
 */
export function parseRulesFile(text: SourceFile): RulesFile {
  return readRulesDocument(parseYaml(text, rulesKind));
}

/**
 * Returns the rules and tests of a document.
 * @throws InvalidRulesError with all mistakes, their places and remedies.
 */
export function readRulesDocument(document: ParsedDocument): RulesFile {
  const mistakes = [
    ...document.mistakes,
    ...validateShape(document, rulesFile),
    ...findPointlessRules(document),
    ...findMistakenTests(document),
    ...findUnlistedApprovers(document),
  ];
  if (mistakes.length > 0) throw new InvalidRulesError(sortMistakes(mistakes));
  const list = (key: "rules" | "tests") => (isRecord(document.value) ? document.value[key] : undefined);
  const [rules, tests] = [list("rules"), list("tests")];
  const parsed = rulesFile.parse(document.value);
  // An edit of the default is an edit of each rule that has it.
  const defaults = parsed.existing === undefined ? {} : { existing: parsed.existing };
  const declare = (all: unknown, name: string) => ({
    ...defaults,
    ...(isRecord(all) && isRecord(all[name]) ? all[name] : {}),
  });
  return {
    logins: new Map(Object.entries(parsed.logins ?? {})),
    rules: Object.entries(parsed.rules ?? {}).map(([name, rule]) =>
      createRule(
        name,
        { ...defaults, ...rule },
        // An edit of the logins decides which approvals count.
        { ...declare(rules, name), ...(parsed.logins && { logins: parsed.logins }) },
        document.locate(["rules", name], "key"),
      ),
    ),
    tests: Object.entries(parsed.tests ?? {}).map(([name, declared]) => ({
      name,
      declared,
      severity: declared.severity ?? "refuse",
      existing: declared.existing ?? parsed.existing ?? "counted",
      because: declared.because,
      names: listNames(isRecord(tests) ? tests[name] : undefined),
      place: createMistake(document, ["tests", name], "", "key"),
      declaration: JSON.stringify(declare(tests, name)),
    })),
  };
}

/** Finds approvers who are not in the `logins` of their file, so that nobody knows what they gain by a change. */
function findUnlistedApprovers(document: ParsedDocument): readonly Mistake[] {
  const { logins, rules } = isRecord(document.value) ? document.value : {};
  if (!isRecord(logins) || !isRecord(rules)) return [];
  return Object.entries(rules).flatMap(([name, rule]) => {
    const approvers: unknown = isRecord(rule) ? rule.approvers : undefined;
    const list: readonly unknown[] = Array.isArray(approvers) ? approvers : [];
    return list.flatMap((login, index) => {
      if (typeof login !== "string" || includesLogin(Object.keys(logins), login)) return [];
      const reason = "is not in `logins`, so nobody knows what this person gains by a change: add the login";
      return [createMistake(document, ["rules", name, "approvers", index], reason)];
    });
  });
}

/** Finds tests whose keys do not fit together, and tests with the name of a rule. */
function findMistakenTests(document: ParsedDocument): readonly Mistake[] {
  const { tests, rules } = isRecord(document.value) ? document.value : {};
  if (!isRecord(tests)) return [];
  return Object.entries(tests).flatMap(([name, test]) => {
    const mistake = (reason: string) => [createMistake(document, ["tests", name], reason, "key")];
    if (name === "__proto__") return mistake("cannot be the name of a test: choose another name");
    if (isRecord(rules) && Object.hasOwn(rules, name)) return mistake("has the name of a rule: choose another name");
    // The misspelled key may be the missing one, and has a message already.
    if (!isRecord(test) || Object.keys(test).some((key) => !(key in accessTest.shape))) return [];
    const reason = explainMistakenTest(test);
    return reason === undefined ? [] : mistake(reason);
  });
}

/** Finds rules without a requirement, and people in rules about organizations. */
function findPointlessRules(document: ParsedDocument): readonly Mistake[] {
  const rules = isRecord(document.value) ? document.value.rules : undefined;
  if (!isRecord(rules)) return [];
  return Object.entries(rules).flatMap(([name, rule]) => (isRecord(rule) ? checkPurpose(document, name, rule) : []));
}

function checkPurpose(
  document: ParsedDocument,
  name: string,
  declared: Readonly<Record<string, unknown>>,
): readonly Mistake[] {
  const path = ["rules", name];
  // JavaScript ignores this key, so the rule would disappear silently.
  if (name === "__proto__")
    return [createMistake(document, path, "cannot be the name of a rule: choose another name", "key")];
  const pointless = checkApprovers(document, path, declared);
  if (pointless.length > 0) return pointless;
  // The misspelled key may be the missing one, and has a message already.
  if (Object.keys(declared).some((key) => !(key in rule.shape))) return [];
  const requirements = kindNames.filter((kind) => kind in declared);
  if (requirements.length === 0) {
    return [createMistake(document, path, `has no requirement: add one of ${kindNames.join(", ")}`, "key")];
  }
  if (requirements.some((kind) => kindsOfPeople.includes(kind))) return [];
  const reason = `has no effect, because ${joinAnd(requirements)} ${requirements.length === 1 ? "applies" : "apply"} to organizations and not to people: remove the key, or add one of ${kindsOfPeople.join(", ")}`;
  const exempt: readonly unknown[] = Array.isArray(declared.exempt) ? declared.exempt : [];
  return [
    ...("people" in declared ? [createMistake(document, [...path, "people"], reason, "key")] : []),
    ...exempt.flatMap((exemption, index) =>
      isRecord(exemption) && "person" in exemption
        ? [createMistake(document, [...path, "exempt", index, "person"], reason, "key")]
        : [],
    ),
  ];
}

/** Only a rule with the severity `approve` asks for an approval. */
function checkApprovers(
  document: ParsedDocument,
  path: Path,
  { approvers, severity, existing = getDefault(document) }: Readonly<Record<string, unknown>>,
): readonly Mistake[] {
  if (approvers === undefined || severity === "approve" || existing === "approve") return [];
  const reason =
    "has no effect without the severity `approve` or `existing: approve`: add one of them, or remove the key";
  return [createMistake(document, [...path, "approvers"], reason, "key")];
}

/** Returns the `existing` of a file. */
function getDefault({ value }: ParsedDocument): unknown {
  return isRecord(value) ? value.existing : undefined;
}
