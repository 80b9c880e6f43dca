import { Option } from "commander";

/** Options that several commands have. */

export function organizationOption(): Option {
  return new Option("--organization <pattern>", "only these, * for any characters; may be repeated")
    .argParser(collected)
    .default([], "all");
}

/** Gathers the values of an option that may be repeated. */
export function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
