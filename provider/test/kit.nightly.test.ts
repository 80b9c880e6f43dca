import { Emulator, serve } from "#emulator";
import { FakeClock, listChecks, type Subject } from "#framework/testing";
import { providerIn } from "../src/provider";
import { adminV2, connect, type Dialect } from "./support/dialect";
import { member, organization, part, policy } from "./support/programs";
import { apiKey } from "./support/world";

// The checks of the framework that every provider has to pass.

// Avocado Connect cannot delete organizations.
const kept = organization("acme-dev", { deletionPolicy: "retain" });
const people = { "ada@acme.example": "admin", "carl@acme.example": "viewer" };

const subjects: Readonly<Record<Dialect["backend"], Pick<Subject, "program" | "changed" | "exceptions">>> = {
  "admin-v2": {
    program: {
      dev: organization("acme-dev", { description: "Ours" }),
      policy: policy({ sessionTimeout: "8h" }),
      all: part("OrganizationMembers", { members: people }),
    },
    changed: {
      dev: organization("acme-dev", { description: "Theirs" }),
      policy: policy({ sessionTimeout: "9h" }),
      all: part("OrganizationMembers", { members: { ...people, "carl@acme.example": "developer" } }),
    },
    exceptions: {
      "deletes an object that is gone": { dev: "Another key may still see it, so a person decides." },
      "keeps an object whose deletion had no effect": { policy: "It always exists.", all: "It keeps its people." },
    },
  },
  connect: {
    program: {
      dev: kept,
      carl: member("carl@acme.example", "member"),
      field: part("Group", { name: "field" }),
      firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
      canary: {
        type: "Cohort",
        inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true }),
      },
      token: part("OrganizationApiToken", { name: "ci" }),
      hook: part("Webhook", { url: "https://hooks.acme.example" }),
    },
    changed: {
      dev: kept,
      carl: member("carl@acme.example", "admin"),
      field: part("Group", { name: "site" }),
      firmware: part("Project", { name: "firmware", everyoneEnabled: false }),
      canary: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), name: "beta", everyoneEnabled: true }) },
      token: part("OrganizationApiToken", { name: "lab" }),
      hook: part("Webhook", { url: "https://hooks.acme.example", enabled: false }),
    },
    exceptions: {
      "repeats no write whose answer was lost": {
        token: "Its name is not unique, so the error names the new token, and a person revokes it.",
        hook: "Its key is lost, so the error names the new webhook, and a person deletes it.",
      },
      "shows no change after an import": { token: "Peridio returns the token only once." },
      "keeps an object whose deletion had no effect": { dev: "Its policy is to keep it." },
    },
  },
};

describe.each([adminV2, connect])("with $backend", ({ backend }) => {
  const begin = async (): Promise<Subject> => {
    const emulator = new Emulator({ apiKey });
    const server = await serve(emulator, { port: 0 });
    if (backend === "connect") await emulator.control.createOrganization("acme-dev");
    return {
      provider: providerIn({ clock: new FakeClock(Date.now()) }),
      parent: { type: "Organization", input: "organizationId" },
      url: server.url,
      end: () => server.close(),
      environment: { PERIDIO_API_KEY: apiKey },
      configure: (endpoint) => ({ endpoint, backend, maxRetries: "1" }),
      ...subjects[backend],
    };
  };

  test.each(listChecks(begin))("the provider $name", ({ run }) => run());
});
