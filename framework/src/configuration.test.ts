import * as z from "zod";
import { checkSettings, decodeSettings, getSwitchName, readSwitches } from "./configuration";

const settings = z.object({ endpoint: z.string().optional(), retries: z.int().optional(), tags: z.array(z.string()) });

test("settings that are not texts arrive as JSON in a text", () => {
  const sent = { endpoint: "5", retries: "5", tags: '["a"]', other: "1" };
  expect(decodeSettings(settings, sent)).toEqual({ endpoint: "5", retries: 5, tags: ["a"], other: "1" });
  expect(decodeSettings(settings, { retries: 7, tags: ["b"] })).toEqual({ retries: 7, tags: ["b"] });
});

test("a value that is no text stays as it is, even if it is invalid", () => {
  expect(decodeSettings(settings, { endpoint: [5] })).toEqual({ endpoint: [5] });
});

test("a mistake names the provider's configuration", () => {
  expect(checkSettings(settings, { tags: "[]", delay: "3" })).toEqual([
    {
      path: "delay",
      reason: "is not a property of the provider's configuration. The properties are endpoint, retries, tags",
    },
  ]);
});

test("a text that is no JSON stays, so that the check names it", () => {
  expect(decodeSettings(settings, { retries: "many" })).toEqual({ retries: "many" });
  expect(checkSettings(settings, { retries: "many", tags: "[]" })).toEqual([
    { path: "retries", reason: "must be a number" },
  ]);
  expect(checkSettings(settings, { retries: "3", tags: "[]" })).toEqual([]);
});

test("a switch is named by the prefix of the service", () => {
  expect(getSwitchName("ACME", "PREVIEW_ONLY")).toBe("ACME_PREVIEW_ONLY");
  expect(getSwitchName("ACME", "ALLOW_PARTIAL_DESTROY")).toBe("ACME_ALLOW_PARTIAL_DESTROY");
});

test.each([
  [undefined, false],
  ["", false],
  ["0", false],
  ["false", false],
  ["1", true],
  ["true", true],
])("the value %j turns a switch on: %s", (value, isOn) => {
  expect(readSwitches("ACME", { ACME_PREVIEW_ONLY: value })).toEqual({
    allowsPartialDestroy: false,
    previewsOnly: isOn,
  });
  expect(readSwitches("ACME", { ACME_ALLOW_PARTIAL_DESTROY: value })).toEqual({
    allowsPartialDestroy: isOn,
    previewsOnly: false,
  });
});

test("another value of a switch is refused", () => {
  expect(() => readSwitches("ACME", { ACME_PREVIEW_ONLY: "yes" })).toThrow(
    'ACME_PREVIEW_ONLY is "yes", which is not valid. Set it to 1 or true (on), or to 0, false or an empty string (off).',
  );
});
