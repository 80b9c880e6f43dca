import { z, ZodError } from "zod";
import { deviceStatuses } from "../apis/connect/devices";
import type { StoredState } from "../apis/connect/stateSchema";
import { createJsonResponse, rejectMethod } from "../contract/api";
import { belongingsChange, limitsChange, roles, tiers, tunnelPolicySchema } from "../model/state";
import { faultSchema } from "../traffic/faults";
import type { LoggedRequest, RequestFilter } from "../traffic/requestLog";
import { selectionSchema } from "../traffic/selection";
import type { ControlledEmulator } from "./actor";
import type { Control } from "./control";
import { ControlError } from "./lookup";
import { readOverview } from "./overview";

interface Emulator extends ControlledEmulator {
  readonly control: Control;
  snapshot(): StoredState;
  restore(data: unknown): void;
  reset(): void;
  requests(filter?: RequestFilter): LoggedRequest[];
}

/** Handles `POST /_emulator/<name>`. */
interface Command<Body extends z.ZodType = z.ZodType> {
  readonly body: Body;
  /** @throws ZodError if the input does not match `body` */
  readonly run: (emulator: Emulator, input: unknown) => unknown;
}

function defineCommand<Body extends z.ZodType>(
  body: Body,
  run: (emulator: Emulator, body: z.output<Body>) => unknown,
): Command<Body> {
  return { body, run: (emulator, input) => run(emulator, body.parse(input ?? {})) };
}

const email = z.email();
const organization = z.string().min(1);
const token = z.string().min(1);
const role = z.enum([...roles, "owner"]);
/** The user whose rights the API checks. Without `as`, a command has the rights of the owner. */
const as = email.optional();
const generalSettings = {
  display_name: z.string().optional(),
  description: z.string().nullable().optional(),
  contact_email: z.string().nullable().optional(),
};
const membership = z.strictObject({ email, organization });
const moment = z.iso.datetime().nullable();
const name = z.string().min(1);
const count = z.int().nonnegative();
const description = z.string().optional();
const objectDetails = { description, everyone_enabled: z.boolean().optional() };
const objectChanges = { name: name.optional(), ...objectDetails };
const group = z.strictObject({ group: name, organization });
const project = z.strictObject({ project: name, organization });
const cohort = project.extend({ cohort: name });
const projectOrCohort = project.extend({ cohort: name.optional(), as });
const grant = z.union([projectOrCohort.extend({ email }), projectOrCohort.extend({ group: name })], {
  error: "Set organization, project and either email or group. Optional: cohort, as.",
});

/** The changes that the control plane offers over HTTP, by name in the path. */
export const commands = {
  "add-user": defineCommand(
    z.strictObject({
      email,
      name: z.string().optional(),
      username: z.string().optional(),
      two_factor_enabled: z.boolean().optional(),
    }),
    ({ control }, { email, ...details }) => control.addUser(email, details),
  ),
  "add-api-key": defineCommand(
    z.strictObject({ email, organization: organization.optional(), key: z.string().min(8).optional() }),
    ({ control }, { email, ...details }) => ({ api_key: control.addApiKey(email, details) }),
  ),
  "revoke-api-key": defineCommand(z.strictObject({ key: z.string() }), ({ control }, { key }) => {
    control.revokeApiKey(key);
  }),
  "change-email": defineCommand(z.strictObject({ from: email, to: email }), ({ control }, { from, to }) => {
    control.changeEmail(from, to);
  }),
  "set-two-factor": defineCommand(
    z.strictObject({ email, enabled: z.boolean() }),
    ({ control }, { email, enabled }) => {
      control.setTwoFactor(email, enabled);
    },
  ),

  "create-organization": defineCommand(
    z.strictObject({ name: organization, as, ...generalSettings }),
    ({ control }, { name, as, ...settings }) => control.createOrganization(name, settings, { as }),
  ),
  "update-organization": defineCommand(
    z.strictObject({ organization, as, ...generalSettings }),
    ({ control }, { organization, as, ...changes }) => control.updateOrganization(organization, changes, { as }),
  ),
  "delete-organization": defineCommand(z.strictObject({ organization, as }), ({ control }, { organization, as }) =>
    control.deleteOrganization(organization, { as }),
  ),
  // The API validates the settings.
  "update-security-settings": defineCommand(
    z.looseObject({ organization, as }),
    ({ control }, { organization, as, ...changes }) => control.updateSecuritySettings(organization, changes, { as }),
  ),
  "update-billing-settings": defineCommand(
    z.looseObject({ organization, as }),
    ({ control }, { organization, as, ...changes }) => control.updateBillingSettings(organization, changes, { as }),
  ),
  "transfer-ownership": defineCommand(membership.extend({ as }), ({ control }, { email, organization, as }) =>
    control.transferOwnership(email, organization, { as }),
  ),

  invite: defineCommand(
    membership.extend({ role, as, group: z.string().optional() }),
    ({ control }, { email, organization, role, as, group }) => control.invite(email, organization, role, { as, group }),
  ),
  "add-group": defineCommand(
    z.strictObject({ name, organization, description }),
    ({ control }, { name, organization, description }) => ({
      id: control.addGroup(name, organization, description),
    }),
  ),
  "update-group": defineCommand(
    group.extend({ name: name.optional(), description, as }),
    ({ control }, { group, organization, as, ...changes }) =>
      control.access.updateGroup(group, organization, changes, { as }),
  ),
  "delete-group": defineCommand(group.extend({ as }), ({ control }, { group, organization, as }) =>
    control.access.deleteGroup(group, organization, { as }),
  ),
  "add-group-member": defineCommand(group.extend({ email, as }), ({ control }, { email, group, organization, as }) =>
    control.access.addGroupMember(email, group, organization, { as }),
  ),
  "remove-group-member": defineCommand(group.extend({ email, as }), ({ control }, { email, group, organization, as }) =>
    control.access.removeGroupMember(email, group, organization, { as }),
  ),
  "add-project": defineCommand(
    z.strictObject({ name, organization, ...objectDetails }),
    ({ control }, { name, organization, ...details }) => ({
      id: control.access.addProject(name, organization, details),
    }),
  ),
  "update-project": defineCommand(
    project.extend({ ...objectChanges, as }),
    ({ control }, { project, organization, as, ...changes }) =>
      control.access.updateProject(project, organization, changes, { as }),
  ),
  "delete-project": defineCommand(project.extend({ as }), ({ control }, { project, organization, as }) =>
    control.access.deleteProject(project, organization, { as }),
  ),
  "add-cohort": defineCommand(
    project.extend({ name, ...objectDetails }),
    ({ control }, { name, project, organization, ...details }) => ({
      id: control.access.addCohort(name, project, organization, details),
    }),
  ),
  "update-cohort": defineCommand(
    cohort.extend({ ...objectChanges, as }),
    ({ control }, { cohort, project, organization, as, ...changes }) =>
      control.access.updateCohort(cohort, project, organization, changes, { as }),
  ),
  "delete-cohort": defineCommand(cohort.extend({ as }), ({ control }, { cohort, project, organization, as }) =>
    control.access.deleteCohort(cohort, project, organization, { as }),
  ),
  "grant-access": defineCommand(grant, ({ control }, { organization, as, ...grant }) =>
    control.access.grantAccess(grant, organization, { as }),
  ),
  "revoke-access": defineCommand(grant, ({ control }, { organization, as, ...grant }) =>
    control.access.revokeAccess(grant, organization, { as }),
  ),
  "set-runtimes": defineCommand(
    project.extend({ runtimes: count }),
    ({ control }, { project, organization, runtimes }) => {
      control.access.setRuntimes(project, organization, runtimes);
    },
  ),
  "set-devices": defineCommand(
    cohort.extend({ devices: count }),
    ({ control }, { cohort, project, organization, devices }) => {
      control.access.setDevices(cohort, project, organization, devices);
    },
  ),
  "add-device": defineCommand(
    z.strictObject({
      organization,
      identifier: z.string().min(1),
      name: z.string().optional(),
      status: z.enum(deviceStatuses).optional(),
      tags: z.array(z.string()).optional(),
      last_seen_at: moment.optional(),
      cohort: z.strictObject({ project: z.string(), cohort: z.string() }).optional(),
    }),
    ({ control }, { organization, identifier, ...properties }) => ({
      id: control.access.addDevice(organization, identifier, properties),
    }),
  ),
  "set-default-cohort": defineCommand(cohort, ({ control }, { cohort, project, organization }) => {
    control.access.setDefaultCohort(cohort, project, organization);
  }),
  "set-tunnel-policy": defineCommand(
    z.strictObject({ organization, policy: tunnelPolicySchema.strict() }),
    ({ control }, { organization, policy }) => {
      control.access.setTunnelPolicy(organization, policy);
    },
  ),
  "set-cohort-tunnel-policy": defineCommand(
    cohort.extend({ policy: tunnelPolicySchema.strict() }),
    ({ control }, { cohort, project, organization, policy }) => {
      control.access.setCohortTunnelPolicy(cohort, project, organization, policy);
    },
  ),
  "email-delivery": defineCommand(z.strictObject({ enabled: z.boolean() }), ({ control }, { enabled }) => {
    control.setEmailDelivery(enabled);
  }),
  accept: defineCommand(membership, ({ control }, { email, organization }) => {
    control.accept(email, organization);
  }),
  revoke: defineCommand(membership.extend({ as }), ({ control }, { email, organization, as }) =>
    control.revoke(email, organization, { as }),
  ),
  "add-member": defineCommand(membership.extend({ role }), ({ control }, { email, organization, role }) => {
    control.addMember(email, organization, role);
  }),
  "set-role": defineCommand(membership.extend({ role, as }), ({ control }, { email, organization, role, as }) =>
    control.setRole(email, organization, role, { as }),
  ),
  "remove-member": defineCommand(membership.extend({ as }), ({ control }, { email, organization, as }) =>
    control.removeMember(email, organization, { as }),
  ),
  leave: defineCommand(membership, ({ control }, { email, organization }) => {
    control.leave(email, organization);
  }),
  "set-last-active": defineCommand(membership.extend({ at: moment }), ({ control }, { email, organization, at }) => {
    control.setLastActive(email, organization, at);
  }),
  "set-api-token": defineCommand(
    z.strictObject({ token, organization, expires_at: moment.optional(), last_used_at: moment.optional() }),
    ({ control }, { token, organization, ...times }) => {
      control.tokens.setApiToken(token, organization, times);
    },
  ),
  "consume-claim-token": defineCommand(
    z.strictObject({ token, organization, device_id: z.uuid().optional() }),
    ({ control }, { token, organization, ...device }) => {
      control.tokens.consumeClaimToken(token, organization, device);
    },
  ),
  "set-belongings": defineCommand(
    belongingsChange.extend({ organization }),
    ({ control }, { organization, ...belongings }) => {
      control.setBelongings(organization, belongings);
    },
  ),
  "set-limits": defineCommand(
    z.strictObject({ organization, limits: limitsChange }),
    ({ control }, { organization, limits }) => {
      control.setLimits(organization, limits);
    },
  ),
  "set-plan": defineCommand(
    z.strictObject({ organization, plan: z.enum(tiers) }),
    ({ control }, { organization, plan }) => {
      control.setPlan(organization, plan);
    },
  ),

  advance: defineCommand(z.strictObject({ seconds: z.number().nonnegative() }), ({ control }, { seconds }) => {
    control.advance(seconds);
  }),
  latency: defineCommand(z.strictObject({ milliseconds: z.int().nonnegative() }), ({ control }, { milliseconds }) => {
    control.setLatency(milliseconds);
  }),
  "rate-limit": defineCommand(
    z.strictObject({ per_second: z.int().positive().nullable(), retry_after: z.int().nonnegative().optional() }),
    ({ control }, { per_second, retry_after }) => {
      control.setRateLimit(per_second === null ? null : { perSecond: per_second, retryAfter: retry_after });
    },
  ),
  hold: defineCommand(selectionSchema, ({ control }, selection) => {
    control.hold(selection);
  }),
  release: defineCommand(z.strictObject({}), ({ control }) => {
    control.release();
  }),
  faults: defineCommand(faultSchema, ({ control }, rule) => {
    control.fault(rule);
  }),
  reset: defineCommand(z.strictObject({}), (emulator) => {
    emulator.reset();
  }),
  restore: defineCommand(z.unknown(), (emulator, snapshot) => {
    emulator.restore(snapshot);
  }),
} satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;
export type CommandBody<Name extends CommandName> = z.input<(typeof commands)[Name]["body"]>;

const requestFilter = z.strictObject({
  method: z.string().optional(),
  operation: z.string().optional(),
  path: z.string().optional(),
  status: z.coerce.number().optional(),
  last: z.coerce.number().int().positive().optional(),
});

const readers: Readonly<Record<string, (emulator: Emulator, query: Record<string, string>) => unknown>> = {
  overview: (emulator) => readOverview(emulator),
  snapshot: (emulator) => emulator.snapshot(),
  requests: (emulator, query) => emulator.requests(requestFilter.parse(query)),
  counters: ({ traffic }) => traffic.log.countRequests(),
  faults: ({ traffic }) => traffic.faults.list(),
};

const erasers: Readonly<Record<string, (emulator: Emulator) => void>> = {
  requests: ({ traffic }) => {
    traffic.log.clear();
  },
  faults: ({ control }) => {
    control.clearFaults();
  },
};

/** Serves the control plane over HTTP. Its errors are `{"error": "…"}`, unlike those of both APIs. */
export async function handleControl(emulator: Emulator, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const name = pathname.split("/").slice(2).join("/");
  try {
    return await dispatch(emulator, request, name, Object.fromEntries(searchParams));
  } catch (error) {
    if (error instanceof ControlError) return createJsonResponse(error.status, { error: error.message });
    if (error instanceof ZodError) return createJsonResponse(400, { error: z.prettifyError(error) });
    throw error;
  }
}

async function dispatch(
  emulator: Emulator,
  request: Request,
  name: string,
  query: Record<string, string>,
): Promise<Response> {
  if (request.method === "GET") {
    const read = getEntry(readers, name);
    if (read !== undefined) return createJsonResponse(200, read(emulator, query));
  }
  if (request.method === "DELETE") {
    const erase = getEntry(erasers, name);
    if (erase !== undefined) {
      erase(emulator);
      return new Response(null, { status: 204 });
    }
  }
  if (request.method === "POST") {
    const command = getEntry(commands, name);
    if (command !== undefined) {
      const result = await command.run(emulator, parseBody(await request.text()));
      return result === undefined ? new Response(null, { status: 204 }) : createJsonResponse(200, result);
    }
  }
  const allowedMethods = Object.entries({ GET: readers, DELETE: erasers, POST: commands }).flatMap(([method, table]) =>
    Object.hasOwn(table, name) ? [method] : [],
  );
  if (allowedMethods.length > 0) return rejectMethod(allowedMethods);
  throw new ControlError(
    404,
    `There is no ${request.method} /_emulator/${name}. Use GET ${Object.keys(readers).join(", ")}; ` +
      `DELETE ${Object.keys(erasers).join(", ")}; POST ${Object.keys(commands).join(", ")}.`,
  );
}

function getEntry<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ControlError(400, `The body is not JSON: ${cause instanceof Error ? cause.message : "unreadable"}.`);
  }
}
