/** Extracts the texts for people from a source file: comments, messages, descriptions and names of tests. */
import { basename, extname } from "node:path";
import ts from "typescript";
import { isPair, isScalar, LineCounter, parseAllDocuments, visit } from "yaml";

export interface Text {
  readonly kind: "comments" | "messages";
  /** The number of the first line in the source. */
  readonly line: number;
  /** The lines of a comment, as in the source, or one message. */
  readonly lines: readonly string[];
}

const scripts = [".ts", ".js", ".mjs", ".cjs"];
/** The start of a comment, by extension, or by the name of a file without one. */
const markers: Readonly<Record<string, RegExp>> = {
  ".yaml": /^#+/,
  ".yml": /^#+/,
  ".py": /^#+/,
  ".sh": /^#+/,
  ".toml": /^#+/,
  ".npmrc": /^#+/,
  ".prettierignore": /^#+/,
  ".gitignore": /^#+/,
  Makefile: /^##?/,
  ".go": /^\/\//,
  ".css": /^(?:\/\*+|\*+\/?)/,
};
/** The start of comments that are directives for a tool. */
const directive = /^(?:!|\/|@ts-|eslint|prettier-ignore|Stryker|yaml-language-server|go:|\/ ?<reference)/;
/** The keys of texts in YAML and in the front matter of Markdown. */
const textKeys = ["description", "summary", "message", "remedy"];
const fewestWords = 4;
const placeholder = "value";

export function extractTexts(path: string, source: string): Text[] {
  const extension = extname(path) || basename(path);
  if (scripts.includes(extension)) return extractFromScript(path, source);
  if (extension === ".json") return extractFromJson(source);
  if (extension === ".md") return extractFromYaml(/^---\n[^]*?\n(?=---\n)/.exec(source)?.[0] ?? "");
  const marker = markers[extension] ?? markers[basename(path)];
  if (marker === undefined) return [];
  const comments = extractComments(source, marker);
  return /\.ya?ml$/.test(extension) ? [...comments, ...extractFromYaml(source)] : comments;
}

function extractFromScript(path: string, source: string): Text[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.Unknown);
  const isTest = path.endsWith(".test.ts");
  const comments = new Map<number, ts.CommentRange>();
  const messages: Text[] = [];
  const visitNode = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    if (ts.isToken(node)) {
      const around = [
        ...(ts.getLeadingCommentRanges(source, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(source, node.end) ?? []),
      ];
      for (const range of around) comments.set(range.pos, range);
    }
    const words = isTest ? getTestName(node) : getMessage(node);
    if (words !== undefined) messages.push({ kind: "messages", line: getLine(file, node.getStart()), lines: [words] });
    for (const child of node.getChildren(file)) visitNode(child);
  };
  visitNode(file);
  const ranges = [...comments.values()].sort((a, b) => a.pos - b.pos);
  return [...joinComments(ranges.map((range) => readComment(file, range))), ...messages];
}

interface Comment extends Text {
  /** The column of its first character, if the next line may continue it. */
  readonly column: number | undefined;
}

function readComment(file: ts.SourceFile, { pos, end, kind }: ts.CommentRange): Comment {
  const { line, character } = file.getLineAndCharacterOfPosition(pos);
  const lines = file.text
    .slice(pos, end)
    .split("\n")
    .map((text) => text.replace(/^\s*(?:\/\*+|\/\/|\*(?!\/))? ?/, "").replace(/\s*\*+\/$/, ""))
    .map((text) => text.replace(/@param \{.*?\} \w+|^@\w+ ?/g, ""));
  const startsLine = file.text.slice(file.getPositionOfLineAndCharacter(line, 0), pos).trim() === "";
  const canContinue = kind === ts.SyntaxKind.SingleLineCommentTrivia && startsLine;
  return { kind: "comments", line: line + 1, lines, column: canContinue ? character : undefined };
}

/** Joins line comments on consecutive lines, and leaves out directives for tools. */
function joinComments(comments: readonly Comment[]): Text[] {
  const texts: Comment[] = [];
  for (const comment of comments.filter(({ lines }) => !directive.test(lines[0] ?? ""))) {
    const last = texts.at(-1);
    const continues =
      last?.column !== undefined && last.column === comment.column && last.line + last.lines.length === comment.line;
    if (continues) texts.splice(-1, 1, { ...last, lines: [...last.lines, ...comment.lines] });
    else texts.push(comment);
  }
  return texts;
}

/** Returns the name of a test or of a group of tests. */
function getTestName(node: ts.Node): string | undefined {
  const call = node.parent;
  if (!ts.isExpression(node) || !ts.isCallExpression(call) || call.arguments[0] !== node) return undefined;
  return /^(?:test|it|describe)\b/.test(call.expression.getText()) ? getLiteral(node) : undefined;
}

/** Returns a string of several words, with the strings that are added to it. */
function getMessage(node: ts.Node): string | undefined {
  if (!ts.isExpression(node) || isSum(node.parent) || ts.isImportDeclaration(node.parent)) return undefined;
  const words = getLiteral(node);
  return words !== undefined && isProse(words) ? words : undefined;
}

/** Returns the text of a string, a template or their sum, with a word for each inserted value. */
function getLiteral(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => placeholder + literal.text).join("");
  }
  if (!isSum(node)) return undefined;
  const [left, right] = [getLiteral(node.left), getLiteral(node.right)];
  return left === undefined && right === undefined ? undefined : (left ?? placeholder) + (right ?? placeholder);
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isProse(text: string): boolean {
  const isCode = /^\s*[<#{[]|=>|[{;]\s*\n|^[\w-]+:\s*\n/.test(text);
  return (
    !isCode && (text.match(/(?<=^|[\s(“"'])[A-Za-z][A-Za-z'’-]*(?=$|[\s,.:;!?)”"'…])/g) ?? []).length >= fewestWords
  );
}

function getLine(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function extractComments(source: string, marker: RegExp): Text[] {
  const comments = source.split("\n").flatMap((text, index): Comment[] => {
    const column = text.search(/\S/);
    const words = text.trim().replace(marker, "");
    const isComment = column >= 0 && words !== text.trim();
    const trailing = marker.source.startsWith("^#") ? /\s##? (.*)$/.exec(text)?.[1] : undefined;
    if (isComment) return [{ kind: "comments", line: index + 1, lines: [words.trim()], column }];
    return trailing === undefined ? [] : [{ kind: "comments", line: index + 1, lines: [trailing], column: undefined }];
  });
  return joinComments(comments);
}

function extractFromJson(source: string): Text[] {
  return source.split("\n").flatMap((text, index): Text[] => {
    const literal = /^\s*"(?:description|deprecationMessage|errorMessage)": (".*"),?$/.exec(text)?.[1];
    if (literal === undefined) return [];
    return [{ kind: "messages", line: index + 1, lines: [String(JSON.parse(literal))] }];
  });
}

function extractFromYaml(source: string): Text[] {
  const lineCounter = new LineCounter();
  const texts: Text[] = [];
  for (const document of parseAllDocuments(source, { lineCounter })) {
    visit(document, (_, node) => {
      if (!isPair(node) || !isScalar(node.key) || !isScalar(node.value)) return;
      const { key, value } = node;
      if (!textKeys.includes(String(key.value)) || typeof value.value !== "string") return;
      const { line } = lineCounter.linePos(value.range?.[0] ?? 0);
      texts.push({ kind: "messages", line, lines: [value.value] });
    });
  }
  return texts;
}
