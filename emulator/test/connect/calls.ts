/** A request that succeeds for each operation, in an order in which all of them do. Paths are templates of the stage. */
const calls = [
  ["Me_show", "GET", "/api/me"],
  ["Organization_members", "GET", "{org}/members"],
  ["Organization_update_member_role", "PUT", "{bob}/role", { role: "member" }],
  ["Organization_remove_member", "DELETE", "{eve}"],
  ["OrgInvitation_index", "GET", "{org}/invitations"],
  ["OrgInvitation_create", "POST", "{org}/invitations", { email: "grace@acme.example", role: "admin" }],
  ["OrgInvitation_delete", "DELETE", "{dora}"],
] satisfies [id: string, method: string, path: string, body?: object][];

// Jest takes a parameter that a row does not fill for a callback.
export const rows = calls.map(([id, method, template, body]) => [id, method, template, body] as const);

export const onOrganization = rows.filter(([, , template]) => template.startsWith("{"));

export const withBody = rows.filter(([, , , body]) => body !== undefined);
