import type { Kind } from "../../preview/document";
import type { Preview } from "../../preview/preview";
import type { ProgramChange } from "../review";
import { reviewInputs } from "./inputs";
import { reviewOptions } from "./options";
import { reviewOthers } from "./others";
import { type IsJudgedEndpoint, reviewProviders } from "./providers";
import { reviewReferences } from "./references";

interface Circumstances {
  readonly kind: Kind;
  /** Patterns for types of other providers whose changes need no approval. */
  readonly allowedTypes: readonly string[];
  readonly isJudgedEndpoint: IsJudgedEndpoint;
}

/** Lists the changes of programs that are neither a person's access nor a setting, by section and stack. */
export function reviewPrograms(
  previews: readonly Preview[],
  { kind, allowedTypes, isJudgedEndpoint }: Circumstances,
): readonly ProgramChange[] {
  const resources = previews.flatMap((preview) => preview.resources);
  return [
    ...reviewProviders(previews, kind, isJudgedEndpoint),
    ...(kind === "drift" ? [] : reviewReferences(resources)),
    ...reviewOptions(resources, kind),
    ...reviewInputs(resources, kind),
    ...reviewOthers(previews, allowedTypes),
  ];
}
