import { version as released } from "../../package.json";

/** The provider's version, a semantic version. */
export const version: string = released;
