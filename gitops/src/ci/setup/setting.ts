import { CommandError } from "../../exit";
import type { ForgeApi } from "../requests";
import type { CheckedSetting } from "./report";

/** A difference between a setting and the one that the pipeline needs. */
export interface Problem {
  readonly reason: string;
  /** The remedy, if it is not that of the setting. */
  readonly commands?: readonly string[];
  /** True if the answer does not show the setting. */
  readonly isUnknown?: true;
}

/** A setting that a person makes. */
export interface Setting {
  readonly name: string;
  /** The commands of a shell that make it. Steps without a command are comments. */
  readonly commands: readonly string[];
  /** Reads the setting, and lists what is wrong. Rejects if it cannot be read. */
  find(api: ForgeApi): Promise<readonly Problem[]>;
}

/** The choices of a repository, on which its settings depend. */
export interface Choices {
  /** The logins that the access rules name as approvers. */
  readonly approvers: readonly string[];
  /** The names of the secrets of all jobs: the viewer's API key, the passphrase, and the credentials of the state. */
  readonly secrets: readonly string[];
  /** The address of the state on this machine; undefined for Pulumi Cloud. */
  readonly backend: string | undefined;
}

/** A secret or a variable. No platform shows the value of a secret. */
export interface Entry {
  readonly name: string;
  readonly value?: string | undefined;
}

/** Returns the results of the check of a setting. A setting that cannot be read is not checked. */
export async function checkSetting(setting: Setting, api: ForgeApi): Promise<readonly CheckedSetting[]> {
  const { name, commands } = setting;
  const problems = await setting.find(api).catch((error: unknown): readonly Problem[] => {
    if (error instanceof CommandError) return [{ reason: error.message, isUnknown: true }];
    throw error;
  });
  if (problems.length === 0) return [{ setting: name, result: "set" }];
  return problems.map(({ reason, isUnknown, commands: own = commands }) => ({
    setting: name,
    result: isUnknown === true ? "not checked" : "wrong",
    reason,
    remedy: [...own],
  }));
}

/** Compares properties with values. A property that the platform leaves out is unknown. */
export function compareProperties(
  found: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, string | boolean>>,
): readonly Problem[] {
  return Object.entries(expected).flatMap(([name, value]): readonly Problem[] => {
    if (found[name] === undefined) return [{ reason: `the token does not show \`${name}\``, isUnknown: true }];
    return found[name] === value ? [] : [{ reason: `\`${name}\` is not \`${value}\`` }];
  });
}

/** Returns a setting for each secret or variable. `value` is the expected one, if the platform shows it. */
export function createEntries(
  names: readonly string[],
  kind: "secret" | "variable",
  list: (api: ForgeApi) => Promise<readonly Entry[]>,
  command: (name: string) => string,
  value?: string,
): readonly Setting[] {
  return names.map((name) => ({
    name: `${kind} ${name}`,
    commands: [command(name)],
    find: async (api) => {
      const found = (await list(api)).find((one) => one.name === name);
      if (found === undefined) return [{ reason: "it is missing" }];
      return value === undefined || found.value === value
        ? []
        : [{ reason: "it differs from the one on this machine" }];
    },
  }));
}

/** Returns the setting of a file on the main branch. */
export function createFileSetting(
  file: string,
  remedy: string,
  read: (api: ForgeApi) => Promise<string | undefined>,
  compare: (text: string) => readonly Problem[],
): Setting {
  return {
    name: `${file} on the main branch`,
    commands: [`# ${remedy}`],
    find: async (api) => {
      const text = await read(api);
      return text === undefined ? [{ reason: "it is missing" }] : compare(text);
    },
  };
}

/** Returns the end of a command that reads the value of an environment variable from standard input. Without a value, the command does not run. */
export function passValue(name: string): string {
  return `<<< "\${${name}:?}"`;
}

/** Lists the lines of a file of code owners that leave files without owners. Data and documentation need none. */
export function findOpenFiles(text: string, layout: string): readonly Problem[] {
  const data = [`/${layout}`, `/${layout}/`, "*.md"];
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  const hasAll = lines.some(([pattern, owner]) => pattern === "*" && owner !== undefined);
  const open = lines.flatMap(([pattern = "", owner]) =>
    // The approval of an optional section of GitLab is not required.
    (owner === undefined && pattern !== "") || pattern.startsWith("^") ? [pattern] : [],
  );
  return [
    ...(hasAll ? [] : [{ reason: "no line gives owners to all files (`*`)" }]),
    ...open.filter((one) => !data.includes(one)).map((one) => ({ reason: `the files \`${one}\` have no owners` })),
  ];
}
