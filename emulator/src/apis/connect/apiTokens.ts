import { created, noContent, type Operations } from "../../contract/api";
import { forbidden } from "../../contract/errors";
import { type ApiToken, createRow, getUserById, type Organization, type State } from "../../model/state";
import { generateSecret } from "../../model/values";
import { checkExpiry, toTimestamp } from "./expiry";
import { paginate } from "./lists";
import { rejectInvalid } from "./checks";
import { defineOperation, findById } from "./operation";
import { showUser } from "./people";
import { getMemberRole } from "./roles";

interface NewToken {
  readonly name: string;
  readonly expires_at?: string;
}

export const apiTokens: Operations = {
  // Members see only their own tokens.
  OrgApiToken_index: defineOperation(({ state, organization, member }, { query }) => {
    const { id, api_tokens } = organization;
    const isAdmin = getMemberRole(organization, member) !== "member";
    const rows = isAdmin ? api_tokens : api_tokens.filter(({ user_id }) => user_id === member.user_id);
    const show = (token: ApiToken) => showApiToken(state, organization, token);
    const { data: tokens, ...meta } = paginate({ name: `API tokens of ${id}`, rows, show }, query);
    return { status: 200, body: { data: { tokens }, ...meta } };
  }),

  OrgApiToken_create: defineOperation<NewToken>((call, { body: { name, expires_at } }) => {
    const { state, organization, caller, now } = call;
    rejectInvalid({ ...(name.trim() === "" && { name: ["can't be blank"] }), ...checkExpiry(call, { expires_at }) });
    const { sequence, id, inserted_at } = createRow(state, now);
    const token: ApiToken = {
      sequence,
      id,
      inserted_at,
      name,
      user_id: caller.id,
      token: generateSecret("avo_"),
      last_used_at: null,
      expires_at: expires_at === undefined ? null : toTimestamp(expires_at),
    };
    organization.api_tokens.push(token);
    return created({ token: { ...showApiToken(state, organization, token), token: token.token } });
  }),

  OrgApiToken_delete: defineOperation(({ organization, member }, { path }) => {
    const { id, api_tokens } = organization;
    const token = findById(api_tokens, path.id);
    const isAdmin = getMemberRole(organization, member) !== "member";
    if (token.user_id !== member.user_id && !isAdmin) throw forbidden("role", "", id);
    api_tokens.splice(api_tokens.indexOf(token), 1);
    return noContent();
  }),
};

function showApiToken(state: State, organization: Organization, token: ApiToken) {
  return {
    id: token.id,
    name: token.name,
    organization_id: organization.id,
    owner: showUser(getUserById(state, token.user_id)),
    last_used_at: token.last_used_at,
    expires_at: token.expires_at,
    created_at: token.inserted_at,
  };
}
