import { z } from "zod";
import { getUserById, putUser } from "../../src/model/state";
import { createAcme, Client, readText } from "../client";
import { ours } from "./apiDocument";

// Bodies contain these ids.
export const bobId = "0190f7a4-3333-7c1d-8a51-1b2f6f0c9e10";
export const fieldId = "0190f7a4-5555-7c1d-8a51-1b2f6f0c9e10";

/** Bodies of successful requests that are more than the document's examples, or do not conflict with the fixture. */
const bodies: Readonly<Record<string, object>> = {
  OrgInvitation_create: { email: "grace@acme.example", role: "admin" },
  Webhook_update: {
    webhook_endpoint: { name: "", url: "http://acme.example", events: ["device.online"], enabled: false },
  },
  ClaimToken_update: {
    claim_token: { name: "", max_uses: 5, expires_at: "2027-03-01T00:00:00Z", tags: ["lab"] },
  },
  Group_create: { name: "office", description: "Engineers" },
  Group_update: { name: "field-engineers", description: "" },
  Group_add_member: { user_id: bobId },
  Project_create: { project: { name: "gateway", description: "At customers" } },
  Project_update: { project: { name: "thermostats", everyone_enabled: false } },
  Project_grant_user_access: { user_id: bobId },
  Cohort_create: { cohort: { name: "munich", everyone_enabled: false } },
  Cohort_update: { cohort: { description: "In Berlin" } },
  Cohort_grant_user_access: { user_id: bobId },
};

/** Every operation of the document with a body. Deletions are last, those of parts before those of their parents. */
const operations = ours.operations
  .map(({ id, route, requiredRoles, body }) => {
    const [method = "", template = ""] = route.split(" ");
    const example = z.record(z.string(), z.unknown()).optional().parse(body?.content["application/json"].example);
    return { id, method, template, requiredRoles, body: bodies[id] ?? example };
  })
  .sort((a, b) => rankDeletion(a) - rankDeletion(b));

function rankDeletion({ method, template }: { readonly method: string; readonly template: string }): number {
  return method === "DELETE" ? 1 / template.split("/").length : 0;
}

/** One successful request for each operation, in a valid order. Paths are templates of the fixture. */
export const rows = operations.map(({ id, method, template, body }) => [id, method, template, body] as const);

export const onOrganization = rows.filter(([, , template]) => template.includes("{org_id}"));

export const withBody = rows.filter(([, , , body]) => body !== undefined);

/** The requests with the roles that can send them. */
export const rights = operations.map(
  ({ id, method, template, requiredRoles, body }) => [id, requiredRoles, method, template, body] as const,
);

/** The templates of all lists that have pages. */
export const lists = ours.operations
  .filter(({ parameters }) => parameters.some(({ name }) => name === "cursor"))
  .map(({ route }) => route.slice("GET ".length));

/** Names of paths in the document. */
const paths: Readonly<Record<string, string>> = {
  org: "/api/orgs/{org_id}",
  dora: "/api/orgs/{org_id}/invitations/{id}",
  token: "/api/orgs/{org_id}/api-tokens/{id}",
  claim: "/api/orgs/{org_id}/claim_tokens/{id}",
  webhook: "/api/orgs/{org_id}/webhooks/{id}",
  group: "/api/orgs/{org_id}/groups/{id}",
  carlInGroup: "/api/orgs/{org_id}/groups/{group_id}/members/{user_id}",
  project: "/api/orgs/{org_id}/projects/{id}",
  cohort: "/api/orgs/{org_id}/projects/{project_id}/cohorts/{id}",
};

/** The bodies of the objects that the fixture creates, unless these are the document's examples. */
const first: Readonly<Record<string, object>> = {
  ClaimToken_create: { claim_token: { name: "factory" } },
  Webhook_create: { webhook_endpoint: { name: "Alerts", url: "https://acme.example/alerts" } },
};

/**
 * Creates acme-dev of ada@acme.example with bob (admin), carl (manager), eve (viewer), the invited dora, and the group
 * `field` with carl. The project `thermostat` and its cohort `berlin` are open to every member, and have grants for carl
 * and for `field`. Every other list has one object: ada owns the API token `ci`, and there are the webhook `Alerts` and
 * the claim token `factory`.
 */
export async function createFixture() {
  const { emulator, ada } = await createAcme();
  const bob = { email: "bob@acme.example", name: "Bob", username: "bob", two_factor_enabled: false };
  putUser(emulator.state, { id: bobId, ...bob });
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  emulator.control.addMember("carl@acme.example", "acme-dev", "manager");
  emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  await emulator.control.invite("dora@acme.example", "acme-dev", "developer", { as: "bob@acme.example" });
  const organization = emulator.control.getOrganization("acme-dev");
  const [invitation] = organization.invitations;
  if (invitation === undefined) throw new Error("There is no invitation.");
  const org = `/api/orgs/${organization.id}`;

  const userId = (email: string) => {
    const user = Object.values(emulator.state.users).find((candidate) => candidate.email === email);
    if (user === undefined) throw new Error(`There is no user ${email}.`);
    return user.id;
  };
  const carlId = userId("carl@acme.example");
  const field = { sequence: 0, id: fieldId, name: "field", description: null, user_ids: [carlId] };
  organization.groups.push(field);
  const { access } = emulator.control;
  const projectId = access.addProject("thermostat", "acme-dev");
  const cohortId = access.addCohort("berlin", "thermostat", "acme-dev");
  access.setRuntimes("thermostat", "acme-dev", 3);
  for (const { user_ids, group_ids } of organization.projects.flatMap((one) => [one, ...one.cohorts])) {
    user_ids.push(carlId);
    group_ids.push(fieldId);
  }
  const member = (email: string) => `${org}/members/${userId(email)}`;
  const role = (email: string) => `${member(email)}/role`;
  /** Returns the stored role, which this API does not show. */
  const stored = (email: string) => organization.members.find(({ user_id }) => user_id === userId(email))?.role;

  /** Returns the roles of all members, as this API shows them. */
  const roles = async (client = ada) =>
    z
      .object({ data: z.array(z.object({ role: z.string() })) })
      .parse((await client.get(`${org}/members`)).body)
      .data.map(({ role }) => role);

  /** The id of the object that a path means behind the name of a list. */
  const ids: Record<string, string> = {
    orgs: organization.id,
    members: carlId,
    users: carlId,
    invitations: invitation.id,
    groups: fieldId,
    projects: projectId,
    cohorts: cohortId,
  };
  /** Resolves a path of the document, or one that begins with a name, such as `{project}/cohorts`. */
  const path = (template: string) =>
    template
      .replace(/^\{(\w+)\}/, (_, name: string) => paths[name] ?? name)
      .replace(/([\w-]+)\/\{\w+\}/g, (_, list: string) => `${list}/${ids[list] ?? "unknown"}`);

  // Leaves no trace in the request log.
  const user = getUserById(emulator.state, organization.owner_id);
  for (const { id, method, template, body } of operations) {
    const list = template.slice(template.lastIndexOf("/") + 1);
    if (method !== "POST" || list in ids) continue;
    const request = { method, path: path(template), query: {}, headers: {}, body: first[id] ?? body };
    const answer: unknown = await (await emulator.perform(request, { user })).json();
    ids[list] = readText(answer, id === "OrgApiToken_create" ? "data.token.id" : "data.id");
  }
  const as = (email: string) => new Client(emulator, emulator.control.addApiKey(email));
  return {
    emulator,
    organization,
    ada,
    as,
    org,
    userId,
    member,
    role,
    roles,
    stored,
    path,
    invitation: path("{dora}"),
  };
}

/** Returns a body, or the object that it wraps: `{ project: {…} }` wraps the properties of a project. */
export function unwrap(body: object): { readonly properties: object; readonly wrap: (properties: object) => object } {
  const [[name, value] = ["", undefined], ...others] = Object.entries(z.record(z.string(), z.unknown()).parse(body));
  if (others.length > 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    return { properties: body, wrap: (properties) => properties };
  }
  return { properties: value, wrap: (properties) => ({ [name]: properties }) };
}
