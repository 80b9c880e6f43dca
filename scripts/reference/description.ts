const usage = "\n\n## Example Usage\n\n";

/** Splits a description into its text and its example program by language. Throws if there is no example. */
export function splitDescription(description: string): {
  readonly text: string;
  readonly example: Readonly<Record<string, string>>;
} {
  const [text = "", programs = ""] = description.split(usage);
  const fences = [...programs.matchAll(/^```(\w+)\n([^]*?\n)```$/gm)];
  if (fences.length === 0) throw new Error(`there is no example in: ${description}`);
  const example = new Map(fences.map(([, language = "", program = ""]) => [language, program]));
  return { text, example: Object.fromEntries(example) };
}

/** Joins a text and an example program by language. Pulumi's generators keep the program in their language. */
export function joinDescription(text: string, example: Readonly<Record<string, string>>): string {
  const fences = Object.entries(example).map(([language, program]) => `\`\`\`${language}\n${program}\`\`\`\n`);
  return text + usage + fences.join("\n");
}
