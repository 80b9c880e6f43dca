import * as z from "zod";
import { platforms } from "./files";

// The schema of `ci check --json`. `gitops/check.schema.json` is generated from it.

const checkedSetting = z
  .strictObject({
    setting: z.string().meta({ description: "The setting, such as an environment or a secret." }),
    result: z.enum(["set", "wrong", "not checked"]).meta({
      description: "`not checked` means that the platform or this machine does not show the setting.",
    }),
    reason: z.string().optional().meta({ description: "The mistake, or the reason why the setting is not checked." }),
    remedy: z.array(z.string()).optional().meta({ description: "The commands that make the setting." }),
  })
  .meta({ id: "CheckedSetting", description: "The result of one check." });

export type CheckedSetting = z.output<typeof checkedSetting>;

export const checkReport = z
  .strictObject({
    version: z.literal(1).meta({ description: "The version of this format." }),
    platform: z.enum(platforms).meta({ description: "The platform." }),
    repository: z.string().meta({ description: "The owner and the name of the repository." }),
    settings: z.array(checkedSetting).meta({
      description: "The results. A setting with several problems has several.",
    }),
  })
  .meta({
    title: "The settings of a pipeline",
    description: "The settings on which the protection of a pipeline relies. Contains no value of a secret.",
  });

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
