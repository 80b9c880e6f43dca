import { embeddedJson, markup } from "./markup";

test("texts are escaped, in elements and in attributes", () => {
  expect(markup`<p title="${`"'&`}">${"<img onerror=alert(1)>"}</p>`.html).toBe(
    '<p title="&quot;&#39;&amp;">&lt;img onerror=alert(1)&gt;</p>',
  );
});

test("markup within markup is not escaped twice, a list is all that is in it, and undefined is nothing", () => {
  expect(markup`${[markup`<b>${1}</b>`, "<"]}${undefined}`.html).toBe("<b>1</b>&lt;");
});

test("JSON is the same value, and ends no script element", () => {
  const value = { text: "</script><!-- \u2028 & ]]>" };
  const { html } = embeddedJson(value);
  expect(html).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(html)).toEqual(value);
});
