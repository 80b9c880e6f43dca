import type { Team } from "./team";

/** The changes of the team's pull requests to its layout. */

/** Makes Bob an admin in production, removes Dora, and allows a network in production that breaks a rule. */
export function promote({ repository }: Team): void {
  repository.edit(
    "layout.yaml",
    [
      "bob@acme.example: { acme-dev: developer, acme-production: viewer }",
      "bob@acme.example: { acme-dev: developer, acme-production: admin }",
    ],
    ["  dora@acme.example: { acme-dev: developer, acme-production: viewer }\n", ""],
    ["127.0.0.0/8]", "127.0.0.0/8, 192.0.2.0/24]"],
  );
}

/** Replaces the network that breaks a rule by an allowed one. */
export function correct({ repository }: Team): void {
  repository.edit("layout.yaml", ["192.0.2.0/24", "198.51.100.0/24"]);
}

/** The requests of `promote` and `correct`, sorted, since many of them leave together. */
export const promotion = [
  "DELETE remove-a-member",
  'PATCH update-a-member {"role":"admin"}',
  "DELETE remove-a-member",
  'PATCH update-security-settings {"ip_allowlist":[{"cidr":"127.0.0.0/8","description":null},' +
    '{"cidr":"198.51.100.0/24","description":null},{"cidr":"203.0.113.0/24","description":null}]}',
].sort();

/** Makes Bob a manager of acme-dev, and lets the rules accept him as an admin of production. */
export function raiseBob({ repository }: Team): void {
  repository.edit("layout.yaml", ["bob@acme.example: { acme-dev: developer", "bob@acme.example: { acme-dev: manager"]);
  repository.edit("access-rules.yaml", ["[ada@acme.example,", "[ada@acme.example, bob@acme.example,"]);
}

/** Gives Grace a role that does not exist. */
export function mistake({ repository }: Team): void {
  repository.edit("layout.yaml", ["grace@acme.example: { acme-dev: admin", "grace@acme.example: { acme-dev: king"]);
}

/** Makes sessions in production shorter, which breaks no rule. */
export function shorten({ repository }: Team): void {
  repository.edit("layout.yaml", ["sessionTimeout: 1h", "sessionTimeout: 30m"]);
}

/** Ends Carl's access to acme-dev today. */
export function endToday({ repository }: Team): void {
  repository.edit("layout.yaml", ["until: 2099-06-30", `until: ${new Date().toISOString().slice(0, 10)}`]);
}
