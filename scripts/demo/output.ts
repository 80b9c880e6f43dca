import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

/** Lines about work in progress, repeated lines, and lines about unchanged resources. */
const noise = [
  /^(@ |Duration: |Resources:$|Loading policy packs)/,
  // The violation of an access rule can be about the stack.
  /^(?! +- \[).*pulumi:pulumi:Stack/,
  /^ .{4}?\S+:\S+:\S+ \S+ +(creating|updating|deleting|refreshing|running|refresh)\b/,
  /^ .{4}?\S+:\S+:\S+ \S+ +(delete )?(error: |\d+ error|\*\*)/,
  /^ {4}\S+:\S+:\S+ \S+ *$/,
  /^ +\[(provider|id)=/,
  /^ *$/,
];

/** A warning in the row of its resource. Pulumi repeats it at the end. */
const warning = /(?<=\(\d+\.\d+s\)\S*) +\S*warning: .*$/;

/** Returns the lines of Pulumi's output without noise. */
export function selectRelevantLines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => !noise.some((pattern) => pattern.test(stripVTControlCharacters(line))))
    .map((line) => line.replace(warning, "").trimEnd());
}

const values = z.record(z.string(), z.unknown()).optional();
const plan = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      oldState: z.object({ inputs: values, outputs: values }).optional(),
      newState: z.object({ inputs: values, outputs: values }).optional(),
      detailedDiff: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

/** Returns the changes in the output of `--json`, such as `Membership production/carl@acme.example: role viewer → admin`. */
export function listChanges(json: string): string[] {
  return plan
    .parse(JSON.parse(json))
    .steps.flatMap(({ urn, oldState, newState, detailedDiff }) => {
      const [type = "", name = ""] = urn.split("::").slice(2);
      return Object.keys(detailedDiff ?? {}).map((property) => {
        const value = (state: typeof oldState) => String((state?.outputs ?? state?.inputs)?.[property]);
        return `${type.split(":").at(-1) ?? type} ${name}: ${property} ${value(oldState)} → ${value(newState)}`;
      });
    })
    .sort();
}
