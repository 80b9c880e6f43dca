import type { BackendName } from "#provider";
import type { VisibleOrganization } from "./api";
import { get, listItems, listRecords } from "./json";
import { describeCount, describeWord } from "./words";

/** The result of a check: `undefined` if there was nothing to look at, otherwise the differences. */
export type Differences = readonly string[] | undefined;

/** The responses that the check has read. */
export interface Seen {
  /** The bodies of an operation's responses. */
  readonly getBodies: (operation: string) => readonly unknown[];
  readonly organization: VisibleOrganization;
  readonly isKeyPrefixed: boolean;
}

/** An assumption that the contract of the API (contract.ts) does not express. */
export interface Assumption {
  readonly name: string;
  /** The source of the assumption, such as `guide`; `decision` for a choice of this project that no document of Peridio confirms. */
  readonly source: string;
  readonly check: (seen: Seen) => Differences;
}

/** The limits of Peridio's page about plans. A limit that is absent here is individual. */
const plans: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  development: { max_users: 1, max_devices: 1, max_tunnels: 1, max_claim_tokens: 2 },
  startup: { max_devices: 20, max_tunnels: 5, max_claim_tokens: 10 },
  teams: { max_users: 2, max_devices: 100, max_tunnels: 25, max_claim_tokens: 10 },
  pro: { max_users: 25, max_devices: 500, max_tunnels: 25, max_claim_tokens: 50 },
};

const hour = 3_600_000;

const connect: readonly Assumption[] = [
  {
    name: "API tokens begin with `avo_`",
    source: "guide",
    check: ({ isKeyPrefixed }) => (isKeyPrefixed ? [] : ["the API key of this check has another beginning"]),
  },
  {
    name: "an organization has an owner",
    source: "guide",
    check({ getBodies }) {
      const pages = getBodies("Organization_members");
      // Another page may contain the owner.
      const roles = pages.flatMap(listItems).map(({ role }) => role);
      if (roles.length === 0 || pages.some((page) => get(page, "meta", "has_next") === true)) return undefined;
      return roles.includes("owner") ? [] : ["no member has the role `owner`"];
    },
  },
  {
    name: "the role in the response about the user is the role in the list of members",
    source: "decision",
    check({ getBodies, organization }) {
      const user = getBodies("Me_show").map((body) => get(body, "data", "user", "id"))[0];
      const own = getBodies("Organization_members")
        .flatMap(listItems)
        .find(({ user_id }) => user_id === user);
      if (user === undefined || own === undefined) return undefined;
      return own.role === organization.role
        ? []
        : [`the roles are ${describeWord(organization.role)} and ${describeWord(own.role)}`];
    },
  },
  {
    name: "an invitation expires 24 hours after it was sent",
    source: "guide",
    check({ getBodies }) {
      const hours = getBodies("OrgInvitation_index")
        .flatMap(listItems)
        .map(({ inserted_at, expires_at }) => (Date.parse(String(expires_at)) - Date.parse(String(inserted_at))) / hour)
        .filter((lifetime) => !Number.isNaN(lifetime));
      if (hours.length === 0) return undefined;
      return [...new Set(hours.map(Math.round))]
        .filter((lifetime) => lifetime !== 24)
        .map((lifetime) => `an invitation expires after ${describeCount(lifetime)} hours`);
    },
  },
  {
    name: "a plan has the limits of Peridio's page about plans",
    source: "guide",
    check({ getBodies, organization }) {
      const found = getBodies("Me_show")
        .flatMap((body) => listRecords(get(body, "data", "organizations")))
        .find(({ id }) => String(id) === organization.id);
      const tier = found?.tier;
      const limits = typeof tier === "string" && Object.hasOwn(plans, tier) ? plans[tier] : undefined;
      if (found === undefined || limits === undefined) return undefined;
      return Object.entries(limits).flatMap(([name, limit]) =>
        found[name] === limit ? [] : [`\`${name}\` is ${describeCount(found[name])} instead of ${limit}`],
      );
    },
  },
];

/** The assumptions about each API. The contract of the Admin API expresses all of them. */
export const assumptions: Readonly<Record<BackendName, readonly Assumption[]>> = { connect, "admin-v2": [] };

/** Checks that the items of a list are in the order of their creation. */
export function checkOrder(body: unknown): Differences {
  const moments = listItems(body).map(({ inserted_at, created_at }) => Date.parse(String(inserted_at ?? created_at)));
  if (moments.length < 2 || moments.some(Number.isNaN)) return undefined;
  return moments.every((moment, index) => index === 0 || moment >= (moments[index - 1] ?? moment))
    ? []
    : ["the items are not in the order of their creation"];
}
