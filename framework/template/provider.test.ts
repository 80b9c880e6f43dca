import { test } from "node:test";
import { listChecks, secret, type Subject } from "pulumi-provider-kit/testing";
import { startService } from "./fakeService";
import { provider } from "./provider";

/** Starts the service, and declares the programs of the checks. */
async function begin(): Promise<Subject> {
  return {
    ...(await startService(0)),
    provider,
    configure: (url) => ({ endpoint: url, apiKey: secret("test-key") }),
    program: { site: { type: "Project", inputs: () => ({ name: "site", description: "The web site" }) } },
    changed: { site: { type: "Project", inputs: () => ({ name: "site" }) } },
  };
}

for (const { name, run } of listChecks(begin)) void test(`the provider ${name}`, run);
