import { z } from "zod";
import type { Emulator } from "../emulator";
import { belongingsChange, limitsChange, roles } from "../state";
import { faultSchema } from "../traffic/faults";
import { selectionSchema } from "../traffic/selection";

/** Something that a `POST /_emulator/<name>` does. */
interface Command<Body extends z.ZodType = z.ZodType> {
  readonly body: Body;
  /** Does it, if what is given fits the body. */
  readonly run: (emulator: Emulator, given: unknown) => unknown;
}

function command<Body extends z.ZodType>(
  body: Body,
  act: (emulator: Emulator, body: z.output<Body>) => unknown,
): Command<Body> {
  return { body, run: (emulator, given) => act(emulator, body.parse(given ?? {})) };
}

const email = z.email();
const organization = z.string().min(1);
const role = z.enum(roles);
const as = email.optional();
const general = {
  display_name: z.string().optional(),
  description: z.string().nullable().optional(),
  contact_email: z.string().nullable().optional(),
};
const person = z.strictObject({ email, organization });

/** Every change of the control plane over HTTP, by its name in the path. */
export const commands = {
  "add-user": command(
    z.strictObject({
      email,
      name: z.string().optional(),
      username: z.string().optional(),
      two_factor_enabled: z.boolean().optional(),
    }),
    ({ control }, { email, ...details }) => control.addUser(email, details),
  ),
  "add-api-key": command(
    z.strictObject({ email, organization: organization.optional(), key: z.string().min(8).optional() }),
    ({ control }, { email, ...details }) => ({ api_key: control.addApiKey(email, details) }),
  ),
  "revoke-api-key": command(z.strictObject({ key: z.string() }), ({ control }, { key }) => {
    control.revokeApiKey(key);
  }),
  "change-email": command(z.strictObject({ from: email, to: email }), ({ control }, { from, to }) => {
    control.changeEmail(from, to);
  }),
  "set-two-factor": command(z.strictObject({ email, enabled: z.boolean() }), ({ control }, { email, enabled }) => {
    control.setTwoFactor(email, enabled);
  }),

  "create-organization": command(
    z.strictObject({ name: organization, as, ...general }),
    ({ control }, { name, ...settings }) => control.createOrganization(name, settings),
  ),
  "update-organization": command(
    z.strictObject({ organization, as, ...general }),
    ({ control }, { organization, as, ...changes }) => control.updateOrganization(organization, changes, { as }),
  ),
  "delete-organization": command(z.strictObject({ organization, as }), ({ control }, { organization, as }) =>
    control.deleteOrganization(organization, { as }),
  ),
  // The contract checks the settings themselves.
  "update-security-settings": command(
    z.looseObject({ organization, as }),
    ({ control }, { organization, as, ...changes }) => control.updateSecuritySettings(organization, changes, { as }),
  ),
  "update-billing-settings": command(
    z.looseObject({ organization, as }),
    ({ control }, { organization, as, ...changes }) => control.updateBillingSettings(organization, changes, { as }),
  ),
  "transfer-ownership": command(person.extend({ as }), ({ control }, { email, organization, as }) =>
    control.transferOwnership(email, organization, { as }),
  ),

  invite: command(
    person.extend({ role, as, group: z.string().optional() }),
    ({ control }, { email, organization, role, as, group }) => control.invite(email, organization, role, { as, group }),
  ),
  "add-group": command(
    z.strictObject({ name: z.string().min(1), organization }),
    ({ control }, { name, organization }) => ({
      id: control.addGroup(name, organization),
    }),
  ),
  "email-delivery": command(z.strictObject({ enabled: z.boolean() }), ({ control }, { enabled }) => {
    control.setEmailDelivery(enabled);
  }),
  accept: command(person, ({ control }, { email, organization }) => {
    control.accept(email, organization);
  }),
  revoke: command(person.extend({ as }), ({ control }, { email, organization, as }) =>
    control.revoke(email, organization, { as }),
  ),
  "add-member": command(person.extend({ role }), ({ control }, { email, organization, role }) => {
    control.addMember(email, organization, role);
  }),
  "set-role": command(person.extend({ role, as }), ({ control }, { email, organization, role, as }) =>
    control.setRole(email, organization, role, { as }),
  ),
  "remove-member": command(person.extend({ as }), ({ control }, { email, organization, as }) =>
    control.removeMember(email, organization, { as }),
  ),
  leave: command(person, ({ control }, { email, organization }) => {
    control.leave(email, organization);
  }),
  "set-last-active": command(
    person.extend({ at: z.iso.datetime().nullable() }),
    ({ control }, { email, organization, at }) => {
      control.setLastActive(email, organization, at);
    },
  ),
  "set-belongings": command(
    belongingsChange.extend({ organization }),
    ({ control }, { organization, ...belongings }) => {
      control.setBelongings(organization, belongings);
    },
  ),
  "set-limits": command(
    z.strictObject({ organization, limits: limitsChange }),
    ({ control }, { organization, limits }) => {
      control.setLimits(organization, limits);
    },
  ),

  advance: command(z.strictObject({ seconds: z.number().nonnegative() }), ({ control }, { seconds }) => {
    control.advance(seconds);
  }),
  latency: command(z.strictObject({ milliseconds: z.int().nonnegative() }), ({ control }, { milliseconds }) => {
    control.setLatency(milliseconds);
  }),
  "rate-limit": command(
    z.strictObject({ per_second: z.int().positive().nullable(), retry_after: z.int().nonnegative().optional() }),
    ({ control }, { per_second, retry_after }) => {
      control.setRateLimit(per_second === null ? null : { perSecond: per_second, retryAfter: retry_after });
    },
  ),
  hold: command(selectionSchema, ({ control }, selection) => {
    control.hold(selection);
  }),
  release: command(z.strictObject({}), ({ control }) => {
    control.release();
  }),
  faults: command(faultSchema, ({ control }, rule) => {
    control.fault(rule);
  }),
  reset: command(z.strictObject({}), (emulator) => {
    emulator.reset();
  }),
  restore: command(z.unknown(), (emulator, snapshot) => {
    emulator.restore(snapshot);
  }),
} satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;
export type CommandBody<Name extends CommandName> = z.input<(typeof commands)[Name]["body"]>;
