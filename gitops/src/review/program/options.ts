import type { Declaration, DeclaredState } from "../../model/declaration";
import { splitReplacement } from "../../model/replacement";
import { describeResource } from "../../model/resource";
import type { Effect } from "../../objects/property";
import { rows } from "../../objects/rows";
import { sortRisks } from "../../risks";
import { joinAnd } from "../../wording";
import { findFormerOptions, isOnlyReleased } from "../releases";
import type { ProgramChange } from "../review";

/** Lists changed options of resources. `options` omits `protect` and `retainOnDelete`, which have rows among the settings. */
export function reviewOptions(resources: readonly Declaration[]): readonly ProgramChange[] {
  const released = resources.flatMap(splitReplacement).filter(isOnlyReleased);
  return resources.flatMap((resource) => {
    const { kind, after, isImported } = resource;
    if (after === undefined) return [];
    const own = isImported ? undefined : resource.before;
    // `deletedWith` and `retainOnDelete` protect the object from a deletion. If the object moves here from a resource that releases it, and has
    // neither, it loses the `deletedWith` of that resource. The other options concern only their resource.
    const isLost = after.options.deletedWith === undefined && !after.isRetained;
    const former = isLost ? findFormerOptions(resource, released) : own;
    const names = new Set([...Object.keys(own?.options ?? {}), ...Object.keys(after.options), "deletedWith"]);
    return [...names]
      .map((name) => ({ name, before: name === "deletedWith" ? former : own }))
      .filter(({ name, before }) => JSON.stringify(before?.options[name]) !== JSON.stringify(after.options[name]))
      .map(({ name, before }): ProgramChange => {
        const object = describeResource(resource);
        const { words, risks } = (describers[name] ?? describeUnknown)({ kind, before, after, isImported }, name);
        return {
          stack: resource.stack,
          section: "options",
          subject: `${name} of ${object}`,
          words: `${object}: ${words}`,
          risks: sortRisks(risks),
        };
      });
  });
}

/** A resource with a changed option. */
interface Change extends Pick<Declaration, "kind" | "isImported"> {
  /** Undefined for a new or imported resource. */
  readonly before: DeclaredState | undefined;
  readonly after: DeclaredState;
}

type Describe = (change: Change, name: string) => Effect;

/** The options whose effect the review knows. */
const describers: Readonly<Record<string, Describe>> = {
  ignoreChanges({ kind, before, after: { ignoredChanges: paths }, isImported }) {
    if (paths.length === 0)
      return { words: "`ignoreChanges` is off. Later updates apply everything that the program declares.", risks: [] };
    const former = before?.ignoredChanges ?? [];
    const list = joinAnd(paths.map((path) => `\`${path}\``));
    if (isImported) {
      const kept = rows[kind].readPeople === undefined ? "values" : "people and values";
      return {
        words: `\`ignoreChanges\` covers ${list}. The import keeps Peridio's ${kept}, which the preview does not contain.`,
        risks: ["ignoresChanges", "hidden"],
      };
    }
    return {
      words: `\`ignoreChanges\` covers ${list}. Updates ignore the program's values and keep the former ones, which the review shows.`,
      risks: paths.every((path) => former.includes(path)) ? [] : ["ignoresChanges"],
    };
  },
  additionalSecretOutputs({ after }) {
    const { additionalSecretOutputs: names } = after.options;
    if (!Array.isArray(names))
      return { words: "`additionalSecretOutputs` is off. Later previews show the values.", risks: [] };
    return {
      words: `\`additionalSecretOutputs\` hides ${joinAnd(names.map((name) => `\`${String(name)}\``))}. Later previews, and the reviews of them, do not show these values of Peridio.`,
      risks: ["hidden"],
    };
  },
  deletedWith({ after }) {
    const { deletedWith } = after.options;
    if (deletedWith === undefined)
      return {
        words: "`deletedWith` is off. A later deletion also deletes the object in Peridio.",
        risks: ["weakensGuard"],
      };
    return {
      words: `\`deletedWith\` is \`${typeof deletedWith === "string" ? deletedWith : "unknown"}\`. If Pulumi deletes that resource too, it removes this one from the state without a deletion in Peridio.`,
      risks: ["retains"],
    };
  },
};

const describeUnknown: Describe = ({ after: { options } }, name) => ({
  words: `The option \`${name}\` ${options[name] === undefined ? "is removed" : "is set or changes"}. This version of peridio-gitops does not know its effect. Read about the option in Pulumi's documentation, and check the program.`,
  risks: ["notUnderstood"],
});
