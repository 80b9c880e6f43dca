import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A block of code. */
export interface Block {
  /** The page's path, and the line on which the code begins. */
  readonly at: string;
  readonly file: string;
  readonly language: string;
  readonly code: string;
  /** The file that the block shows or changes, which a comment above it names: `<!-- src/index.ts -->`. */
  readonly shown?: string | undefined;
}

export interface Page {
  readonly file: string;
  readonly blocks: readonly Block[];
  /** Where links go to, as written. */
  readonly links: readonly string[];
  /** The texts of `inline code`. */
  readonly words: readonly string[];
  /** The anchors of the page, with the names that GitHub gives them. */
  readonly anchors: ReadonlySet<string>;
}

/** The pages of generated SDKs, and the sources of generated pages, whose links start from the folder of the generated page. */
const generated = [":!sdk/", ":(exclude,glob)provider/reference/*.md"];

/** Every page of the repository but those of generated SDKs and the sources of generated pages. */
export function pages(): readonly Page[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md", ...generated];
  const files = execFileSync("git", list, { encoding: "utf8" }).trim().split("\n");
  return files.map((file) => read(file, readFileSync(file, "utf8")));
}

/** The parts of a page that can be wrong. */
export function read(file: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open:
    (Omit<Block, "at" | "file" | "code"> & { fence: string; indent: number; line: number; code: string[] }) | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", ticks = "", language = ""] = /^( *)(`{3,})(\w*) *$/.exec(line) ?? [];
    const fence = `${indent}${ticks}`;
    if (open === undefined && ticks !== "") {
      const [, shown] = /^<!-- (\S+) -->$/.exec(prose.findLast((above) => above !== "") ?? "") ?? [];
      open = { fence, indent: indent.length, language, line: index + 2, shown, code: [] };
    } else if (open === undefined) prose.push(line);
    else if (line !== open.fence) open.code.push(line.slice(open.indent));
    else {
      const { line, language, shown, code } = open;
      blocks.push({ at: `${file}:${line}`, file, language, shown, code: `${code.join("\n")}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: this block of code does not end`);
  const words = [...prose.join("\n").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
  const plain = prose.map((line) => line.replace(/`[^`]*`/g, "``"));
  const links = [...plain.join("\n").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return { file, blocks, links, words, anchors: anchors(prose) };
}

function anchors(prose: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of prose) {
    const [, title] = /^#{1,6} +(.*)$/.exec(line) ?? [];
    if (title === undefined) continue;
    const name = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    let unique = name;
    for (let count = 1; found.has(unique); count += 1) unique = `${name}-${count}`;
    found.add(unique);
  }
  return found;
}
