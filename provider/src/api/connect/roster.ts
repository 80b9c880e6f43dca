import { type Http, postOnce, path } from "#framework/http";
import type { Body } from "../contract";
import { ConflictError, NotFoundError } from "../errors";
import { unwrapData, requireIdentity } from "../http/answer";
import type { Backend } from "../client";
import { findNewInvitation, isListed, type Invitation, type InvitationStatus, type Role } from "../model";
import { createUnsupportedError } from "./features";
import {
  changedRole,
  toInvitationPrn,
  listedInvitation,
  member,
  newInvitation,
  createPageSchema,
  readList,
  toUuid,
  type ListedInvitation,
  type Wire,
} from "./schemas";

const memberPage = createPageSchema(member);
const roleAnswer = unwrapData(changedRole);

export function members(http: Http): Backend["members"] {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/members`;
  return {
    async *list(organizationId) {
      const list = readList(http, collection(organizationId), memberPage, ({ userId }) => userId);
      for await (const found of list) yield { ...found, organizationId };
    },
    setRole: async (member, desired) => {
      const address = `${collection(member.organizationId)}${path`/${toUuid(member.userId)}/role`}`;
      const body = { role: toWireRole(desired) } satisfies Wire["update-role"];
      const { role } = await http.put(address, body, roleAnswer);
      return { ...member, role, isOwner: role === "owner" };
    },
    remove: async (organizationId, userId) => http.delete(`${collection(organizationId)}${path`/${toUuid(userId)}`}`),
  };
}

const oneInvitation = unwrapData(newInvitation);
const invitationPage = createPageSchema(listedInvitation);

export function invitations(http: Http): Backend["invitations"] {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/invitations`;

  function listAll(http: Http, organizationId: string): AsyncIterable<ListedInvitation> {
    return readList(http, collection(organizationId), invitationPage, ({ id }) => id);
  }

  async function* list(
    http: Http,
    organizationId: string,
    requested?: InvitationStatus,
  ): AsyncGenerator<Invitation, void, undefined> {
    for await (const { status, ...found } of listAll(http, organizationId)) {
      if (status !== "accepted" && isListed(status, requested))
        yield toInvitation(organizationId, { ...found, status });
    }
  }

  /** Returns the status of an invitation that could not be revoked, because a 404, 409 or 410 does not tell it. */
  async function getStatus(
    organizationId: string,
    invitationId: string,
  ): Promise<ListedInvitation["status"] | undefined> {
    for await (const { id, status } of listAll(http, organizationId)) if (id === toUuid(invitationId)) return status;
    return undefined;
  }

  return {
    // This API has no filter.
    listsByStatus: false,
    list: (organizationId, status) => list(http, organizationId, status),
    create: async (organizationId, { email, role, groupId }, before) => {
      const shared = http.withSharedDeadline();
      const body = { email, role: toWireRole(role), group_id: groupId } satisfies Body<Wire["create-invitation"]>;
      const answer = requireIdentity({ email }, oneInvitation);
      return postOnce<Invitation>(
        shared,
        async () => toInvitation(organizationId, await shared.post(collection(organizationId), body, answer)),
        async (http) => findNewInvitation(before, email, list(http, organizationId, "pending")),
      );
    },
    revoke: async (organizationId, invitationId) => {
      try {
        await http.delete(`${collection(organizationId)}${path`/${toUuid(invitationId)}`}`);
      } catch (error) {
        if (!(error instanceof NotFoundError || error instanceof ConflictError)) throw error;
        const status = await getStatus(organizationId, invitationId);
        if (status === "accepted") throw toAcceptedConflict(error);
        // An expired or missing invitation admits no one, which is the purpose of revoking it.
        if (status === "pending" || error instanceof NotFoundError) throw error;
      }
    },
  };
}

/** Turns an invitation of Avocado Connect into one of `model.ts`. Only the path names the organization. */
function toInvitation(organizationId: string, found: Omit<Invitation, "organizationId">): Invitation {
  return { ...found, organizationId, id: toInvitationPrn(organizationId, found.id) };
}

/** An accepted invitation must not count as revoked. */
function toAcceptedConflict(rejection: NotFoundError | ConflictError): ConflictError {
  const reason = "invitation_already_accepted";
  const text = "The invitation has been accepted. Run the command again.";
  return new ConflictError(text, rejection, { reason, blockers: [], limit: null });
}

/** @throws UnsupportedError for a role that this API does not have */
function toWireRole(role: Role): Wire["role"] {
  if (role === "owner" || role === "admin" || role === "member") return role;
  throw createUnsupportedError(`role ${role}`);
}
