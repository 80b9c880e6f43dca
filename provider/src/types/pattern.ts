/** Returns the expression that matches a whole text, in which `*` stands for any characters. */
export function pattern(text: string, flags: "" | "i" = ""): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, `s${flags}`);
}
