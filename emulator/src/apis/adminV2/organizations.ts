import type { z } from "zod";
import { created, noContent, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { conflict, forbidden, invalid } from "../../contract/errors";
import { remove } from "../../contract/access";
import { countUsage, defaultLimits } from "../../contract/limits";
import {
  type UsageCounts,
  createRow,
  findUserByEmail,
  getUserById,
  type Organization,
  type State,
} from "../../model/state";
import { organizationSchema } from "../connect/stateSchema";
import { applyChanges, toOrganizationPrn, toUserPrn } from "../../model/values";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

export const user: Operations = {
  "get-current-user": defineOperation("read_users", (call) => {
    const { id, email, username, name } = call.caller;
    const organizations = call.listVisibleOrganizations().map((organization) => ({
      prn: toOrganizationPrn(organization.id),
      name: organization.name,
      display_name: organization.display_name,
      role: organization.members.find(({ user_id }) => user_id === id)?.role,
      is_owner: organization.owner_id === id,
    }));
    const { keyOrganizationId } = call;
    const organization_prn = keyOrganizationId === null ? null : toOrganizationPrn(keyOrganizationId);
    return ok({ prn: toUserPrn(id), email, username, name, organization_prn, organizations });
  }),
};

interface GeneralSettings {
  readonly display_name?: string;
  readonly description?: string | null;
  readonly contact_email?: string | null;
}

const generalSettings = ["display_name", "description", "contact_email"] as const;

export const organizations: Operations = {
  "list-organizations": defineOperation("read_organizations", (call, { query }) => {
    const listing = {
      name: "organizations",
      rows: call.listVisibleOrganizations(),
      show: (organization: Organization) => showOrganization(call.state, organization),
      keys: { name: "text", display_name: "text", prn: "exact", inserted_at: "moment", updated_at: "moment" },
    } as const;
    return { status: 200, body: paginate(listing, query) };
  }),

  "create-an-organization": defineOperation<GeneralSettings & { readonly name: string }>(
    "create_organizations",
    (call, { body }) => {
      if (call.keyOrganizationId !== null) throw forbidden("key", "create_organizations", null);
      if (body.name.trim() === "") throw invalid({ name: ["can't be blank"] });
      if (call.state.organizations.some(({ name }) => name === body.name)) {
        throw invalid({ name: ["has already been taken"] });
      }
      const organization = buildOrganization(call, body.name);
      applyChanges(organization, body, generalSettings);
      call.state.organizations.push(organization);
      return created(showOrganization(call.state, organization));
    },
  ),

  "retrieve-an-organization": defineOperation("read_organizations", ({ state, organization }) =>
    ok(showOrganization(state, organization)),
  ),

  "update-an-organization": defineOperation<GeneralSettings & { readonly name?: unknown }>(
    "update_organizations",
    ({ state, organization, now }, { body }) => {
      if ("name" in body && body.name !== organization.name) throw invalid({ name: ["cannot be changed"] });
      if (applyChanges(organization, body, generalSettings)) organization.updated_at = now;
      return ok(showOrganization(state, organization));
    },
  ),

  "delete-an-organization": defineOperation("delete_organizations", ({ state, organization }) => {
    const blockers = findBlockers(state, organization);
    if (blockers.length > 0) throw conflict("deletion_blocked", { blockers });
    remove(state.organizations, organization);
    return noContent();
  }),

  "get-deletion-readiness": defineOperation("read_organizations", ({ state, organization }) => {
    const blockers = findBlockers(state, organization);
    return ok({ organization_prn: toOrganizationPrn(organization.id), deletable: blockers.length === 0, blockers });
  }),

  "transfer-ownership": defineOperation<{ readonly new_owner: string }>(
    "transfer_organizations",
    ({ state, organization, now }, { body }) => {
      const newOwner = findUserByEmail(state, body.new_owner);
      const member = organization.members.find(({ user_id }) => user_id === newOwner?.id);
      if (member?.role !== "admin" || member.user_id === organization.owner_id) {
        throw invalid({ new_owner: ["must be another admin member of the organization"] });
      }
      const formerOwner = organization.members.find(({ user_id }) => user_id === organization.owner_id);
      for (const changed of [organization, member, formerOwner]) if (changed) changed.updated_at = now;
      organization.owner_id = member.user_id;
      member.also_owner = false;
      return ok(showOrganization(state, organization));
    },
  ),
};

/** Builds an organization that the caller owns, with default settings. */
function buildOrganization(call: Call, name: string): Organization {
  const { state, now, caller } = call;
  return organizationSchema.parse({
    ...createRow(state, now),
    name,
    display_name: name,
    description: null,
    contact_email: null,
    owner_id: caller.id,
    members: [{ ...createRow(state, now), user_id: caller.id, role: "admin", last_active_at: now }],
    invitations: [],
    security: {
      two_factor_required: false,
      ip_allowlist: [],
      session_timeout: null,
      api_key_rotation: null,
      updated_at: now,
    },
    billing: { billing_email: null, payment_method: null, usage_alerts: [], updated_at: now },
    limits: { ...defaultLimits },
    belongings: { products: 0, devices: 0, webhooks: 0, active_deployments: 0, outstanding_charges: 0 },
    card_on_file: false,
  } satisfies z.input<typeof organizationSchema>);
}

function showOrganization(state: State, organization: Organization) {
  const { id, name, display_name, description, contact_email, inserted_at, updated_at } = organization;
  const owner = getUserById(state, organization.owner_id);
  return {
    prn: toOrganizationPrn(id),
    name,
    display_name,
    description,
    contact_email,
    owner: { prn: toUserPrn(owner.id), name: owner.name, email: owner.email },
    inserted_at,
    updated_at,
  };
}

/** The messages about counts that block a deletion, in the order of the contract; null for a count that does not. */
const blocking: Readonly<Record<keyof UsageCounts | "other_users", string | null>> = {
  devices: "All devices must be deleted or transferred.",
  active_deployments: "All active deployments must be stopped.",
  other_users: "All users except the owner must be removed.",
  outstanding_charges: "There must be no outstanding billing charges.",
  products: null,
  webhooks: null,
};

/** Lists unmet preconditions of a deletion. */
function findBlockers(state: State, organization: Organization) {
  const { belongings, members } = organization;
  const counts: Readonly<Record<string, number>> = {
    ...belongings,
    ...countUsage(state, organization),
    other_users: members.length - 1,
  };
  return Object.entries(blocking).flatMap(([code, message]) => {
    const count = counts[code] ?? 0;
    return message !== null && count > 0 ? { code, count, message } : [];
  });
}
