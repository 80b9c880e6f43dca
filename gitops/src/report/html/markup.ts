import { createHash } from "node:crypto";
import { showInvisible } from "../invisible";

/** HTML that is safe to show: the page's own HTML, and escaped texts from outside. */
export class Markup {
  constructor(readonly html: string) {}
}

/** Values that HTML can contain. Texts are escaped. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** Fills values into HTML, in texts or quoted attributes. Escapes texts, keeps markup, joins lists, and omits undefined values. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(render)));
}

function render(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.html;
  if (typeof content === "string" || typeof content === "number") return escapeText(showInvisible(String(content)));
  return content.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Returns a value as JSON that cannot end its script element. Its texts show invisible characters, as those of `markup` do. */
export function embedJson(value: unknown): Markup {
  const show = (_name: string, part: unknown) => (typeof part === "string" ? showInvisible(part) : part);
  const json = JSON.stringify(value, show).replace(
    /[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Markup(json);
}

/** Returns the source of a style or a script, by its digest, for the content security policy of a page. */
export function createHashSource(text: string): Markup {
  return new Markup(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
}
