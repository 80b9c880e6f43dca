/** Reads the definitions of a provider, and compares values as the provider does: for generators, reviews and tests. */
export { findDrift, isAtDefault, isEqual } from "../compare";
export { insertIds } from "../component";
export { decodeSettings } from "../configuration";
export { isMoment, readNow } from "../moment";
export { parentInput, readParentId } from "../parents";
export { type Behaviour, behaviourNames, getBehaviours } from "../property";
export { getPulumiHome } from "../pulumiHome";
export { findUnmet, findUnmetInComponent } from "../requirements";
export { packageSchema } from "../schema";
export { requireValid, validate } from "../validation";
export { isSameValue, omitAbsent } from "../values";
