/** Builds a provider: bundles, executables with their licenses, the package of the dynamic provider, and archives of a release. */
export { listFiles, pack, releaseTime, setModes, writeChecksums } from "./archive";
export { bundleProgram, hostOptions, programOptions } from "./bundle";
export { renderProviderClasses } from "./dynamicClasses";
export { type DynamicSource, packageDynamic } from "./dynamicPackage";
export { compileProgram } from "./executable";
export {
  demand,
  getShortName,
  type ObjectType,
  type Package,
  parsePackage,
  type Properties,
  type Type,
} from "./packageSchema";
export { isPlatform, nameSystem, type Platform, platforms, thisPlatform } from "./runtime";
export { findPackageFolder, findThirdParties, readThirdParty, writeThirdParty } from "./thirdParty";
export { formatBlock, formatCode, formatTable, page } from "./reference/markdown";
export { renderList, renderProperties } from "./reference/resource";
export { renderFields, renderOutputs, renderTypes } from "./reference/types";
