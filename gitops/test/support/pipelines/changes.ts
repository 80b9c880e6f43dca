import type { Team } from "./team";

/** What pull requests of the team do to its layout. */

/** Makes Bob an admin in production, lets Dora go, and opens production to a network that the rules do not know. */
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

/** Takes the network that the rules do not know for one that they do. */
export function correct({ repository }: Team): void {
  repository.edit("layout.yaml", ["192.0.2.0/24", "198.51.100.0/24"]);
}

/** What applying `promote` and `correct` sends to Peridio, in the order of the alphabet: much of it goes out at once. */
export const promotion = [
  "DELETE remove-a-member",
  'PATCH update-a-member {"role":"admin"}',
  "DELETE remove-a-member",
  'PATCH update-security-settings {"ip_allowlist":[{"cidr":"127.0.0.0/8","description":null},' +
    '{"cidr":"198.51.100.0/24","description":null},{"cidr":"203.0.113.0/24","description":null}]}',
].sort();

/** Makes Bob a manager of acme-dev, which no rule minds, and lets the rules know that he is an admin of production by now. */
export function raiseBob({ repository }: Team): void {
  repository.edit("layout.yaml", ["bob@acme.example: { acme-dev: developer", "bob@acme.example: { acme-dev: manager"]);
  repository.edit("access-rules.yaml", ["[ada@acme.example,", "[ada@acme.example, bob@acme.example,"]);
}

/** Gives Grace a role that there is not. */
export function mistake({ repository }: Team): void {
  repository.edit("layout.yaml", ["grace@acme.example: { acme-dev: admin", "grace@acme.example: { acme-dev: king"]);
}

/** Makes sessions in production shorter, which no rule minds. */
export function shorten({ repository }: Team): void {
  repository.edit("layout.yaml", ["sessionTimeout: 1h", "sessionTimeout: 30m"]);
}

/** Lets Carl's time in acme-dev end today. */
export function endToday({ repository }: Team): void {
  repository.edit("layout.yaml", ["until: 2099-06-30", `until: ${new Date().toISOString().slice(0, 10)}`]);
}
