import type { Model } from "../../model/model";
import type { ProgramChange } from "../review";
import { reviewInputs } from "./inputs";
import { reviewOptions } from "./options";
import { reviewOthers } from "./others";
import { type IsJudgedEndpoint, reviewProviders } from "./providers";
import { reviewReferences } from "./references";

interface Circumstances {
  /** Patterns for types of other providers whose changes need no approval. */
  readonly allowedTypes: readonly string[];
  readonly isJudgedEndpoint: IsJudgedEndpoint;
}

/** Lists the changes of programs that are neither a person's access nor a setting, by section and stack. */
export function reviewPrograms(
  { isPlanned, programs, declarations }: Model,
  { allowedTypes, isJudgedEndpoint }: Circumstances,
): readonly ProgramChange[] {
  // Changes outside Pulumi do not concern the program.
  const ofProgram = isPlanned
    ? [
        ...reviewProviders(programs, isJudgedEndpoint),
        ...reviewReferences(declarations),
        ...reviewOptions(declarations),
      ]
    : [];
  return [...ofProgram, ...reviewInputs(declarations), ...reviewOthers(programs, allowedTypes)];
}
