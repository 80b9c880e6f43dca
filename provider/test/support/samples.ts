import { type Feature, traits } from "../../src/api";
import type { Dialect } from "./dialect";
import type { Declared, Program, Wire } from "./engine";
import { dev, part } from "./programs";

/** The inputs of a resource without the id of its parent, and the inputs that a change replaces. */
interface Row {
  readonly inputs: Wire;
  readonly change: Wire;
  /** The resource that the object is a part of. By default, the Organization. */
  readonly partOf?: "nothing" | "Project";
}

const [ada, bob, carl, eve] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@acme.example",
  "eve@acme.example",
] as const;

/** A row for each resource of the provider. Ada owns the organization acme-dev, and Bob is an admin. */
const rows = ({ roles: { high, low } }: Dialect): Readonly<Record<string, Row>> => ({
  Organization: { inputs: { name: "acme-dev" }, change: { description: "Ours" }, partOf: "nothing" },
  Membership: { inputs: { email: carl, role: low }, change: { role: high } },
  OrganizationMembers: {
    inputs: { members: { [ada]: "admin", [carl]: low }, ignore: [eve, bob] },
    change: { members: { [ada]: "admin", [carl]: high } },
  },
  OrganizationOwner: { inputs: { email: ada }, change: { email: bob } },
  SecurityPolicy: { inputs: { sessionTimeout: "8h" }, change: { sessionTimeout: "9h" } },
  BillingSettings: { inputs: { billingEmail: ada }, change: { billingEmail: bob } },
  Group: { inputs: { name: "field" }, change: { members: [bob] } },
  Project: { inputs: { name: "firmware", everyoneEnabled: true }, change: { everyoneEnabled: false } },
  Cohort: { inputs: { name: "canary", everyoneEnabled: true }, change: { everyoneEnabled: false }, partOf: "Project" },
  OrganizationApiToken: { inputs: { name: "ci" }, change: { name: "lab" } },
  ClaimToken: { inputs: { name: "factory", maxUses: 1 }, change: { maxUses: 2 } },
  TunnelPolicy: { inputs: { maxTtlSeconds: 600 }, change: { maxTtlSeconds: 300 } },
  Webhook: { inputs: { url: "https://hooks.acme.example" }, change: { enabled: false } },
});

/** Declarations of one resource. */
export interface Sample {
  /** The objects that the resource is a part of. */
  readonly within: Program;
  /** A program with the objects and the resource, which has the logical name `it`. An organization has the name `dev`. */
  readonly made: Program;
  /** The same program with other inputs of the resource. */
  readonly changed: Program;
}

/**
 * Returns declarations of a resource.
 * @throws Error for a resource without a row
 */
export function getSample(type: string, dialect: Dialect): Sample {
  const { inputs, change, partOf } = findRow(type, dialect);
  const declare = (wire: Wire): Declared => {
    if (partOf === undefined) return part(type, wire);
    return { type, inputs: (id) => (partOf === "Project" ? { projectId: id("firmware"), ...wire } : wire) };
  };
  const within = {
    ...(partOf !== "nothing" && dev),
    ...(partOf === "Project" && { firmware: part(partOf, findRow(partOf, dialect).inputs) }),
  };
  const name = partOf === "nothing" ? "dev" : "it";
  return {
    within,
    made: { ...within, [name]: declare(inputs) },
    changed: { ...within, [name]: declare({ ...inputs, ...change }) },
  };
}

function findRow(type: string, dialect: Dialect): Row {
  const row = rows(dialect)[type];
  if (row === undefined) throw new Error(`Add a row for ${type} to provider/test/support/samples.ts.`);
  return row;
}

/** Reports if only Avocado Connect supports a resource or a function. */
export function isConnectOnly({ requires }: { readonly requires?: Feature }): boolean {
  return requires !== undefined && traits["admin-v2"].explainUnsupported(requires) !== undefined;
}
