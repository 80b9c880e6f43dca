import { Emulator, type Seed, serve, type Server, applySeed } from "#emulator";

export const seed: Seed = {
  users: {
    "ada@acme.example": { name: "Ada Lovelace", two_factor_enabled: true },
    "bob@acme.example": { name: "Bob", two_factor_enabled: true },
    "dora@acme.example": { name: "Dora", two_factor_enabled: true },
    "eve@acme.example": { name: "Eve" },
    "frank@partner.example": { name: "Frank" },
    "grace@acme.example": { name: "Grace Hopper", two_factor_enabled: true },
    "carl@partner.example": { name: "Carl" },
  },
  organizations: {
    "acme-production": {
      display_name: "Acme production",
      members: { "grace@acme.example": "admin", "bob@acme.example": "viewer", "dora@acme.example": "developer" },
      invitations: { "frank@partner.example": "viewer", "carl@partner.example": "viewer" },
      security_settings: {
        two_factor_required: true,
        session_timeout: 28_800,
        api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
        ip_allowlist: [
          { cidr: "203.0.113.0/24", description: "Head office" },
          { cidr: "2001:db8::/32", description: "VPN" },
          // Without this block, the emulator would reject the requests of this machine.
          { cidr: "127.0.0.0/8", description: "This machine" },
        ],
      },
      billing_settings: { payment_method: "invoice", billing_email: "billing@acme.example" },
      belongings: { devices: 120, active_deployments: 2, card_on_file: true },
    },
    "acme-dev": {
      display_name: "Acme development",
      members: {
        "bob@acme.example": "developer",
        "dora@acme.example": "manager",
        "eve@acme.example": "developer",
        "carl@partner.example": "developer",
      },
      belongings: { devices: 3 },
    },
  },
};

/** Starts an emulator with a few people, and with the requests of a Pulumi run in its log. */
export async function startEmulator(): Promise<Server> {
  const emulator = new Emulator({ now: () => new Date("2027-01-15T09:30:00Z") });
  await applySeed(seed, emulator);
  const { control } = emulator;
  control.accept("frank@partner.example", "acme-production");
  control.addGroup("field engineers", "acme-production");
  control.access.addProject("thermostat", "acme-production", { everyone_enabled: false });
  control.access.addCohort("berlin", "thermostat", "acme-production");
  const server = await serve(emulator, { port: 0 });
  const { id, members } = control.getOrganization("acme-production");
  const bob = members[2]?.user_id ?? "";
  const production = `/v2/organizations/${id}`;
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${emulator.apiKey}`, "user-agent": "pulumi-resource-peridio/0.1.0" },
      body: body === undefined ? null : JSON.stringify(body),
    });
  await ask("GET", "/v2/users/me");
  await ask("GET", production);
  await ask("GET", `${production}/members?limit=100`);
  await ask("GET", `${production}/invitations?limit=100`);
  await ask("POST", `${production}/invitations`, { email: "carl@partner.example", role: "viewer" });
  await ask("PATCH", `${production}/security-settings`, { session_timeout: 43_200 });
  await ask("PATCH", `${production}/members/${bob}`, { role: "developer" });
  return server;
}
