import { readFileSync } from "node:fs";
import { digestFile, digestWords, readWords } from "./pages";

test("the pictures in docs/images show the present words. To renew them: make screenshots", async () => {
  expect(await digestWords()).toEqual(JSON.parse(readFileSync(digestFile, "utf8")));
});

test("only words make pictures old", () => {
  const page = (title: string, size = 1, label = "role raised") =>
    `<style>h1 { margin: ${size}px }</style>\n<h1 class="s${size}">${title}</h1><script>add("${label}", ${size});</script>`;
  const words = readWords(page("Refused"));
  expect(words.trim()).toBe('Refused  "role raised"');
  expect(readWords(page("Refused", 2))).toBe(words);
  expect(readWords(page("Approved"))).not.toBe(words);
  expect(readWords(page("Refused", 1, "role lowered"))).not.toBe(words);
});
