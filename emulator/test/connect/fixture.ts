import { z } from "zod";
import { putUser } from "../../src/model/state";
import { createAcme, Client, readText, readValue } from "../client";

// Bodies of `calls` contain these ids.
export const bobId = "0190f7a4-3333-7c1d-8a51-1b2f6f0c9e10";
export const fieldId = "0190f7a4-5555-7c1d-8a51-1b2f6f0c9e10";

/**
 * Creates acme-dev of ada@acme.example with bob (admin), carl (manager), eve (viewer), the invited dora, and the group
 * `field` with carl. Ada owns the API token `ci`. There are the webhook `Alerts` and the claim token `factory`. The
 * project `thermostat` and its cohort `berlin` are open to every member, and have grants for carl and for `field`.
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

  /** Creates an object of a list without a trace in the request log, and returns its path. */
  const create = async (list: string, body: object) => {
    const [user] = Object.values(emulator.state.users);
    if (user === undefined) throw new Error("There is no user.");
    const request = { method: "POST", path: `${org}/${list}`, query: {}, headers: {}, body };
    const answer: unknown = await (await emulator.perform(request, { user })).json();
    const data = readValue(answer, "data");
    return `${org}/${list}/${readText(data, list === "api-tokens" ? "token.id" : "id")}`;
  };

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
  const paths: Readonly<Record<string, string>> = {
    org,
    bob: member("bob@acme.example"),
    eve: member("eve@acme.example"),
    dora: `${org}/invitations/${invitation.id}`,
    token: await create("api-tokens", { name: "ci" }),
    claim: await create("claim_tokens", { claim_token: { name: "factory" } }),
    webhook: await create("webhooks", { webhook_endpoint: { name: "Alerts", url: "https://acme.example/alerts" } }),
    group: `${org}/groups/${fieldId}`,
    carlInGroup: `${org}/groups/${fieldId}/members/${carlId}`,
    project: `${org}/projects/${projectId}`,
    cohort: `${org}/projects/${projectId}/cohorts/${cohortId}`,
    carlId,
    fieldId,
  };
  /** Resolves a template such as `{org}/members`. */
  const path = (template: string) => template.replace(/\{(\w+)\}/g, (_, name: string) => paths[name] ?? name);
  const as = (email: string) => new Client(emulator, emulator.control.addApiKey(email));
  return { emulator, organization, ada, as, org, userId, member, role, stored, path, invitation: path("{dora}") };
}

/** One successful request for each operation, in a valid order. Paths are templates of the fixture. */
const calls = [
  ["Me_show", "GET", "/api/me"],
  ["Organization_members", "GET", "{org}/members"],
  ["Organization_update_member_role", "PUT", "{bob}/role", { role: "member" }],
  ["Organization_remove_member", "DELETE", "{eve}"],
  ["OrgInvitation_index", "GET", "{org}/invitations"],
  ["OrgInvitation_create", "POST", "{org}/invitations", { email: "grace@acme.example", role: "admin" }],
  ["OrgInvitation_delete", "DELETE", "{dora}"],
  ["OrgApiToken_index", "GET", "{org}/api-tokens"],
  ["OrgApiToken_create", "POST", "{org}/api-tokens", { name: "ci" }],
  ["OrgApiToken_delete", "DELETE", "{token}"],
  ["Webhook_index", "GET", "{org}/webhooks"],
  ["Webhook_create", "POST", "{org}/webhooks", { webhook_endpoint: { url: "https://acme.example/all" } }],
  ["Webhook_show", "GET", "{webhook}"],
  [
    "Webhook_update",
    "PUT",
    "{webhook}",
    { webhook_endpoint: { name: "", url: "http://acme.example", events: ["device.online"], enabled: false } },
  ],
  ["Webhook_delete", "DELETE", "{webhook}"],
  ["ClaimToken_index", "GET", "{org}/claim_tokens"],
  ["ClaimToken_create", "POST", "{org}/claim_tokens", { claim_token: { name: "lab", tags: ["lab"] } }],
  ["ClaimToken_show", "GET", "{claim}"],
  [
    "ClaimToken_update",
    "PUT",
    "{claim}",
    { claim_token: { name: "", max_uses: 5, expires_at: "2027-03-01T00:00:00Z", tags: ["lab"] } },
  ],
  ["ClaimToken_project_index", "GET", "{project}/claim_tokens"],
  ["ClaimToken_delete", "DELETE", "{claim}"],
  ["Group_index", "GET", "{org}/groups"],
  ["Group_create", "POST", "{org}/groups", { name: "office", description: "Engineers" }],
  ["Group_show", "GET", "{group}"],
  ["Group_update", "PUT", "{group}", { name: "field-engineers", description: "" }],
  ["Group_add_member", "POST", "{group}/members", { user_id: bobId }],
  ["Group_remove_member", "DELETE", "{carlInGroup}"],
  ["Project_index", "GET", "{org}/projects"],
  ["Project_create", "POST", "{org}/projects", { project: { name: "gateway", description: "At customers" } }],
  ["Project_show", "GET", "{project}"],
  ["Project_update", "PUT", "{project}", { project: { name: "thermostats", everyone_enabled: false } }],
  ["Project_grant_user_access", "POST", "{project}/access/users", { user_id: bobId }],
  ["Project_revoke_user_access", "DELETE", "{project}/access/users/{carlId}"],
  ["Project_grant_group_access", "POST", "{project}/access/groups", { group_id: fieldId }],
  ["Project_revoke_group_access", "DELETE", "{project}/access/groups/{fieldId}"],
  ["Runtime_index", "GET", "{project}/runtimes"],
  ["Cohort_index", "GET", "{project}/cohorts"],
  ["Cohort_create", "POST", "{project}/cohorts", { cohort: { name: "munich", everyone_enabled: false } }],
  ["Cohort_show", "GET", "{cohort}"],
  ["Cohort_update", "PUT", "{cohort}", { cohort: { description: "In Berlin" } }],
  ["Cohort_grant_user_access", "POST", "{cohort}/access/users", { user_id: bobId }],
  ["Cohort_revoke_user_access", "DELETE", "{cohort}/access/users/{carlId}"],
  ["Cohort_grant_group_access", "POST", "{cohort}/access/groups", { group_id: fieldId }],
  ["Cohort_revoke_group_access", "DELETE", "{cohort}/access/groups/{fieldId}"],
  ["Cohort_index_all", "GET", "{org}/cohorts"],
  ["TunnelPolicy_show_org", "GET", "{org}/tunnel-policy"],
  ["TunnelPolicy_show_cohort", "GET", "{cohort}/tunnel-policy"],
  ["Cohort_delete", "DELETE", "{cohort}"],
  ["Project_delete", "DELETE", "{project}"],
  ["Group_delete", "DELETE", "{group}"],
] satisfies [id: string, method: string, path: string, body?: object][];

// Rows have equal lengths, because Jest passes a callback for a missing value.
export const rows = calls.map(([id, method, template, body]) => [id, method, template, body] as const);

export const onOrganization = rows.filter(([, , template]) => template.startsWith("{"));

/** Returns a body, or the object that it wraps: `{ project: {…} }` wraps the properties of a project. */
export function unwrap(body: object): { readonly properties: object; readonly wrap: (properties: object) => object } {
  const [[name, value] = ["", undefined], ...others] = Object.entries(z.record(z.string(), z.unknown()).parse(body));
  if (others.length > 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    return { properties: body, wrap: (properties) => properties };
  }
  return { properties: value, wrap: (properties) => ({ [name]: properties }) };
}

export const withBody = rows.filter(([, , , body]) => body !== undefined);
