/** What the tests of all folders share: when they run, and what they need. */
export { testsWith } from "./missing";
export { nightly, nightlyCases } from "./nightly";
