import type { Remedied } from "#testing";

/** Properties of a resource in Pulumi YAML with a mistake. */
export interface MistakenProperties extends Omit<Remedied, "slip"> {
  readonly type: string;
  readonly properties: string;
}

const id = "organizationId: prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

/** The mistakes in properties of resources that both APIs or only the Admin API have. */
export const propertyMistakes: readonly MistakenProperties[] = [
  {
    mistake: "a missing name",
    type: "Organization",
    properties: "displayName: Acme",
    says: ["name", "is", "required"],
    edit: ["displayName: Acme", "{ name: acme-dev, displayName: Acme }"],
  },
  {
    mistake: "a property in snake case, as in Terraform",
    type: "Organization",
    properties: "{ name: acme-dev, display_name: Acme }",
    says: ["display_name", "is not a property of Organization", "did you mean displayName?"],
    edit: ["display_name", "displayName"],
  },
  {
    mistake: "a year as a name",
    type: "Organization",
    properties: "name: 2027",
    says: ["name", "must be a string", "put the value in quotes"],
    edit: ["2027", '"2027"'],
  },
  {
    mistake: "true in quotes",
    type: "Organization",
    properties: '{ name: acme-dev, forceDestroy: "true" }',
    says: ["forceDestroy", "must be true or false", "write true, without quotes"],
    edit: ['"true"', "true"],
  },
  {
    mistake: "a policy in another case",
    type: "Organization",
    properties: "{ name: acme-dev, deletionPolicy: Retain }",
    says: ["deletionPolicy", "must be one of delete, retain", "did you mean retain?"],
    edit: ["Retain", "retain"],
  },
  {
    mistake: "a contact by name",
    type: "Organization",
    properties: "{ name: acme-dev, contactEmail: Fleet }",
    says: ["contactEmail", "must be an e-mail address", "such as ada@acme.example"],
    edit: ["Fleet", "fleet@acme.example"],
  },
  {
    mistake: "an organization by name",
    type: "Membership",
    properties: "{ organizationId: acme-dev, email: bob@acme.example, role: viewer }",
    says: ["organizationId", "must be an organization's id", "Pass the `id` of an Organization"],
    edit: ["organizationId: acme-dev", id],
  },
  {
    mistake: "a required property under another name",
    type: "Membership",
    properties: `{ ${id}, user: bob@acme.example, role: viewer }`,
    says: ["user", "is not a property of Membership", "did you mean email?"],
    edit: ["user:", "email:"],
  },
  {
    mistake: "a role in another case",
    type: "Membership",
    properties: `{ ${id}, email: bob@acme.example, role: Viewer }`,
    says: ["role", "must be one of", "did you mean viewer?"],
    edit: ["Viewer", "viewer"],
  },
  {
    mistake: "the role owner with the Admin API",
    type: "Membership",
    properties: `{ ${id}, email: bob@acme.example, role: owner }`,
    says: ["Admin API has no role `owner`", "use `admin`", "OrganizationOwner"],
    edit: ["role: owner", "role: admin"],
  },
  {
    mistake: "a list of roles",
    type: "Membership",
    properties: `{ ${id}, email: bob@acme.example, role: [viewer] }`,
    says: ["role", "must be one of", "did you mean viewer?"],
    edit: ["[viewer]", "viewer"],
  },
  {
    mistake: "a role of the other API",
    type: "Membership",
    properties: `{ ${id}, email: bob@acme.example, role: member }`,
    says: ["role", "Peridio's Admin API has no role `member`", "use `developer` or `viewer`"],
    edit: ["role: member", "role: viewer"],
  },
  {
    mistake: "a list of people",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: [ada@acme.example] }`,
    says: ["members", "must be a map of roles by e-mail address", 'such as { "ada@acme.example": "admin" }'],
    edit: ["[ada@acme.example]", '{ "ada@acme.example": "admin" }'],
  },
  {
    mistake: "a person by name",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: { ada: admin } }`,
    says: ["members.ada", "must be an e-mail address", "such as ada@acme.example"],
    edit: ["ada:", "ada@acme.example:"],
  },
  {
    mistake: "a person twice",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: { ada@acme.example: admin, Ada@acme.example: viewer } }`,
    says: ['members["Ada@acme.example"]', "is the same address as ada@acme.example", "keep one of the two"],
    edit: [", Ada@acme.example: viewer", ""],
  },
  {
    mistake: "a fraction in the place of a percentage",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: { ada@acme.example: admin }, maxRemovals: 0.25 }`,
    says: ["maxRemovals", "must be a number from 0 to 9999", 'such as "25%"'],
    edit: ["0.25", '"25%"'],
  },
  {
    mistake: "one pattern in the place of a list",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: { ada@acme.example: admin }, ignore: "*@partner.example" }`,
    says: ["ignore", "must be a list", 'write ["*@partner.example"]'],
    edit: ['"*@partner.example"', '["*@partner.example"]'],
  },
  {
    mistake: "no guardrail",
    type: "OrganizationMembers",
    properties: `{ ${id}, members: { ada@acme.example: admin }, minAdmins: 0 }`,
    says: ["minAdmins", "must be", "at least 1"],
    edit: ["minAdmins: 0", "minAdmins: 1"],
  },
  {
    mistake: "a duration without a unit",
    type: "SecurityPolicy",
    properties: `{ ${id}, sessionTimeout: 8 }`,
    says: ["sessionTimeout", "must be a duration", "such as 8h"],
    edit: ["sessionTimeout: 8", "sessionTimeout: 8h"],
  },
  {
    mistake: "one block in the place of a list",
    type: "SecurityPolicy",
    properties: `{ ${id}, ipAllowlist: 203.0.113.0/24 }`,
    says: ["ipAllowlist", "must be a list", 'write ["203.0.113.0/24"]'],
    edit: ["203.0.113.0/24", '["203.0.113.0/24"]'],
  },
  {
    mistake: "a block as in AWS",
    type: "SecurityPolicy",
    properties: `{ ${id}, ipAllowlist: [{ cidr_block: 203.0.113.0/24 }] }`,
    says: ["ipAllowlist[0]", "does not support the property cidr_block", "did you mean cidr?"],
    edit: ["cidr_block", "cidr"],
  },
  {
    mistake: "every address",
    type: "SecurityPolicy",
    properties: `{ ${id}, ipAllowlist: [0.0.0.0/0] }`,
    says: ["ipAllowlist", "contains every IPv4 address", "set an empty list"],
    edit: ["[0.0.0.0/0]", "[]"],
  },
  {
    mistake: "a number in the place of an object",
    type: "SecurityPolicy",
    properties: `{ ${id}, apiKeyRotation: 90 }`,
    says: ["apiKeyRotation", "must be an object", "with the properties maxAgeDays"],
    edit: ["apiKeyRotation: 90", "apiKeyRotation: { maxAgeDays: 90 }"],
  },
  {
    mistake: "a required property of an object under another name",
    type: "SecurityPolicy",
    properties: `{ ${id}, apiKeyRotation: { maxAge: 90 } }`,
    says: ["apiKeyRotation", "does not support the property maxAge", "did you mean maxAgeDays?"],
    edit: ["maxAge:", "maxAgeDays:"],
  },
  {
    mistake: "a payment method in one word",
    type: "BillingSettings",
    properties: `{ ${id}, paymentMethod: creditcard }`,
    says: ["paymentMethod", "must be one of credit_card, invoice", "did you mean credit_card?"],
    edit: ["creditcard", "credit_card"],
  },
];

/** The mistakes in properties of resources that only Avocado Connect has. */
export const connectPropertyMistakes: readonly MistakenProperties[] = [
  {
    mistake: "a person twice",
    type: "Group",
    properties: `{ ${id}, name: field, members: [bob@acme.example, BOB@acme.example] }`,
    says: ["members[1]", "is listed twice", "remove one of the two"],
    edit: [", BOB@acme.example", ""],
  },
  {
    mistake: "a missing switch",
    type: "Project",
    properties: `{ ${id}, name: firmware }`,
    says: ["everyoneEnabled", "is", "required"],
    edit: ["name: firmware", "name: firmware, everyoneEnabled: false"],
  },
  {
    mistake: "people in the place of users",
    type: "Project",
    properties: `{ ${id}, name: firmware, everyoneEnabled: false, access: { people: [bob@acme.example] } }`,
    says: ["access", "does not support the property people", "use one of users, groups"],
    edit: ["people:", "users:"],
  },
  {
    mistake: "a project by name",
    type: "Cohort",
    properties: "{ projectId: firmware, name: canary, everyoneEnabled: true }",
    says: ["projectId", "must be a project's id", "Pass the `id` of a Project"],
    edit: ["firmware", "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d/0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10"],
  },
  {
    mistake: "a day in the place of a moment",
    type: "ClaimToken",
    properties: `{ ${id}, name: factory, expiresAt: 2027-12-31 }`,
    says: ["expiresAt", "must be `never`, or a moment in ISO 8601 with a time zone", "such as 2027-02-01T00:00:00Z"],
    edit: ["2027-12-31", "2027-12-31T00:00:00Z"],
  },
  {
    mistake: "a host in the place of a URL",
    type: "Webhook",
    properties: `{ ${id}, url: hooks.acme.example }`,
    says: ["url", "must be an absolute http or https URL", "such as https://hooks.acme.example/peridio"],
    edit: ["hooks.acme.example", "https://hooks.acme.example/peridio"],
  },
];

/** The mistakes in the configuration of the provider. */
export const configurationMistakes: readonly Omit<MistakenProperties, "type">[] = [
  {
    mistake: "a misspelled setting",
    properties: "apikey: key-of-ada",
    says: ["apikey", "is not a property of the provider's configuration", "did you mean apiKey?"],
    edit: ["apikey", "apiKey"],
  },
  {
    mistake: "an endpoint without a scheme",
    properties: "endpoint: api.peridio.com",
    says: ["endpoint", "must be an HTTP or HTTPS URL", "such as https://api.peridio.com"],
    edit: ["api.peridio.com", "https://api.peridio.com"],
  },
  {
    mistake: "an unknown API",
    properties: "backend: avocado-connect",
    says: ["backend", "must be one of", "admin-v2, connect"],
    edit: ["avocado-connect", "connect"],
  },
  {
    mistake: "a number in words",
    properties: "maxRetries: many",
    says: ["maxRetries", "must be", "a whole number"],
    edit: ["many", "4"],
  },
  {
    mistake: "too many retries",
    properties: "maxRetries: 100",
    says: ["maxRetries", "must be", "at most 20"],
    edit: ["100", "20"],
  },
  {
    mistake: "a time limit with a unit",
    properties: "requestTimeout: 30s",
    says: ["requestTimeout", "must be", "a whole number of seconds"],
    edit: ["30s", "30"],
  },
  {
    mistake: "an address in the place of a block",
    properties: "runnerCidrs: [203.0.113.7]",
    says: ["runnerCidrs[0]", "is not a CIDR block", "203.0.113.7/32 for this one address"],
    edit: ["203.0.113.7", "203.0.113.7/32"],
  },
  {
    mistake: "one block in the place of a list",
    properties: "runnerCidrs: 203.0.113.0/24",
    says: ["runnerCidrs", "must be a list", 'write ["203.0.113.0/24"]'],
    edit: ["203.0.113.0/24", '["203.0.113.0/24"]'],
  },
];
