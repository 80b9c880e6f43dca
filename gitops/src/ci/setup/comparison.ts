import { parse } from "yaml";
import { isRecord } from "#framework";
import type { Problem } from "./setting";

/** The settings of a pipeline that a repository chooses itself, by their paths. */
const ownSettings =
  /^(?:on\.schedule(?:\..*)?|jobs\.access\.(?:with\.(?:expire-schedule|tools-releases|pulumi-version)|env\.TOOLS_RELEASES)|include\.0\.inputs\.tools-releases)$/;

/** The image of the jobs, by its path, and the images that need no look. */
const image = /^(?:jobs\.access\.container|include\.0\.inputs\.image)$/;
const knownImage = /^(?:docker\.io\/)?pulumi\/pulumi-base:\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/;

/** The inputs that the pipeline appends to its command. */
const options = /^(?:jobs\.access\.with|include\.0\.inputs)\.options$/;

/** The variables of the state, of Pulumi and of Peridio. Others, such as PATH, can replace the command. */
const stateVariable = /^(?:AWS|AZURE|ARM|GOOGLE|PULUMI|PERIDIO|PG)[A-Z0-9_]*$/;

const ephemeral = "# Use runners that exist for one job only: docs/gitops.md#limit-the-code-of-a-branch";

/** Options with plain values, in which a shell finds no other command. `--help` would replace the task. */
const onlyOptions = /^(?: +--(?!help\b)[a-z][a-z-]*(?:[ =][\w./,:@+][\w./,:@+-]*)?)+ *$/;

/** Lists the parts in which a pipeline differs from the one of this release, except for settings that a repository chooses itself. */
export function comparePipelines(text: string, released: string): readonly Problem[] {
  try {
    return compare(parse(text), parse(released), "");
  } catch {
    return [{ reason: "it is not valid YAML" }];
  }
}

function compare(own: unknown, released: unknown, path: string): readonly Problem[] {
  if (isMap(own) && isMap(released)) {
    return [...new Set([...Object.keys(own), ...Object.keys(released)])].flatMap((key) => {
      const place = path === "" ? key : `${path}.${key}`;
      // Secrets and variables of the state differ. Without the secrets of Peridio, the jobs have no API key.
      const isLeftOut = path === "jobs.access.secrets" && !(key in own) && !key.startsWith("PERIDIO_");
      const isAdded = path === "jobs.access.env" && !(key in released) && stateVariable.test(key);
      return isLeftOut || isAdded ? [] : compare(own[key], released[key], place);
    });
  }
  const isCall = typeof own === "string" && typeof released === "string" && released.startsWith("peridio-gitops ci ");
  if (own === released) return [];
  if (isCall && own.startsWith(released) && onlyOptions.test(own.slice(released.length))) return [];
  if (options.test(path) && typeof own === "string" && onlyOptions.test(` ${own}`)) return [];
  // An expression can be a secret, or the choice of a branch.
  if (ownSettings.test(path) && !JSON.stringify(own ?? "").includes("$")) return [];
  return findPlaceToRun(own, released, path) ?? [{ reason: `\`${path}\` is not that of this release` }];
}

/**
 * Reports an image or a runner that only people know; undefined for every other setting. An expression could be the choice of a branch. A job
 * at GitHub, which calls a workflow, has neither.
 */
function findPlaceToRun(own: unknown, released: unknown, path: string): readonly Problem[] | undefined {
  const isImage = image.test(path) && (released !== undefined || path.startsWith("include."));
  const isRunner = path === "jobs.access.runs-on" && released !== undefined;
  if (isImage && own === undefined)
    return [
      { reason: `\`${path}\` is absent, so jobs run on the runner itself`, commands: [ephemeral], isUnknown: true },
    ];
  const values: readonly unknown[] = Array.isArray(own) ? own : [own];
  const isPlain = values.every((value) => typeof value === "string" && /^\w[\w./:@-]*$/.test(value));
  if (!isPlain || (!isImage && !isRunner)) return undefined;
  const value = values.join(", ");
  if (isImage && knownImage.test(value)) return [];
  const remedy = isImage
    ? "# Use pulumi/pulumi-base, or an image that only people who may have the admin's API key can replace."
    : ephemeral;
  return [{ reason: `\`${path}\` is \`${value}\``, commands: [remedy], isUnknown: true }];
}

/** Arrays are compared by index. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) || Array.isArray(value);
}
