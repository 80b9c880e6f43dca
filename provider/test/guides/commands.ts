import { type Block, type Page } from "./markdown";

const shell = ["bash", "sh", "shell"];

/** Returns the arguments of each command `name` in shell blocks and inline code, with its place. */
export function listCommands(pages: readonly Page[], name: string): readonly (readonly [at: string, words: string])[] {
  const lines = (block: Block) => block.code.split("\n").map((line) => [block.at, line] as const);
  const inline = pages.flatMap(({ file, words }) => words.map((word) => [file, word] as const));
  // The framework's own tests run the code of its page.
  const blocks = pages.flatMap((page) => page.blocks).filter(({ file }) => !file.startsWith("framework/"));
  const pattern = new RegExp(`(?:^|[;&|] *)(?:\\w+=\\S* +)*${name} ([^;&|#]*)`, "g");
  return [...blocks.filter(({ language }) => shell.includes(language)).flatMap(lines), ...inline].flatMap(
    ([at, line]) => [...line.trim().matchAll(pattern)].map(([, words = ""]) => [at, words] as const),
  );
}
