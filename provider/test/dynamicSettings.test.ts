import type { dynamic } from "@pulumi/pulumi";
import { readSettings } from "#framework/testing";
import { provider } from "../src/provider";

function stack(settings: Readonly<Record<string, string>>): dynamic.Config {
  return { get: (key) => settings[key], require: (key) => key };
}

test("only what belongs to peridio is a setting", () => {
  expect(readSettings(provider, stack({ "peridio:apiKey": "k", "program:endpoint": "http://x" }))).toEqual({
    apiKey: "k",
  });
});

test("a number comes as text", () => {
  expect(readSettings(provider, stack({ "peridio:maxRetries": "3" }))).toEqual({ maxRetries: 3 });
});

test("a key that looks like a number stays a text", () => {
  expect(readSettings(provider, stack({ "peridio:apiKey": "123" }))).toEqual({ apiKey: "123" });
});

test("all bad settings are named at once, with the remedy", () => {
  const settings = stack({ "peridio:maxRetries": "many", "peridio:endpoint": "nowhere" });
  expect(() => readSettings(provider, settings)).toThrow(
    "The stack's configuration is invalid: peridio:endpoint must be an HTTP or HTTPS URL, such as https://api.peridio.com; " +
      "peridio:maxRetries must be a whole number. Correct it with `pulumi config set`.",
  );
});
