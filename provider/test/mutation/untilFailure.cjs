const { TestEnvironment } = require("jest-environment-node");

/** Skips what follows a test that failed: one is enough to notice a mutant. Jest's own `bail` stops between files only. */
module.exports = class UntilFailure extends TestEnvironment {
  #failed = false;

  handleTestEvent(event) {
    if (event.name === "test_done" && event.test.errors.length > 0) this.#failed = true;
    if (event.name === "test_start" && this.#failed) event.test.mode = "skip";
  }
};
