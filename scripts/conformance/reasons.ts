const message = "The test expects the bare text of the error. The framework adds the object and the operation.";
const changed =
  "The test's API returns another value than the program declares. The framework refuses such a response.";
const dynamic =
  "The function decides for each result if it is secret. In the framework, the schema of the outputs decides.";

/** The reason of each test that fails with the framework and passes with Pulumi's own provider. */
export const reasons: Readonly<Record<string, string>> = {
  "l2-failed-create": message,
  "l2-failed-create-continue-on-error": message,
  "l2-failed-create-downstream-continue-on-error": message,
  "l2-invoke-dependencies": changed,
  "l2-invoke-variants": changed,
  "l2-invoke-scalars": dynamic,
  "l2-invoke-secrets": dynamic,
  "l2-resource-any": "The test passes an asset. The framework refuses assets and archives.",
  "l2-resource-hook-on-error": "Not yet explained: the second create of the test fails too.",
  "l2-resource-secret":
    "The test's public value equals a part of a secret. The framework hides each copy of a secret text.",
};
