export type { Kind } from "./kind";
export { InvalidDocument, type Mistake, elsewhere, inOrder, told } from "./mistakes";
export { type Part, inlinePart, mistaken } from "./part";
export { misshapen } from "./shape";
export { closest, suggestion } from "./suggestion";
export { type Text, decoded } from "./text";
export { yamlPart } from "./yamlPart";
