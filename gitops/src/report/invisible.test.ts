import { showInvisible } from "./invisible";

test("shows invisible characters and changes of the reading direction by their numbers", () => {
  expect(showInvisible("ada\u202Eelpmaxe.emca@\u200B")).toBe("ada[U+202E]elpmaxe.emca@[U+200B]");
  expect(showInvisible("a\u0000b\nc")).toBe("a[U+0000]b[U+000A]c");
  expect(showInvisible("a\u00A0d\u3164a")).toBe("a[U+00A0]d[U+3164]a");
  expect(showInvisible("\uD800")).toBe("[U+D800]");
});

test("keeps every other text", () => {
  expect(showInvisible("Zoë Ålström 🏭 <b>")).toBe("Zoë Ålström 🏭 <b>");
});
