import { runTests } from "./runTests";

/** The tests of people, of their roles and of deletions. */
const people = /^(organizationMembers|membership|invitations|rights|seats|destroy)/;

// Each test may wait while two mutants share a busy machine.
jest.setTimeout(30_000);

runTests("provider/test/lifecycle", (name) => people.test(name));
