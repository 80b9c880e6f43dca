import type { Http } from "../http/http";
import { invitedSince, isAskedFor } from "../invitations";
import type { Backend, Invitation, InvitationStatus } from "../port";
import { about } from "../http/about";
import { data } from "../http/envelope";
import { page, pages } from "./pages";
import { path } from "../http/path";
import { postOnce } from "../http/postOnce";
import { listedInvitation, newInvitation, type Wire } from "./schemas";
import { roleOnWire } from "./lacks";
import { quoted } from "./search";

const answer = data(newInvitation);
const listed = page(listedInvitation);

export function invitations(http: Http): Backend["invitations"] {
  return {
    listsByStatus: true,
    list: (organizationId, status) => list(http, organizationId, status),
    create: async (organizationId, { email, role }, before) => {
      const shared = http.together();
      const sent = about(answer, { organizationId, email });
      return postOnce<Invitation>(
        shared,
        async () => shared.post(path`/v2/organizations/${organizationId}/invitations`, { email, role: roleOnWire(role) } satisfies Wire["create-invitation"], sent),
        async (http) => invitedSince(before, email, list(http, organizationId, "pending")),
      );
    },
    revoke: async (organizationId, invitationId) =>
      http.delete(path`/v2/organizations/${organizationId}/invitations/${invitationId}`),
  };
}

async function* list(
  http: Http,
  organizationId: string,
  wanted?: InvitationStatus,
): AsyncGenerator<Invitation, void, undefined> {
  const address = path`/v2/organizations/${organizationId}/invitations`;
  const search = wanted && `status:${quoted(wanted)}`;
  for await (const { status, ...found } of pages(http, address, listed, ({ id }) => id, search)) {
    if (status !== "accepted" && isAskedFor(status, wanted)) yield { ...found, status };
  }
}
