/** Documents in YAML or JSON, with every mistake, its place and its remedy. */
export {
  type DocumentKind,
  InvalidDocumentError,
  type Mistake,
  type ParsedDocument,
  createMistake,
  formatElsewhere,
  formatMistake,
  sortMistakes,
  wrapValue,
} from "./document";
export { endWithSuggestion, findClosest, suggest } from "../suggestion";
export { validateShape } from "./shape";
export { type SourceFile, decodeFile } from "./sourceFile";
export { parseYaml } from "./yaml";
