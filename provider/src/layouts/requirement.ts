import satisfies from "semver/functions/satisfies";
import validRange from "semver/ranges/valid";
import { isRecord } from "#framework";
import { type Mistake, createMistake, type ParsedDocument } from "#framework/documents";

/** The parts that are written for other versions of the provider than this one. */
export function unfitting(parts: readonly ParsedDocument[], version: string): readonly Mistake[] {
  return parts.flatMap((part) => {
    const range = isRecord(part.value) ? part.value.requires : undefined;
    if (typeof range !== "string" || validRange(range) === null) return [];
    if (satisfies(version, range, { includePrerelease: true })) return [];
    const reason =
      `asks for a version ${range} of the provider, and this is ${version}: ` +
      "install one that fits with `pulumi plugin install resource peridio VERSION`, or change `requires`";
    return [createMistake(part, ["requires"], reason)];
  });
}
