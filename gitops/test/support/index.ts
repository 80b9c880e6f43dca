export { document, organization } from "./document";
export { acme } from "./sampleReviews";
export { fakeTerminal } from "./terminal";
