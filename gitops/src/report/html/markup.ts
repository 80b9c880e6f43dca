import { visible } from "../content";

/** HTML that is safe to show: the page's own, with everything from elsewhere escaped. */
export class Markup {
  constructor(readonly html: string) {}
}

export type Content = string | number | Markup | undefined | readonly Content[];

/**
 * HTML with values in it, in texts or in quoted attributes: texts are escaped and made visible, markup is taken as it is, of a
 * list all, of undefined nothing.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(rendered)));
}

function rendered(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.html;
  if (typeof content === "string" || typeof content === "number") return escaped(visible(String(content)));
  return content.map(rendered).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}

/** Any value as JSON that no HTML parser can mistake for an end of its script element. */
export function embeddedJson(value: unknown): Markup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Markup(json);
}
