/** Whether a path fits a pattern, in which `*` stands for anything within a segment and `**` for anything at all. */
export function fits(path: string, pattern: string): boolean {
  const source = pattern
    .split("**")
    .map((part) => part.split("*").map(escaped).join("[^/]*"))
    .join(".*");
  return new RegExp(`^${source}$`).test(path);
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
