/** When the tests of all folders run, and the things that they need. */
export { type Call, giteaPassword, GiteaServer, hasGitea } from "./giteaServer";
export { testsWith, testsWithTool } from "./missing";
export { findFreePort } from "./port";
export { countCases, nightly, nightlyCases } from "./nightly";
export { applyEdit, type Edit, findMissingPart, type Remedied } from "./remedies";
