/** YAML layouts, and the component that declares their resources. */
export { layoutComponent } from "./component";
export { composeLayout } from "./composition";
export type { LayoutCohort } from "./access";
export type { Connections } from "./connections";
export { chooseLayoutFiles, isInLayout, type LayoutSource, readLayoutFiles } from "./files";
export { type Layout, type LayoutOrganization, parseLayout } from "./layout";
export { formatLayoutMistake, InvalidLayoutError, layoutKind } from "./mistakes";
export { acceptedLayout, roleEntry } from "./schema";
