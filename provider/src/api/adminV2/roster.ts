import { type Http, postOnce, path } from "#framework/http";
import { unwrapData, requireIdentity } from "../http/answer";
import { UnsupportedError } from "../errors";
import type { Backend } from "../client";
import { findNewInvitation, isListed, type Invitation, type InvitationStatus, type Role } from "../model";
import { missingRoles } from "./features";
import { listedInvitation, member, newInvitation, createPageSchema, quote, readList, type Wire } from "./schemas";

const oneMember = unwrapData(member);
const memberPage = createPageSchema(member);

export function members(http: Http): Backend["members"] {
  return {
    list: (organizationId) => {
      const address = path`/v2/organizations/${organizationId}/members`;
      return readList(http, address, memberPage, ({ userId }) => userId);
    },
    setRole: async ({ organizationId, userId }, role) =>
      http.patch(
        path`/v2/organizations/${organizationId}/members/${userId}`,
        { role: toWireRole(role) } satisfies Wire["update-member"],
        requireIdentity({ organizationId, userId }, oneMember),
      ),
    remove: async (organizationId, userId) => http.delete(path`/v2/organizations/${organizationId}/members/${userId}`),
  };
}

const oneInvitation = unwrapData(newInvitation);
const invitationPage = createPageSchema(listedInvitation);

export function invitations(http: Http): Backend["invitations"] {
  return {
    listsByStatus: true,
    list: (organizationId, status) => listInvitations(http, organizationId, status),
    create: async (organizationId, { email, role }, before) => {
      const shared = http.withSharedDeadline();
      const body = { email, role: toWireRole(role) } satisfies Wire["create-invitation"];
      const answer = requireIdentity({ organizationId, email }, oneInvitation);
      return postOnce<Invitation>(
        shared,
        async () => shared.post(path`/v2/organizations/${organizationId}/invitations`, body, answer),
        async (http) => findNewInvitation(before, email, listInvitations(http, organizationId, "pending")),
      );
    },
    revoke: async (organizationId, invitationId) =>
      http.delete(path`/v2/organizations/${organizationId}/invitations/${invitationId}`),
  };
}

async function* listInvitations(
  http: Http,
  organizationId: string,
  requested?: InvitationStatus,
): AsyncGenerator<Invitation, void, undefined> {
  const address = path`/v2/organizations/${organizationId}/invitations`;
  const search = requested && `status:${quote(requested)}`;
  for await (const { status, ...found } of readList(http, address, invitationPage, ({ id }) => id, search)) {
    if (status !== "accepted" && isListed(status, requested)) yield { ...found, status };
  }
}

/** @throws UnsupportedError for the only role that this API does not have */
function toWireRole(role: Role): Wire["role"] {
  if (role === "member" || role === "owner") throw new UnsupportedError(missingRoles[role]);
  return role;
}
