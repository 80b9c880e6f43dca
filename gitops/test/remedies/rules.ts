import type { Remedied } from "#testing";

/** Access rules without mistakes. */
export const rules = `rules:
  Two admins:
    admins: { atLeast: 2, including: [ada@acme.example] }
  Outsiders look:
    organizations: "*-production"
    people: { except: "*@acme.example" }
    role: { atMost: viewer }
    severity: approve
    exempt:
      - person: carl@partner.example
        until: 2027-03-31
        because: Carl moves the fleet.
  Sessions end:
    sessionTimeout: { atMost: 8h }
    ipAllowlist: { widest: { ipv4: 24 } }
`;

const admins = 'rules["Two admins"].admins';
const outsiders = 'rules["Outsiders look"]';
const sessions = 'rules["Sessions end"]';

/** The mistakes in files of access rules. */
export const ruleMistakes: readonly Remedied[] = [
  {
    mistake: "a severity of another tool",
    slip: ["approve", "error"],
    says: [`${outsiders}.severity`, "must be one of refuse, approve, note", "did you mean refuse?"],
    edit: ["error", "refuse"],
  },
  {
    mistake: "a key in snake case",
    slip: ["atLeast", "at_least"],
    says: [`${admins}.at_least`, "is not a key here", "did you mean atLeast?"],
    edit: ["at_least", "atLeast"],
  },
  {
    mistake: "a minimum as in JSON Schema",
    slip: ["atLeast", "minimum"],
    says: [`${admins}.minimum`, "is not a key here", "use one of atLeast"],
    edit: ["minimum", "atLeast"],
  },
  {
    mistake: "a comparison in a text",
    slip: ["atLeast: 2", 'atLeast: ">= 2"'],
    says: [`${admins}.atLeast`, "must be", "a whole number"],
    edit: ['">= 2"', "2"],
  },
  {
    mistake: "a number in the place of an object",
    slip: ["{ atLeast: 2, including: [ada@acme.example] }", "2"],
    says: [admins, "must be an object", "such as `atLeast: …`"],
    edit: ["admins: 2", "admins: { atLeast: 2 }"],
  },
  {
    mistake: "an admin by name",
    slip: ["[ada@acme.example]", "[Ada]"],
    says: [`${admins}.including[0]`, "must be an e-mail address", "such as ada@acme.example"],
    edit: ["[Ada]", "[ada@acme.example]"],
  },
  {
    mistake: "a pattern without quotes",
    slip: ['"*-production"', "*-production"],
    says: ["rules.yaml:5:20: the rules file", "has no anchor &-production", 'put it in quotes ("*-production")'],
    edit: [" *-production", ' "*-production"'],
  },
  {
    mistake: "people without a pattern",
    slip: ['"*@acme.example"', "acme.example"],
    says: [`${outsiders}.people.except`, "must be an e-mail address or a pattern", "such as *@acme.example"],
    edit: ["except: acme.example", 'except: "*@acme.example"'],
  },
  {
    mistake: "an exception under another name",
    slip: ["except:", "not:"],
    says: [`${outsiders}.people.not`, "is not a key here", "use one of like, except"],
    edit: ["not:", "except:"],
  },
  {
    mistake: "a key in the plural",
    slip: ["role:", "roles:"],
    says: [`${outsiders}.roles`, "is not a key here", "did you mean role?"],
    edit: ["roles:", "role:"],
  },
  {
    mistake: "a maximum under another name",
    slip: ["atMost: viewer", "max: viewer"],
    says: [`${outsiders}.role.max`, "is not a key here", "did you mean atMost?"],
    edit: ["max: viewer", "atMost: viewer"],
  },
  {
    mistake: "a role in another case",
    slip: ["atMost: viewer", "atMost: Viewer"],
    says: [`${outsiders}.role.atMost`, "must be one of", "did you mean viewer?"],
    edit: ["Viewer", "viewer"],
  },
  {
    mistake: "one exemption in the place of a list",
    slip: ["      - person", "        person"],
    says: [`${outsiders}.exempt`, "must be a list", "begin each entry with a hyphen"],
    edit: ["        person", "      - person"],
  },
  {
    mistake: "a reason under another name",
    slip: ["because:", "reason:"],
    says: [`${outsiders}.exempt[0].reason`, "is not a key here", "did you mean because?"],
    edit: ["reason:", "because:"],
  },
  {
    mistake: "a reason without a text",
    slip: [" Carl moves the fleet.", ""],
    says: [`${outsiders}.exempt[0].because`, "has no value", "set a value"],
    edit: ["because:", "because: Carl moves the fleet."],
  },
  {
    mistake: "an exemption without an end",
    slip: ["        until: 2027-03-31\n", ""],
    says: [`${outsiders}.exempt[0].until`, "is", "required"],
    edit: ["        because:", "        until: 2027-03-31\n        because:"],
  },
  {
    mistake: "a day that does not exist",
    slip: ["2027-03-31", "2027-02-30"],
    says: [`${outsiders}.exempt[0].until`, "a day that does not exist", "correct the date"],
    edit: ["2027-02-30", "2027-02-28"],
  },
  {
    mistake: "an exemption without a person",
    slip: ["      - person: carl@partner.example\n        until", "      - until"],
    says: [`${outsiders}.exempt[0]`, "applies to everything", "add `person`, `organization` or both"],
    edit: ["      - until", "      - organization: acme-lab\n        until"],
  },
  {
    mistake: "a duration in the place of an object",
    slip: ["{ atMost: 8h }", "8h"],
    says: [`${sessions}.sessionTimeout`, "must be an object", "such as `atMost: …`"],
    edit: ["sessionTimeout: 8h", "sessionTimeout: { atMost: 8h }"],
  },
  {
    mistake: "a prefix with its slash",
    slip: ["widest: { ipv4: 24 }", "widest: /24"],
    says: [`${sessions}.ipAllowlist.widest`, "must be an object", "such as `{ ipv4: 24, ipv6: 48 }`"],
    edit: ["/24", "{ ipv4: 24, ipv6: 48 }"],
  },
  {
    mistake: "one block in the place of a list",
    slip: ["{ widest: { ipv4: 24 } }", "{ within: 203.0.113.0/24 }"],
    says: [`${sessions}.ipAllowlist.within`, "must be a list", "write `[203.0.113.0/24]`"],
    edit: ["203.0.113.0/24", "[203.0.113.0/24]"],
  },
  {
    mistake: "true in the place of a word",
    slip: ["ipAllowlist: { widest: { ipv4: 24 } }", "ipAllowlist: true"],
    says: [`${sessions}.ipAllowlist`, "must be", "`required`"],
    edit: ["ipAllowlist: true", "ipAllowlist: required"],
  },
  {
    mistake: "a number of days with a unit",
    slip: ["sessionTimeout: { atMost: 8h }", "until: 180d"],
    says: [`${sessions}.until`, "must be `required`, or an object", "such as `{ withinDays: 180 }`"],
    edit: ["180d", "{ withinDays: 180 }"],
  },
  {
    mistake: "roles in the place of duties",
    slip: ["sessionTimeout: { atMost: 8h }", "notTogether: [{ role: admin }]"],
    says: [`${sessions}.notTogether`, "must have", "at least two entries"],
    edit: ["[{ role: admin }]", "[{ role: admin, organizations: acme-dev }, { role: admin, organizations: acme-lab }]"],
  },
  {
    mistake: "the URL of a webhook in the place of its host",
    slip: ["sessionTimeout: { atMost: 8h }", "tunnels: { atMost: 2h }"],
    says: [`${sessions}.tunnels.atMost`, "must be between", "1s and 1h"],
    edit: ["2h", "1h"],
  },
  {
    mistake: "a limit of tunnels without a requirement",
    slip: ["sessionTimeout: { atMost: 8h }", "tunnels: {}"],
    says: [`${sessions}.tunnels`, "has no requirement", "add `within`, `atMost` or `requireReason`"],
    edit: ["tunnels: {}", "tunnels: { requireReason: true }"],
  },
  {
    mistake: "a webhook URL instead of a host",
    slip: ["sessionTimeout: { atMost: 8h }", "webhookHosts: [https://hooks.acme.example]"],
    says: [`${sessions}.webhookHosts[0]`, "must be a host or a pattern", "such as *.acme.example"],
    edit: ["https://hooks.acme.example", "hooks.acme.example"],
  },
  {
    mistake: "a host in the place of an endpoint",
    slip: ["sessionTimeout: { atMost: 8h }", "endpoint: api.peridio.com"],
    says: [`${sessions}.endpoint`, "must be an HTTP or HTTPS URL", "such as https://api.peridio.com"],
    edit: ["endpoint: api", "endpoint: https://api"],
  },
  {
    mistake: "a rule without a requirement",
    slip: ["    sessionTimeout: { atMost: 8h }\n    ipAllowlist: { widest: { ipv4: 24 } }\n", "    severity: note\n"],
    says: [sessions, "has no requirement", "add one of admins, role"],
    edit: ["    severity: note\n", "    severity: note\n    protect: true\n"],
  },
  {
    mistake: "two rules with one name",
    slip: ["Sessions end", "Two admins"],
    says: ['rules["Two admins"]', "is already declared, at rules.yaml:2:3", "keep one of the two"],
    edit: ["  Two admins:\n    sessionTimeout", "  Sessions end:\n    sessionTimeout"],
  },
  {
    mistake: "a list of rules",
    slip: [rules, "rules:\n  - name: Protected\n    protect: true\n"],
    says: ["rules", "must be a map", "write each name as a key (`name:`), not as a list item"],
    edit: ["  - name: Protected\n", "  Protected:\n"],
  },
];
