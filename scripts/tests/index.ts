/** When the tests of all folders run, and the things that they need. */
export { testsWith } from "./missing";
export { nightly, nightlyCases } from "./nightly";
