import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

/** A command of a printed script: its words, and its standard input if it reads it. */
export interface Call {
  readonly words: readonly string[];
  readonly input: string;
}

/** The variables that a person sets before. */
export const variables = {
  GITEA_TOKEN: "token",
  PULUMI_BACKEND_URL: "s3://acme-pulumi-state",
  PULUMI_CONFIG_PASSPHRASE: "passphrase",
  PERIDIO_VIEWER_API_KEY: "viewer",
  PERIDIO_ADMIN_API_KEY: "admin",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "secret",
};

/** The command line tools of platforms, as functions that record their calls. A user's id is the login, as a string. */
const tools = `
record() { printf '%s\\037' "$@"; printf '\\036'; case "$*" in *"--input -"*|*" set "*) cat;; esac; printf '\\035'; }
for tool in pulumi git gh glab curl peridio-gitops; do
  eval "$tool() { record $tool \\"\\$@\\" >> \\"$CALLS\\"; }"
done
gh() { case "$2" in users/*) echo "\\"\${2#users/}\\"";; *) record gh "$@" >> "$CALLS";; esac; }
glab() { case "$2" in users*) echo "\\"\${2#*=}\\"";; *) record glab "$@" >> "$CALLS";; esac; }
jq() { cat; }
`;

/** Runs a printed script with recording tools, and returns their calls. Rejects a script that fails. */
export function recordCalls(script: string): readonly Call[] {
  const folder = mkdtempSync(join(tmpdir(), "peridio-commands-"));
  try {
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    execFileSync("bash", ["--norc", "-eu", "-c", `${tools}\n${script}`], {
      cwd: folder,
      env: { PATH: process.env.PATH, CALLS: calls, ...variables },
    });
    return readFileSync(calls, "utf8")
      .split("\u001d")
      .filter(Boolean)
      .map((call) => {
        const [words = "", input = ""] = call.split("\u001e");
        return { words: words.split("\u001f").slice(0, -1), input };
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const objects = z.record(z.string(), z.unknown());
const lists = z.array(objects);

/**
 * Returns the body of a request from standard input, or from its fields. `gh api` and `glab api` read all raw fields before all typed ones,
 * in any order of the words.
 */
export function readBody({ words, input }: Call): Record<string, unknown> {
  if (words.includes("--input")) return objects.parse(JSON.parse(input));
  const body: Record<string, unknown> = {};
  const list = (...options: readonly string[]) => words.filter((_, index) => options.includes(words[index - 1] ?? ""));
  for (const field of list("-f", "--raw-field")) addField(body, field, false);
  for (const field of list("-F", "--field")) addField(body, field, true);
  return body;
}

function addField(body: Record<string, unknown>, field: string, isTyped: boolean): void {
  const [, name = "", inner, key, value = ""] = /^(\w+)(?:\[(\w*)\])?(?:\[(\w+)\])?=(.*)$/s.exec(field) ?? [];
  const typed: unknown = isTyped && /^(?:true|false|\d+)$/.test(value) ? JSON.parse(value) : value;
  if (inner === undefined) body[name] = typed;
  else if (inner !== "") body[name] = { ...objects.parse(body[name] ?? {}), [inner]: typed };
  else if (key === undefined) body[name] = [...z.array(z.unknown()).parse(body[name] ?? []), typed];
  else {
    // A key that the last object has begins another object.
    const list = lists.parse(body[name] ?? []);
    const last = list.at(-1);
    if (last === undefined || key in last) list.push({ [key]: typed });
    else last[key] = typed;
    body[name] = list;
  }
}
