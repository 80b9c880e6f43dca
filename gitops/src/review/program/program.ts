import type { Model } from "../../model/model";
import type { ProgramRow } from "../shown";
import { reviewInputs } from "./inputs";
import { reviewOptions } from "./options";
import { reviewUnknownChanges } from "./others";
import { type IsJudgedEndpoint, reviewProviders } from "./providers";
import { reviewVanishedOthers } from "../vanished";
import { reviewReferences } from "./references";

interface Circumstances {
  /** Patterns for types of other providers whose changes need no approval. */
  readonly allowedTypes: readonly string[];
  readonly isJudgedEndpoint: IsJudgedEndpoint;
}

/** Lists the changes of programs that are neither a person's access nor a setting, by section and stack. */
export function reviewPrograms(model: Model, { allowedTypes, isJudgedEndpoint }: Circumstances): readonly ProgramRow[] {
  const { isPlanned, programs, declarations } = model;
  // Changes outside Pulumi do not concern the program.
  const ofProgram = isPlanned
    ? [
        ...reviewProviders(programs, isJudgedEndpoint),
        ...reviewReferences(declarations),
        ...reviewOptions(declarations),
        ...reviewVanishedOthers(model),
      ]
    : [];
  return [...ofProgram, ...reviewInputs(model), ...reviewUnknownChanges(programs, allowedTypes)];
}
