import { randomUUID } from "node:crypto";
import type { Call } from "../call";
import { conflict, forbidden, invalid } from "../errors";
import { defaultLimits } from "../limits";
import { created, noContent, ok, type Operations } from "../operation";
import { toOrganizationPrn, toUserPrn } from "../prn";
import { removeOrganization } from "../rules/organizations";
import { findUserByEmail, getUserById, type Organization, type State } from "../state";
import { apply } from "./changes";
import { operation } from "./operation";
import { page } from "./pages";

interface GeneralSettings {
  readonly display_name?: string;
  readonly description?: string | null;
  readonly contact_email?: string | null;
}

export const organizations: Operations = {
  "list-organizations": operation("read_organizations", (call, { query }) => {
    const listing = {
      name: "organizations",
      rows: call.visibleOrganizations(),
      show: (organization: Organization) => shown(call.state, organization),
      keys: { name: "text", display_name: "text", prn: "exact", inserted_at: "moment", updated_at: "moment" },
    } as const;
    return { status: 200, body: page(listing, query) };
  }),

  "create-an-organization": operation<GeneralSettings & { readonly name: string }>(
    "create_organizations",
    (call, { body }) => {
      if (call.boundTo !== null) throw forbidden("key", "create_organizations", null);
      if (body.name.trim() === "") throw invalid({ name: ["can't be blank"] });
      if (call.state.organizations.some(({ name }) => name === body.name)) {
        throw invalid({ name: ["has already been taken"] });
      }
      const organization = found(call, body.name);
      apply(organization, body, ["display_name", "description", "contact_email"]);
      call.state.organizations.push(organization);
      return created(shown(call.state, organization));
    },
  ),

  "retrieve-an-organization": operation("read_organizations", ({ state, organization }) =>
    ok(shown(state, organization)),
  ),

  "update-an-organization": operation<GeneralSettings & { readonly name?: unknown }>(
    "update_organizations",
    ({ state, organization, now }, { body }) => {
      if ("name" in body && body.name !== organization.name) throw invalid({ name: ["cannot be changed"] });
      if (apply(organization, body, ["display_name", "description", "contact_email"])) organization.updated_at = now;
      return ok(shown(state, organization));
    },
  ),

  "delete-an-organization": operation("delete_organizations", ({ state, organization }) => {
    const blockers = blockersOf(organization);
    if (blockers.length > 0) throw conflict("deletion_blocked", { blockers });
    removeOrganization(state, organization);
    return noContent();
  }),

  "get-deletion-readiness": operation("read_organizations", ({ organization }) => {
    const blockers = blockersOf(organization);
    return ok({ organization_prn: toOrganizationPrn(organization.id), deletable: blockers.length === 0, blockers });
  }),

  "transfer-ownership": operation<{ readonly new_owner: string }>(
    "transfer_organizations",
    ({ state, organization, now }, { body }) => {
      const heir = findUserByEmail(state, body.new_owner);
      const successor = organization.members.find(({ user_id }) => user_id === heir?.id);
      if (successor?.role !== "admin" || successor.user_id === organization.owner_id) {
        throw invalid({ new_owner: ["must be another admin member of the organization"] });
      }
      const former = organization.members.find(({ user_id }) => user_id === organization.owner_id);
      for (const changed of [organization, successor, former]) if (changed) changed.updated_at = now;
      organization.owner_id = successor.user_id;
      return ok(shown(state, organization));
    },
  ),
};

/** A new organization of the caller's, with the initial value of every setting. */
function found(call: Call, name: string): Organization {
  const { now, caller } = call;
  const born = { inserted_at: now, updated_at: now };
  return {
    ...born,
    sequence: call.nextSequence(),
    id: randomUUID(),
    name,
    display_name: name,
    description: null,
    contact_email: null,
    owner_id: caller.id,
    members: [
      {
        ...born,
        sequence: call.nextSequence(),
        id: randomUUID(),
        user_id: caller.id,
        role: "admin",
        last_active_at: now,
      },
    ],
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
    groups: [],
  };
}

function shown(state: State, organization: Organization) {
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

/** The unmet preconditions of a deletion, in the contract's order. */
function blockersOf({ belongings, members }: Organization) {
  return [
    { code: "devices", count: belongings.devices, message: "All devices must be deleted or transferred." },
    {
      code: "active_deployments",
      count: belongings.active_deployments,
      message: "All active deployments must be stopped.",
    },
    { code: "other_users", count: members.length - 1, message: "All users except the owner must be removed." },
    {
      code: "outstanding_charges",
      count: belongings.outstanding_charges,
      message: "There must be no outstanding billing charges.",
    },
  ].filter(({ count }) => count > 0);
}
