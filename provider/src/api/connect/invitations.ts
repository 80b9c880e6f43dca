import { Conflict, NotFound } from "../errors";
import { about } from "../http/about";
import { data } from "../http/envelope";
import type { Http } from "../http/http";
import { path } from "../http/path";
import { postOnce } from "../http/postOnce";
import { invitedSince, isAskedFor } from "../invitations";
import type { Backend, Invitation, InvitationStatus } from "../port";
import { invitationPrn, uuid } from "./ids";
import { page, pages } from "./pages";
import type { Body } from "../contract";
import { roleOnWire } from "./lacks";
import { type Listed, listedInvitation, newInvitation, type Wire } from "./schemas";

const one = data(newInvitation);
const listed = page(listedInvitation);

export function invitations(http: Http): Backend["invitations"] {
  return {
    // There is no filter.
    listsByStatus: false,
    list: (organizationId, status) => list(http, organizationId, status),
    create: async (organizationId, { email, role, groupId }, before) => {
      const shared = http.together();
      return postOnce<Invitation>(
        shared,
        async () =>
          placed(
            organizationId,
            await shared.post(collection(organizationId), { email, role: roleOnWire(role), group_id: groupId } satisfies Body<Wire["create-invitation"]>, about(one, { email })),
          ),
        async (http) => invitedSince(before, email, list(http, organizationId, "pending")),
      );
    },
    revoke: async (organizationId, invitationId) => {
      try {
        await http.delete(`${collection(organizationId)}${path`/${uuid(invitationId)}`}`);
      } catch (error) {
        if (!(error instanceof NotFound || error instanceof Conflict)) throw error;
        const still = await standingOf(http, organizationId, invitationId);
        if (still === "accepted") throw acceptedAlready(error);
        // One that has expired or is gone lets nobody in any more, which is all that was wanted.
        if (still === "pending" || error instanceof NotFound) throw error;
      }
    },
  };
}

function collection(organizationId: string): string {
  return path`/api/orgs/${uuid(organizationId)}/invitations`;
}

async function* list(
  http: Http,
  organizationId: string,
  wanted?: InvitationStatus,
): AsyncGenerator<Invitation, void, undefined> {
  for await (const { status, ...found } of everyOne(http, organizationId)) {
    if (status !== "accepted" && isAskedFor(status, wanted)) yield placed(organizationId, { ...found, status });
  }
}

function everyOne(http: Http, organizationId: string): AsyncIterable<Listed> {
  return pages(http, collection(organizationId), listed, ({ id }) => id);
}

/** The invitation as the port has it. */
function placed(organizationId: string, found: Omit<Invitation, "organizationId">): Invitation {
  return { ...found, organizationId, id: invitationPrn(organizationId, found.id) };
}

/** What has become of an invitation that could not be revoked: a 404, 409 or 410 does not say. */
async function standingOf(
  http: Http,
  organizationId: string,
  invitationId: string,
): Promise<Listed["status"] | undefined> {
  for await (const { id, status } of everyOne(http, organizationId)) if (id === uuid(invitationId)) return status;
  return undefined;
}

/** An invitation that has become a membership must not pass for a revoked one. */
function acceptedAlready(refusal: NotFound | Conflict): Conflict {
  const reason = "invitation_already_accepted";
  const text = "The invitation has been accepted. Remove the member instead.";
  return new Conflict(text, refusal, { reason, blockers: [], limit: null });
}
