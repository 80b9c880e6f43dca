import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z, ZodError } from "zod";
import type { Emulator } from "./emulator";
import { ControlError } from "./control/lookup";
import { belongingsChange, limitsChange, roles, tiers, findUserByEmail } from "./model/state";

const email = z.email();

const role = z.enum([...roles, "owner"]);

const seedSchema = z.strictObject({
  invitation_hours: z.number().positive().optional(),
  users: z
    .record(
      email,
      z.strictObject({
        name: z.string().optional(),
        username: z.string().optional(),
        two_factor_enabled: z.boolean().optional(),
        api_keys: z
          .array(z.strictObject({ key: z.string().min(8).optional(), organization: z.string().optional() }))
          .default([]),
      }),
    )
    .default({}),
  organizations: z
    .record(
      z.string(),
      z.strictObject({
        owner: email.optional(),
        display_name: z.string().optional(),
        description: z.string().optional(),
        contact_email: email.optional(),
        members: z.record(email, role).default({}),
        invitations: z.record(email, role).default({}),
        // The API validates these two.
        security_settings: z.looseObject({}).optional(),
        billing_settings: z.looseObject({}).optional(),
        plan: z.enum(tiers).optional(),
        limits: limitsChange.default({}),
        belongings: belongingsChange.default({}),
      }),
    )
    .default({}),
});

/** The initial users and organizations of an emulator. */
export type Seed = z.input<typeof seedSchema>;

/** Reads a YAML or JSON seed file. Throws an error that names the file and its mistakes. */
export function readSeed(file: string): Seed {
  try {
    return seedSchema.parse(parse(readFileSync(file, "utf8")) ?? {});
  } catch (cause) {
    const reason = cause instanceof ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : "";
    throw new Error(
      `The seed file ${file} cannot be used: ${reason.trimEnd()}. Correct the file, or set --seed to another file.`,
      {
        cause,
      },
    );
  }
}

/** Adds a seed's users and organizations, and makes `reset` restore them. Rejects if a rule of the API forbids one. */
export async function applySeed(seed: Seed, emulator: Emulator): Promise<void> {
  const { control, state } = emulator;
  const { users, organizations, invitation_hours } = seedSchema.parse(seed);
  state.invitation_hours = invitation_hours ?? state.invitation_hours;
  for (const [email, { name, username, two_factor_enabled }] of Object.entries(users)) {
    const user = findUserByEmail(state, email) ?? control.addUser(email);
    user.name = name ?? user.name;
    user.username = username ?? user.username;
    user.two_factor_enabled = two_factor_enabled ?? user.two_factor_enabled;
  }
  for (const [name, organization] of Object.entries(organizations)) {
    const { owner: as, display_name, description, contact_email } = organization;
    await control.createOrganization(name, { display_name, description, contact_email }, { as });
    if (organization.plan !== undefined) control.setPlan(name, organization.plan);
    control.setLimits(name, organization.limits);
    control.setBelongings(name, organization.belongings);
    for (const [email, role] of Object.entries(organization.members)) control.addMember(email, name, role);
    for (const [email, role] of Object.entries(organization.invitations)) await control.invite(email, name, role);
    if (organization.security_settings) await control.updateSecuritySettings(name, organization.security_settings);
    if (organization.billing_settings) await control.updateBillingSettings(name, organization.billing_settings);
  }
  for (const [email, { api_keys }] of Object.entries(users)) {
    for (const [index, key] of api_keys.entries()) {
      try {
        control.addApiKey(email, key);
      } catch (cause) {
        if (!(cause instanceof ControlError)) throw cause;
        throw new Error(`users[${JSON.stringify(email)}].api_keys[${index}]: ${cause.message}`, { cause });
      }
    }
  }
  emulator.saveBaseline();
}
