import type * as z from "zod";
import { platforms } from "./files";
import { array, choice, constant, definition, root, string, texts } from "../../schema";

// The schema of `ci check --json`. `gitops/check.schema.json` is generated from it.

const checkedSetting = definition("CheckedSetting", "The result of one check.", {
  setting: string("The setting, such as an environment or a secret."),
  result: choice(
    ["set", "wrong", "not checked"],
    "`not checked` means that the platform or this machine does not show the setting.",
  ),
  reason: string("The mistake, or the reason why the setting is not checked.").optional(),
  remedy: texts("The commands that make the setting.").optional(),
});

export type CheckedSetting = z.output<typeof checkedSetting>;

export const checkReport = root(
  "The settings of a pipeline",
  "The settings on which the protection of a pipeline relies. Contains no value of a secret.",
  {
    version: constant(1, "The version of this format."),
    platform: choice(platforms, "The platform."),
    repository: string("The owner and the name of the repository."),
    settings: array(checkedSetting, "The results. A setting with several problems has several."),
  },
);

export type CheckReport = z.output<typeof checkReport>;

/** Formats a report. Problems with the same remedy share it. */
export function formatCheck({ settings }: CheckReport): string {
  return settings
    .map(({ setting, result, reason, remedy = [] }, index) => {
      const isLast = settings[index + 1]?.remedy?.join("\n") !== remedy.join("\n");
      const words = `${result.padEnd(11)}  ${setting}${reason === undefined ? "" : `: ${reason}`}`;
      return [words, ...(isLast ? remedy.map((line) => `    ${line}`) : []), ""].join("\n");
    })
    .join("");
}
