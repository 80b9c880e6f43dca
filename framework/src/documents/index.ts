export type { DocumentKind } from "./kind";
export { InvalidDocumentError, type Mistake, formatElsewhere, sortMistakes, formatMistake } from "./mistakes";
export { type ParsedDocument, wrapValue, createMistake } from "./part";
export { validateShape } from "./shape";
export { findClosest, suggest } from "./suggestion";
export { type SourceFile, decodeFile } from "./text";
export { parseYaml } from "./yamlPart";
