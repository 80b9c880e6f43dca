import type { Remedied } from "#testing";

/** A layout without mistakes. */
export const layout = `defaults:
  contactEmail: fleet@acme.example
  security: { requireTwoFactor: true, sessionTimeout: 8h }
organizations:
  acme-dev:
    displayName: Acme development
  acme-production:
    roster: { maxRemovals: 25% }
    owner: ada@acme.example
    security: { ipAllowlist: [203.0.113.0/24] }
teams:
  firmware: [bob@acme.example, carl@acme.example]
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  firmware: { acme-dev: developer }
  dora@partner.example: { acme-production: { role: viewer, until: 2027-06-30 } }
`;

const dev = 'organizations["acme-dev"]';
const production = 'organizations["acme-production"]';
const dora = 'people["dora@partner.example"]';
const doraEntry = "dora@partner.example: { acme-production: { role: viewer, until: 2027-06-30 } }";

/** The mistakes in layouts. */
export const layoutMistakes: readonly Remedied[] = [
  {
    mistake: "a duration in words",
    slip: ["8h", "8 hours"],
    says: ["defaults.security.sessionTimeout", "must be a duration", "such as 8h"],
    edit: ["8 hours", "8h"],
  },
  {
    mistake: "seconds, as in Terraform",
    slip: ["8h", "28800"],
    says: ["defaults.security.sessionTimeout", "must be a duration", "such as 8h, 90m"],
    edit: ["28800", "480m"],
  },
  {
    mistake: "a duration in months",
    slip: ["8h", "90d"],
    says: ["defaults.security.sessionTimeout", "must be", "between 5m and 30d"],
    edit: ["90d", "30d"],
  },
  {
    mistake: "true in quotes",
    slip: ["requireTwoFactor: true", 'requireTwoFactor: "true"'],
    says: ["defaults.security.requireTwoFactor", "must be true or false", "write true, without quotes"],
    edit: ['"true"', "true"],
  },
  {
    mistake: "on, as in older YAML",
    slip: ["requireTwoFactor: true", "requireTwoFactor: on"],
    says: ["defaults.security.requireTwoFactor", "must be true or false", "write true, because on is a text in YAML"],
    edit: ["requireTwoFactor: on", "requireTwoFactor: true"],
  },
  {
    mistake: "a key in snake case, as in Terraform",
    slip: ["requireTwoFactor", "require_two_factor"],
    says: ["defaults.security.require_two_factor", "is not a key here", "did you mean requireTwoFactor?"],
    edit: ["require_two_factor", "requireTwoFactor"],
  },
  {
    mistake: "a key in kebab case",
    slip: ["displayName", "display-name"],
    says: [`${dev}["display-name"]`, "is not a key here", "did you mean displayName?"],
    edit: ["display-name", "displayName"],
  },
  {
    mistake: "a security setting one level too high",
    slip: ["security: { ipAllowlist: [203.0.113.0/24] }", "ipAllowlist: [203.0.113.0/24]"],
    says: [`${production}.ipAllowlist`, "is not a key here", "move it into `security`"],
    edit: ["ipAllowlist: [203.0.113.0/24]", "security: { ipAllowlist: [203.0.113.0/24] }"],
  },
  {
    mistake: "teams in an organization",
    slip: ["displayName: Acme development", "teams: { lab: [bob@acme.example] }"],
    says: [`${dev}.teams`, "is not a key here", "move it to the top level of the file"],
    edit: ["    teams: { lab: [bob@acme.example] }\n", ""],
  },
  {
    mistake: "one block in the place of a list",
    slip: ["ipAllowlist: [203.0.113.0/24]", "ipAllowlist: 203.0.113.0/24"],
    says: [`${production}.security.ipAllowlist`, "must be a list", "write `[203.0.113.0/24]`"],
    edit: ["203.0.113.0/24", "[203.0.113.0/24]"],
  },
  {
    mistake: "several blocks in one text",
    slip: ["ipAllowlist: [203.0.113.0/24]", 'ipAllowlist: "203.0.113.0/24, 198.51.100.0/24"'],
    says: [`${production}.security.ipAllowlist`, "must be a list", "write `[203.0.113.0/24, 198.51.100.0/24]`"],
    edit: ['"203.0.113.0/24, 198.51.100.0/24"', "[203.0.113.0/24, 198.51.100.0/24]"],
  },
  {
    mistake: "an address without a prefix length",
    slip: ["[203.0.113.0/24]", "[203.0.113.7]"],
    says: [`${production}.security.ipAllowlist[0]`, "is not a CIDR block", "203.0.113.7/32 for this one address"],
    edit: ["203.0.113.7", "203.0.113.7/32"],
  },
  {
    mistake: "an address of a host with the length of its network",
    slip: ["[203.0.113.0/24]", "[203.0.113.7/24]"],
    says: [`${production}.security.ipAllowlist[0]`, "has host bits set", "write 203.0.113.0/24 for the block"],
    edit: ["203.0.113.7/24", "203.0.113.0/24"],
  },
  {
    mistake: "a network mask",
    slip: ["[203.0.113.0/24]", "[203.0.113.0/255.255.255.0]"],
    says: [`${production}.security.ipAllowlist[0]`, "is not a CIDR block", "write a block such as 203.0.113.0/24"],
    edit: ["203.0.113.0/255.255.255.0", "203.0.113.0/24"],
  },
  {
    mistake: "a block as in AWS",
    slip: ["[203.0.113.0/24]", "[{ cidr_block: 203.0.113.0/24 }]"],
    says: [`${production}.security.ipAllowlist[0].cidr_block`, "is not a key here", "did you mean cidr?"],
    edit: ["cidr_block", "cidr"],
  },
  {
    mistake: "two blocks that overlap",
    slip: ["[203.0.113.0/24]", "[203.0.113.0/24, 203.0.113.128/25]"],
    says: [`${production}.security.ipAllowlist[1]`, "overlaps 203.0.113.0/24", "keep only one of the two"],
    edit: [", 203.0.113.128/25", ""],
  },
  {
    mistake: "a role in another case",
    slip: ["role: viewer", "role: Viewer"],
    says: [`${dora}["acme-production"].role`, "must be one of", "did you mean viewer?"],
    edit: ["role: Viewer", "role: viewer"],
  },
  {
    mistake: "a role of GitHub",
    slip: ["acme-dev: developer", "acme-dev: maintain"],
    says: ['people.firmware["acme-dev"]', "must be one of", "manager, developer"],
    edit: ["maintain", "manager"],
  },
  {
    mistake: "a list of roles",
    slip: ["acme-dev: developer", "acme-dev: [developer]"],
    says: ['people.firmware["acme-dev"]', "must be one of", "did you mean developer?"],
    edit: ["[developer]", "developer"],
  },
  {
    mistake: "a role without a value",
    slip: ["role: viewer", "role: "],
    says: [
      `${dora}["acme-production"].role`,
      "has no value",
      "set one of owner, admin, manager, developer, member, viewer",
    ],
    edit: ["role: ,", "role: viewer,"],
  },
  {
    mistake: "a person with a role, but without an organization",
    slip: [doraEntry, "dora@partner.example: viewer"],
    says: [dora, "must be a map of roles", "such as `{ acme-dev: viewer }`"],
    edit: ["dora@partner.example: viewer", "dora@partner.example: { acme-dev: viewer }"],
  },
  {
    mistake: "a role beside the organizations",
    slip: [doraEntry, "dora@partner.example: { role: viewer }"],
    says: [`${dora}.role`, "applies to one organization", "such as `acme-dev: viewer`"],
    edit: ["{ role: viewer }", "{ acme-dev: viewer }"],
  },
  {
    mistake: "organizations one level too deep",
    slip: [doraEntry, "dora@partner.example: { organizations: { acme-production: viewer } }"],
    says: [`${dora}.organizations`, "is not a key of a person's entry", "such as `acme-production: viewer`"],
    edit: ["{ organizations: { acme-production: viewer } }", "{ acme-production: viewer }"],
  },
  {
    mistake: "a misspelled organization",
    slip: ["firmware: { acme-dev:", "firmware: { acme_dev:"],
    says: ["people.firmware.acme_dev", "is not an organization in the layout", "did you mean acme-dev?"],
    edit: ["acme_dev", "acme-dev"],
  },
  {
    mistake: "a misspelled team",
    slip: ["firmware: { acme-dev", "firmwares: { acme-dev"],
    says: ["people.firmwares", "is neither an e-mail address nor a team", "did you mean firmware?"],
    edit: ["firmwares", "firmware"],
  },
  {
    mistake: "a team as an object, as in GitHub",
    slip: ["[bob@acme.example, carl@acme.example]", "{ members: [bob@acme.example] }"],
    says: ["teams.firmware", "must be a list", "put the entries in brackets"],
    edit: ["{ members: [bob@acme.example] }\npeople", "[bob@acme.example]\npeople"],
  },
  {
    mistake: "a team without a value",
    slip: [" [bob@acme.example, carl@acme.example]", ""],
    says: ["teams.firmware", "has no value", "set a value"],
    edit: ["firmware:\n", "firmware: [bob@acme.example]\n"],
  },
  {
    mistake: "a name with an address",
    slip: ["carl@acme.example]", '"Carl <carl@acme.example>"]'],
    says: ["teams.firmware[1]", "must be an e-mail address", "such as ada@acme.example"],
    edit: ['"Carl <carl@acme.example>"', "carl@acme.example"],
  },
  {
    mistake: "a person twice in a team",
    slip: ["carl@acme.example]", "Bob@acme.example]"],
    says: ["teams.firmware[1]", "is already in the team", "keep one of the two"],
    edit: [", Bob@acme.example", ""],
  },
  {
    mistake: "a person with two entries",
    slip: [doraEntry, `${doraEntry}\n  Dora@partner.example: { acme-dev: viewer }`],
    says: ['people["Dora@partner.example"]', "is the same person as dora@partner.example", "merge the two entries"],
    edit: ["2027-06-30 } }\n  Dora@partner.example: { acme-dev: viewer }", "2027-06-30 }, acme-dev: viewer }"],
  },
  {
    mistake: "a German date",
    slip: ["2027-06-30", "30.06.2027"],
    says: [`${dora}["acme-production"].until`, "must be a date", "such as 2027-01-31"],
    edit: ["30.06.2027", "2027-06-30"],
  },
  {
    mistake: "a day that does not exist",
    slip: ["2027-06-30", "2027-06-31"],
    says: [`${dora}["acme-production"].until`, "a day that does not exist", "correct the date"],
    edit: ["2027-06-31", "2027-06-30"],
  },
  {
    mistake: "an end under another name",
    slip: ["until:", "expires:"],
    says: [`${dora}["acme-production"].expires`, "is not a key here", "use one of role, until"],
    edit: ["expires:", "until:"],
  },
  {
    mistake: "a fraction in the place of a percentage",
    slip: ["25%", "0.25"],
    says: [`${production}.roster.maxRemovals`, "must be a number from 0 to 9999", 'such as "25%"'],
    edit: ["0.25", '"25%"'],
  },
  {
    mistake: "one pattern in the place of a list",
    slip: ["maxRemovals: 25%", 'ignore: "*@partner.example"'],
    says: [`${production}.roster.ignore`, "must be a list", 'write `["*@partner.example"]`'],
    edit: ['ignore: "*@partner.example"', 'ignore: ["*@contractor.example"]'],
  },
  {
    mistake: "an owner who is no admin",
    slip: ["owner: ada@acme.example", "owner: dora@partner.example"],
    says: [`${production}.owner`, "must be an admin of acme-production", "give dora@partner.example the role admin"],
    edit: ["role: viewer", "role: admin"],
  },
  {
    mistake: "an owner by name",
    slip: ["owner: ada@acme.example", "owner: Ada"],
    says: [`${production}.owner`, "must be an e-mail address", "such as ada@acme.example"],
    edit: ["owner: Ada", "owner: ada@acme.example"],
  },
  {
    mistake: "an organization without an admin",
    slip: ["acme-production: admin", "acme-production: manager"],
    says: [production, "has no admin", "give a person the role admin, under `people`"],
    edit: ["acme-production: manager", "acme-production: admin"],
  },
  {
    mistake: "a number of days with a unit",
    slip: ["ipAllowlist: [203.0.113.0/24]", "apiKeyRotation: { maxAgeDays: 90d }"],
    says: [`${production}.security.apiKeyRotation.maxAgeDays`, "must be a", "whole number of days"],
    edit: ["90d", "90"],
  },
  {
    mistake: "a number in the place of an object",
    slip: ["ipAllowlist: [203.0.113.0/24]", "apiKeyRotation: 90"],
    says: [`${production}.security.apiKeyRotation`, "must be an object", "such as `maxAgeDays: …`"],
    edit: ["apiKeyRotation: 90", "apiKeyRotation: { maxAgeDays: 90 }"],
  },
  {
    mistake: "a required key under another name",
    slip: ["ipAllowlist: [203.0.113.0/24]", "apiKeyRotation: { maxAge: 90 }"],
    says: [`${production}.security.apiKeyRotation.maxAge`, "is not a key here", "did you mean maxAgeDays?"],
    edit: ["maxAge:", "maxAgeDays:"],
  },
  {
    mistake: "a payment method in one word",
    slip: ["owner: ada@acme.example", "billing: { paymentMethod: creditcard }"],
    says: [`${production}.billing.paymentMethod`, "must be one of credit_card, invoice", "did you mean credit_card?"],
    edit: ["creditcard", "credit_card"],
  },
  {
    mistake: "a year as a display name",
    slip: ["Acme development", "2027"],
    says: [`${dev}.displayName`, "must be a string", 'write "2027", in quotes'],
    edit: ["displayName: 2027", 'displayName: "2027"'],
  },
  {
    mistake: "a list of organizations",
    slip: [
      "  acme-dev:\n    displayName: Acme development\n  acme-production:\n    roster: { maxRemovals: 25% }\n    owner: ada@acme.example\n    security: { ipAllowlist: [203.0.113.0/24] }\n",
      "  - acme-dev\n  - acme-production\n",
    ],
    says: ["organizations", "must be a map", "write each name as a key (`name:`)"],
    edit: ["  - acme-dev\n  - acme-production\n", "  acme-dev:\n  acme-production:\n"],
  },
  {
    mistake: "members in the place of people",
    slip: ["people:\n", "members:\n"],
    says: [
      "members",
      "is not a key here",
      "use one of $schema, requires, defaults, organizations, connections, teams, people",
    ],
    edit: ["\nmembers:\n", "\npeople:\n"],
  },
  {
    mistake: "no space after a colon",
    slip: ["    displayName: Acme development\n", "    displayName:Acme development\n"],
    says: [dev, "must be an object", "write `displayName: Acme development`, with a space after the colon"],
    edit: ["displayName:Acme", "displayName: Acme"],
  },
  {
    mistake: "a key without a colon",
    slip: ["  acme-dev:\n", "  acme-dev\n"],
    says: ["layout.yaml:5:3: the layout", "has a key here without a colon", "write `name:`"],
    edit: ["  acme-dev\n", "  acme-dev:\n"],
  },
  {
    mistake: "a colon in a text",
    slip: ["Acme development", "Acme: development"],
    says: ["layout.yaml:6:18: the layout", "has a second colon in this line", "put the text of this value in quotes"],
    edit: ["Acme: development", '"Acme: development"'],
  },
  {
    mistake: "a text without its closing quote",
    slip: ["Acme development", '"Acme development'],
    says: ["layout.yaml:6:18: the layout", "has a text here without its closing quote", 'add " at its end'],
    edit: ['"Acme development', '"Acme development"'],
  },
  {
    mistake: "a map without its closing brace",
    slip: ["acme-production: admin }", "acme-production: admin"],
    says: ["layout.yaml:15:3: the layout", "has no `}` before this place", "add `}`"],
    edit: ["acme-production: admin\n", "acme-production: admin }\n"],
  },
  {
    mistake: "a key in another column",
    slip: ["    owner:", "   owner:"],
    says: ["layout.yaml:9:1: the layout", "is indented differently", "begin all keys of a map in the same column"],
    edit: ["   owner:", "    owner:"],
  },
  {
    mistake: "a tab",
    slip: ["    displayName", "\tdisplayName"],
    says: ["layout.yaml:6:1: the layout", "is indented with a tab here", "use spaces"],
    edit: ["\tdisplayName", "    displayName"],
  },
  {
    mistake: "a text that begins with an at sign",
    slip: ["Acme development", "@acme"],
    says: ["layout.yaml:6:18: the layout", "has a value here that begins with `@`", "put the value in quotes"],
    edit: ["displayName: @acme", 'displayName: "@acme"'],
  },
  {
    mistake: "a template of Ansible",
    slip: ["fleet@acme.example", "{{ contact }}"],
    says: ["layout.yaml:2:18: the layout", "has a template", "write the value"],
    edit: ["{{ contact }}", "fleet@acme.example"],
  },
  {
    mistake: "a tag of another tool",
    slip: ["fleet@acme.example", "!env fleet@acme.example"],
    says: ["layout.yaml:2:17: the layout", "has a tag here that layouts do not support", "remove the tag"],
    edit: ["!env ", ""],
  },
];

/** A layout for Avocado Connect without mistakes. */
export const connectLayout = `organizations:
  acme-dev:
    groups: { field: { members: [bob@acme.example] } }
    projects: { app: { everyoneEnabled: false, access: { groups: [field] } } }
people:
  ada@acme.example: { acme-dev: admin }
  bob@acme.example: { acme-dev: member }
`;

/** The mistakes in layouts for Avocado Connect. */
export const connectMistakes: readonly Remedied[] = [
  {
    mistake: "a role of the other API",
    slip: ["acme-dev: member", "acme-dev: viewer"],
    says: ['people["bob@acme.example"]["acme-dev"]', "Avocado Connect has no role viewer", "use `member`"],
    edit: ["acme-dev: viewer", "acme-dev: member"],
  },
  {
    mistake: "a setting of the other API",
    slip: ["    groups:", "    security: { requireTwoFactor: true }\n    groups:"],
    says: [
      `${dev}.security`,
      "Avocado Connect cannot manage security settings",
      "remove the SecurityPolicy (in a layout, `security`)",
    ],
    edit: ["    security: { requireTwoFactor: true }\n", ""],
  },
  {
    mistake: "one member in the place of a list",
    slip: ["[bob@acme.example]", "bob@acme.example"],
    says: [`${dev}.groups.field.members`, "must be a list", "write `[bob@acme.example]`"],
    edit: ["members: bob@acme.example", "members: [bob@acme.example]"],
  },
  {
    mistake: "a group with a person of no role",
    slip: ["[bob@acme.example]", "[zoe@acme.example]"],
    says: [`${dev}.groups.field.members[0]`, "has no role in acme-dev", "give this person a role under `people`"],
    edit: ["people:\n", "people:\n  zoe@acme.example: { acme-dev: member }\n"],
  },
  {
    mistake: "people in the access of a project",
    slip: ["{ groups: [field] }", "{ people: [bob@acme.example] }"],
    says: [`${dev}.projects.app.access.people`, "is not a key here", "use one of users, groups"],
    edit: ["{ people:", "{ users:"],
  },
  {
    mistake: "a misspelled group of a project",
    slip: ["groups: [field]", "groups: [feild]"],
    says: [`${dev}.projects.app.access.groups[0]`, "is not a group of acme-dev", "correct the name"],
    edit: ["feild", "field"],
  },
  {
    mistake: "no, as in older YAML",
    slip: ["everyoneEnabled: false", "everyoneEnabled: no"],
    says: [`${dev}.projects.app.everyoneEnabled`, "must be true or false", "write false, because no is a text in YAML"],
    edit: ["everyoneEnabled: no", "everyoneEnabled: false"],
  },
  {
    mistake: "a list of projects",
    slip: ["{ app: { everyoneEnabled: false, access: { groups: [field] } } }", "[app]"],
    says: [`${dev}.projects`, "must be a map", "write each name as a key (`name:`)"],
    edit: ["[app]", "{ app: { everyoneEnabled: true } }"],
  },
];
