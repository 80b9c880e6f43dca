/** The reason of each test that fails with the framework and passes with Pulumi's own provider. */
export const reasons: Readonly<Record<string, string>> = {};
