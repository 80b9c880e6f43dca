export { pages, read } from "../guides/markdown";
export { type Stack, newStack, run } from "./cli";
export { Packed } from "./packed";
export { type Declaration, type Declarations, Site, bin, linkPlugin, member, organization, roster } from "./program";
export { Engine, type Kept, type Program, type Wire } from "./engine";
export { World } from "./world";
