import { embedJson, markup } from "./markup";

test("escapes texts in elements and in attributes", () => {
  expect(markup`<p title="${`"'&`}">${"<img onerror=alert(1)>"}</p>`.html).toBe(
    '<p title="&quot;&#39;&amp;">&lt;img onerror=alert(1)&gt;</p>',
  );
});

test("keeps nested markup, joins lists and omits undefined values", () => {
  expect(markup`${[markup`<b>${1}</b>`, "<"]}${undefined}`.html).toBe("<b>1</b>&lt;");
});

test("escapes embedded JSON, so that it keeps its value and cannot close the script element", () => {
  const value = { text: "</script><!-- & ]]>" };
  const { html } = embedJson(value);
  expect(html).not.toMatch(/[<>&]/);
  expect(JSON.parse(html)).toEqual(value);
});

test("shows invisible characters in embedded JSON", () => {
  expect(embedJson([{ text: "until\u202e\u2028" }]).html).toBe('[{"text":"until[U+202E][U+2028]"}]');
});
