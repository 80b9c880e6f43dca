import type { OrganizationReview, PersonAccess, PersonReview, Review } from "../src/review/review";

/** Typical reviews for the reports. `golden/reviews/` has each of them. */

const dev = "prn:1:0c1bd3d4-8a7e-4c55-9f3a-6f1f9d0f1a01:organization";
const production = "prn:1:5e0f7a52-1b7d-4f0e-8d0b-2c3ad7e60a02:organization";
const lab = "prn:1:9a4c6d1e-7f7b-4b27-a6ce-41f0c2d95b03:organization";

function createAccess(role: PersonAccess["role"], rest: Partial<PersonAccess> = {}): PersonAccess {
  return { role, status: "active", owner: false, ...rest };
}

function organization(key: string, name: string, rest: Partial<OrganizationReview> = {}): OrganizationReview {
  return { key, name, change: "kept", risks: [], complete: true, hiddenPeople: 0, ...rest };
}

/** A person without a change. */
function stays(organization: string, email: string, at: PersonAccess): PersonReview {
  return { organization, email, before: at, after: at, changed: false, risks: [], notes: [] };
}

function moves(
  organization: string,
  email: string,
  before: PersonAccess | null,
  after: PersonAccess | null,
  risks: PersonReview["risks"],
  notes: PersonReview["notes"] = [],
): PersonReview {
  return { organization, email, before, after, changed: true, risks, notes };
}

/** Two organizations in which nothing changes. */
export const nothing: Review = {
  version: 4,
  kind: "change",
  stacks: ["acme/production"],
  verdict: "pass",
  rules: 5,
  organizations: [organization(dev, "acme-dev"), organization(production, "acme-production")],
  people: [
    stays(dev, "ada@acme.example", createAccess("admin", { owner: true })),
    stays(dev, "bob@acme.example", createAccess("developer")),
    stays(dev, "carl@partner.example", createAccess("developer", { status: "pending" })),
    stays(production, "ada@acme.example", createAccess("admin", { owner: true })),
    stays(production, "bob@acme.example", createAccess("viewer")),
  ],
  settings: [],
  violations: [],
  unknowns: [],
  programChanges: [],
  remarks: [],
  evidence: { commit: null, previews: [], rules: null },
};

/** A promotion to admin in production, a removal, and a wider allowlist, which break rules. */
export const small: Review = {
  ...nothing,
  stacks: ["acme/development", "acme/production"],
  verdict: "refused",
  organizations: [
    organization(dev, "acme-dev", { complete: false }),
    organization(production, "acme-production", { hiddenPeople: 1 }),
  ],
  people: [
    stays(dev, "ada@acme.example", createAccess("admin", { owner: true })),
    stays(dev, "bob@acme.example", createAccess("developer")),
    stays(dev, "carl@partner.example", createAccess("developer")),
    moves(dev, "dora@acme.example", createAccess("developer", { status: "expired" }), null, ["removesPerson"]),
    moves(
      dev,
      "grace@acme.example",
      createAccess("viewer", { status: "pending" }),
      createAccess("developer", { status: "pending" }),
      ["raisesRole"],
      ["A new invitation replaces the present one, because Peridio cannot edit an invitation."],
    ),
    stays(production, "ada@acme.example", createAccess("admin", { owner: true })),
    stays(production, "bob@acme.example", createAccess("viewer")),
    moves(production, "carl@partner.example", createAccess("viewer"), createAccess("admin"), [
      "grantsAdmin",
      "raisesRole",
    ]),
    moves(production, "eve@acme.example", createAccess("manager"), null, ["removesPerson"]),
  ],
  settings: [
    {
      organization: production,
      section: "security",
      setting: "ipAllowlist",
      words: "IP allowlist: adds 198.51.100.0/22 (hotel).",
      risks: ["widensAllowlist"],
    },
    {
      organization: production,
      section: "security",
      setting: "sessionTimeout",
      words: "Session timeout: 8h → 30d.",
      risks: ["weakensSession"],
    },
    {
      organization: production,
      section: "general",
      setting: "contactEmail",
      words: "Contact e-mail: devices@acme.example → operations@acme.example.",
      risks: [],
    },
  ],
  violations: [
    {
      rule: "sessions-end-after-work",
      severity: "approve",
      message: "Sessions in acme-production last 30d, and may last 12h at most.",
      organizations: ["acme-production"],
      people: [],
      before: false,
    },
    {
      rule: "outsiders-only-read",
      severity: "refuse",
      message: "carl@partner.example would be admin of acme-production, and may be viewer at most.",
      explanation: "Nobody from outside of acme.example may change what runs on devices in the field.",
      organizations: ["acme-production"],
      people: ["carl@partner.example"],
      before: false,
    },
    {
      rule: "two-admins",
      severity: "note",
      message: "acme-dev has 1 admin, and should have at least 2.",
      organizations: ["acme-dev"],
      people: ["ada@acme.example"],
      before: true,
    },
  ],
  remarks: [
    {
      severity: "warning",
      about: "SecurityPolicy acme-production",
      text: "The block 198.51.100.0/22 overlaps with no other; 1,024 more addresses may come in.",
    },
    {
      severity: "info",
      about: "OrganizationMembers acme-dev",
      text: "The invitation of grace@acme.example is revoked and sent anew, with the role developer.",
    },
  ],
};

function urn(name: string): string {
  return `urn:pulumi:production::acme::peridio:index:Organization::${name}`;
}

function newcomer(name: string, email: string, role: PersonAccess["role"]): PersonReview {
  const risks: PersonReview["risks"] = role === "admin" ? ["grantsAdmin", "addsPerson"] : ["addsPerson"];
  return moves(urn(name), email, null, createAccess(role, { status: "planned" }), risks);
}

/** Three organizations that are not created yet. */
export const creation: Review = {
  ...nothing,
  verdict: "needs approval",
  organizations: ["acme-dev", "acme-production", "acme-staging"].map((name) =>
    organization(urn(name), name, { change: "created" }),
  ),
  people: [
    newcomer("acme-dev", "ada@acme.example", "admin"),
    newcomer("acme-dev", "bob@acme.example", "developer"),
    newcomer("acme-dev", "carl@partner.example", "developer"),
    newcomer("acme-production", "ada@acme.example", "admin"),
    newcomer("acme-production", "bob@acme.example", "viewer"),
    newcomer("acme-production", "grace@acme.example", "admin"),
    newcomer("acme-staging", "ada@acme.example", "admin"),
    newcomer("acme-staging", "bob@acme.example", "developer"),
  ],
  settings: [
    {
      organization: urn("acme-production"),
      section: "security",
      setting: "requireTwoFactor",
      words: "Two-factor authentication: required.",
      risks: [],
    },
    {
      organization: urn("acme-production"),
      section: "security",
      setting: "ipAllowlist",
      words: "IP allowlist: only 203.0.113.0/24.",
      risks: [],
    },
  ],
  violations: [
    {
      rule: "new-admins",
      severity: "approve",
      message: "ada@acme.example and grace@acme.example become admins of acme-production.",
      explanation: "The security team looks at every new admin.",
      organizations: ["acme-production"],
      people: ["ada@acme.example", "grace@acme.example"],
      before: false,
    },
  ],
  unknowns: ["acme-dev", "acme-production", "acme-staging"].map(
    (name) => `The user of the API key with which the update runs becomes the owner and an admin of ${name}.`,
  ),
  programChanges: [
    {
      stack: "acme/production",
      section: "others",
      subject: "random:index/randomId:RandomId",
      words:
        "2 resources of the type `random:index/randomId:RandomId` change: creation of a, creation of b. The review does not know what a resource of another provider does, and a command or a script can change access.",
      risks: ["changesOther"],
    },
  ],
};

/** Changes outside Pulumi. */
export const drift: Review = {
  ...nothing,
  kind: "drift",
  verdict: "refused",
  people: [
    stays(dev, "ada@acme.example", createAccess("admin", { owner: true })),
    moves(dev, "bob@acme.example", createAccess("developer"), createAccess("admin"), ["grantsAdmin"]),
    moves(production, "ada@acme.example", createAccess("admin", { owner: true }), createAccess("admin"), [
      "changesOwner",
    ]),
    moves(production, "bob@acme.example", createAccess("viewer"), null, ["removesPerson"]),
    moves(
      production,
      "grace@acme.example",
      createAccess("admin"),
      createAccess("admin", { owner: true }),
      ["changesOwner"],
      ["The address belongs to a different user than before."],
    ),
  ],
  settings: [
    {
      organization: production,
      section: "security",
      setting: "requireTwoFactor",
      words: "Two-factor authentication: required → not required.",
      risks: ["weakensTwoFactor"],
    },
  ],
  violations: [
    {
      rule: "two-factor",
      severity: "refuse",
      message: "acme-production does not require two factors.",
      organizations: ["acme-production"],
      people: [],
      before: false,
    },
  ],
};

/** A deleted, a replaced and a released organization. */
export const deletion: Review = {
  ...nothing,
  rules: null,
  organizations: [
    organization(dev, "acme-dev", { change: "released", risks: ["releases"] }),
    organization(lab, "acme-lab", { change: "deleted", risks: ["deletesOrganization"] }),
    organization(production, "acme-production", { change: "replaced", risks: ["replacesOrganization"] }),
    organization(urn("acme-production-eu"), "acme-production-eu", { change: "created" }),
  ],
  people: [
    stays(dev, "ada@acme.example", createAccess("admin", { owner: true })),
    ...[
      moves(lab, "ada@acme.example", createAccess("admin", { owner: true }), null, [
        "changesOwner",
        "removesAdmin",
        "removesPerson",
      ]),
      moves(lab, "bob@acme.example", createAccess("developer"), null, ["removesPerson"]),
      moves(lab, "carl@partner.example", createAccess("viewer", { status: "pending" }), null, ["removesPerson"]),
      moves(production, "ada@acme.example", createAccess("admin"), null, ["removesAdmin", "removesPerson"]),
    ].map((person) => ({ ...person, notes: ["Access is lost because the organization is deleted."] })),
    newcomer("acme-production-eu", "ada@acme.example", "admin"),
  ],
  settings: [
    {
      organization: dev,
      section: "protection",
      setting: "protect",
      words: "Organization acme-dev: no longer protected from deletion.",
      risks: ["unprotects"],
    },
    {
      organization: dev,
      section: "guards",
      setting: "maxRemovals",
      words: "Maximum removals: 25% → 100%.",
      risks: ["weakensGuard"],
    },
    {
      organization: dev,
      section: "released",
      setting: "Membership bob",
      words:
        "Membership bob is released. Pulumi removes it from the state, and Peridio keeps the access of bob@acme.example, which no stack declares.",
      risks: ["releases"],
    },
  ],
  unknowns: [
    "The user of the API key with which the update runs becomes the owner and an admin of acme-production-eu.",
  ],
};

/** Values that a preview does not know, and secrets. */
export const hidden: Review = {
  ...nothing,
  verdict: "needs approval",
  organizations: [
    organization(dev, "acme-dev", { risks: ["hidden"], complete: false, hiddenPeople: 2 }),
    organization(lab, lab, { complete: false }),
  ],
  people: [
    stays(dev, "ada@acme.example", createAccess("admin", { owner: true })),
    moves(dev, "bob@acme.example", createAccess("developer"), createAccess("unknown"), ["hidden"]),
    moves(dev, "eve@acme.example", null, createAccess("secret", { status: "planned" }), ["hidden", "addsPerson"]),
    stays(lab, "grace@acme.example", createAccess("viewer")),
  ],
  settings: [
    {
      organization: dev,
      section: "security",
      setting: "requireTwoFactor",
      words: "Two-factor authentication: required → not known before the update.",
      risks: ["hidden"],
    },
  ],
  unknowns: [
    "2 Memberships of acme-dev have addresses that are not known before the update.",
    `The name of ${lab} is unknown. Add the preview of the stack that declares the organization.`,
  ],
};

const teams = ["devices", "firmware", "operations", "support"];

function employee(number: number): string {
  return `${teams[number % teams.length] ?? ""}-${String(number).padStart(4, "0")}@acme.example`;
}

/** A company of 2,000 people moves at once, 60 of them to admin. */
export const huge: Review = {
  ...small,
  people: [
    ...small.people,
    ...Array.from({ length: 2000 }, (_, number) =>
      number < 60
        ? moves(production, employee(number), createAccess("viewer"), createAccess("admin"), [
            "grantsAdmin",
            "raisesRole",
          ])
        : number < 1400
          ? moves(production, employee(number), null, createAccess("developer", { status: "planned" }), ["addsPerson"])
          : moves(production, employee(number), createAccess("manager"), createAccess("viewer"), ["lowersRole"]),
    ),
  ],
};

/** Names and texts that try to break a comment, to mention people or to show pictures. */
export const nasty: Review = {
  ...small,
  organizations: [
    organization(dev, "dev | `x` <b>"),
    organization(production, "[acme](https://evil.example) ![x](https://evil.example/x.png)"),
  ],
  people: [
    moves(dev, "a|b`c@acme.example", null, createAccess("admin", { status: "planned" }), ["grantsAdmin", "addsPerson"]),
    moves(
      dev,
      "ada\u202e@acme.example\n\n/close",
      createAccess("viewer"),
      null,
      ["removesPerson"],
      ["@everybody #12 GH-12"],
    ),
    moves(production, "</details><!-- @acme/admins", createAccess("admin"), null, ["removesAdmin", "removesPerson"]),
  ],
  settings: [
    {
      organization: production,
      section: "general",
      setting: "description",
      words: "Description: none → :rocket: @acme/admins\n\n# See #1, !2 and www.evil.example **soon** `code` a`b.",
      risks: [],
    },
    {
      organization: production,
      section: "webhooks",
      setting: "webhook </details>@acme/admins",
      words: "Webhook </details>@acme/admins: created. Host: www.evil.example. Events: all.",
      risks: ["addsWebhook"],
    },
  ],
  violations: [
    {
      rule: "one | two",
      severity: "refuse",
      message: '1. <img src=x> [a]: https://evil.example "t" & &lt; \\` $x$ ~~~ deadbeef1 *a* _b_ ``` ',
      explanation: "/approve",
      organizations: ["[acme](https://evil.example)"],
      people: ["@ada"],
      before: false,
    },
  ],
  unknowns: ["1) ada@acme.example", "- [ ] http://evil.example?a=b|c"],
  remarks: [{ severity: "warning", about: "<!--", text: "```\n</details>\n---\n| a | b |" }],
};
