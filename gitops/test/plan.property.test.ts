import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import * as z from "zod";
import { insertIds } from "#framework";
import { composeLayout, parseLayout } from "#layout";
import type { BackendName } from "#provider";
import { type Kept, type Program, type Wire, World } from "#provider/testing";
import { createPreviews } from "../src/plan/previews";
import { readPreview } from "../src/preview/preview";
import type { PersonAccess, Review } from "../src/review/review";
import { createReview } from "./support/document";

/**
 * Compares plans with the reviews of real updates. The provider applies the old layout to one emulator, and the new layout to another.
 * Everyone accepts. Both states, printed as Pulumi prints them, are the preview.
 */

const today = "2027-01-31";
const organizations = ["acme-dev", "acme-live"];
const people = ["bob", "carl", "dora", "emil"].map((name) => `${name}@acme.example`);

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const day = fc.constantFrom("2027-01-30", "2027-06-30");

function createRoles(backend: BackendName) {
  const role =
    backend === "connect" ? fc.constantFrom("admin", "member") : fc.constantFrom("admin", "viewer", "developer");
  const entry = fc.oneof(role, fc.record({ role, until: day }));
  return fc.dictionary(fc.constantFrom(...organizations), entry, { minKeys: 1, maxKeys: 2 });
}

const security = fc.record(
  {
    requireTwoFactor: fc.boolean(),
    sessionTimeout: fc.constantFrom("1h", "8h", "60m"),
    ipAllowlist: fc
      .subarray(["203.0.113.0/24", "127.0.0.0/8"])
      .map((own) =>
        own.length === 0
          ? own
          : ["127.0.0.0/8", ...own.slice(0, 1)].filter((cidr, index, all) => all.indexOf(cidr) === index),
      ),
  },
  { requiredKeys: [] },
);
/** Both layouts declare the owner, or none. Without a declaration, a plan does not know the owner. */
const createAdminEntry = (isOwned: boolean) =>
  fc.record(
    {
      ...(isOwned && { owner: fc.constant("ada@acme.example") }),
      displayName: fc.constantFrom("Acme", "Acme development"),
      contactEmail: fc.constant("ops@acme.example"),
      security,
      billing: fc.record({ billingEmail: fc.constantFrom("pay@acme.example", "ops@acme.example") }),
      roster: fc.record(
        { maxRemovals: fc.constantFrom("50%", 3), ignore: fc.subarray(["*@partner.example"]) },
        { requiredKeys: [] },
      ),
      forceDestroy: fc.boolean(),
    },
    { requiredKeys: isOwned ? ["owner"] : [] },
  );

const users = fc.subarray(["ada@acme.example"]);
const grants = {
  everyoneEnabled: fc.boolean(),
  access: optional(fc.record({ users, groups: fc.subarray(["field"]) })),
};
const tunnels = optional(
  fc.record({
    maxTtlSeconds: fc.constantFrom(600, 3600),
    cidrAllowlist: optional(fc.constantFrom([], ["203.0.113.0/24"])),
  }),
);
const connectEntry = fc.record({
  tunnels,
  groups: fc.record({
    field: fc.record({ members: optional(users), description: optional(fc.constant("in the field")) }),
  }),
  projects: fc.dictionary(
    fc.constantFrom("firmware", "gateways"),
    fc.record({
      ...grants,
      cohorts: optional(fc.dictionary(fc.constantFrom("canary", "stable"), fc.record({ ...grants, tunnels }))),
    }),
  ),
});

/** A layout in which ada, the user of the API key, is always an admin. */
function createLayout(backend: BackendName, isOwned: boolean) {
  const entry: fc.Arbitrary<object> = backend === "connect" ? connectEntry : createAdminEntry(isOwned);
  return fc
    .record({
      names: fc.subarray(organizations, { minLength: 1 }),
      entries: fc.tuple(entry, entry),
      defaults: backend === "connect" ? fc.constant(undefined) : optional(fc.record({ security })),
      roles: fc.dictionary(fc.constantFrom(...people), createRoles(backend)),
      isUpperCase: fc.boolean(),
    })
    .map(({ names, entries, defaults, roles, isUpperCase }) => {
      const filter = (given: object) =>
        Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
      const everyone = Object.entries(roles).flatMap(([email, own]) => {
        const known = filter(own);
        return Object.keys(known).length === 0 ? [] : [[isUpperCase ? email.toUpperCase() : email, known] as const];
      });
      const admin = backend === "connect" ? "owner" : "admin";
      const value = {
        ...(defaults && { defaults }),
        organizations: Object.fromEntries(names.map((name, index) => [name, entries[index]])),
        people: {
          "ada@acme.example": Object.fromEntries(names.map((name) => [name, admin])),
          ...Object.fromEntries(everyone),
        },
      };
      return JSON.stringify(value);
    });
}

function parse(text: string) {
  return parseLayout([{ file: "layout.json", text }], { today, version: "0.1.0" });
}

type Layout = ReturnType<typeof parseLayout>;

/** Applies a layout to a new emulator, in which everyone then accepts. Returns the state by type and name. */
async function apply(layout: Layout, backend: BackendName): Promise<ReadonlyMap<string, Kept>> {
  const world = await World.begin({ maxRetries: "1", backend, runnerCidrs: ["127.0.0.0/8"] });
  try {
    const { control } = world.emulator;
    if (backend === "connect") for (const name of organizations) await control.createOrganization(name);
    await world.engine.up(createProgram(layout));
    for (const { name, members } of layout.organizations)
      for (const email of Object.keys(members)) if (!/^ada@/i.test(email)) control.accept(email, name);
    await world.engine.refresh();
    return new Map(world.engine.state);
  } finally {
    await world.end();
  }
}

function getKey({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}::${name}`;
}

function createProgram(layout: Layout): Program {
  return Object.fromEntries(
    composeLayout(layout).children.map((child) => {
      const inputs = (id: (name: string) => string) =>
        parseWire(JSON.stringify(insertIds(child.inputs, (other) => id(getKey(other)))));
      return [getKey(child), { type: child.type.split(":").at(-1) ?? "", inputs }];
    }),
  );
}

function parseWire(text: string): Wire {
  return z.record(z.string(), z.json()).parse(JSON.parse(text));
}

/** Prints two states as a preview. Objects of both states have the ids of the first. */
function printPreview(
  before: ReadonlyMap<string, Kept>,
  after: ReadonlyMap<string, Kept>,
  backend: BackendName,
): string {
  const ids = [...before].flatMap(([key, { id }]) => {
    const other = after.get(key)?.id;
    return other === undefined ? [] : [{ id, other }];
  });
  const longestFirst = ids.sort((a, b) => b.other.length - a.other.length);
  const replaceIds = (text: string) => longestFirst.reduce((done, { id, other }) => done.replaceAll(other, id), text);
  const replaced = new Map(
    [...after].map(([key, kept]) => {
      const inputs = parseWire(replaceIds(JSON.stringify(kept.inputs)));
      return [key, { ...kept, id: replaceIds(kept.id), inputs }] as const;
    }),
  );
  const prefix = "urn:pulumi:default::layout";
  const provider = `${prefix}::pulumi:providers:peridio::default::1`;
  const root = { custom: false };
  const steps = [...new Set([...before.keys(), ...replaced.keys()])].map((key) => {
    const urn = `${prefix}::${key}`;
    const [former, present] = [before.get(key), replaced.get(key)];
    const shared = { custom: true, protect: !key.includes("OrganizationOwner"), provider };
    const oldState = former && { ...shared, id: former.id, inputs: former.inputs, outputs: former.outputs };
    const newState = present && { ...shared, id: present.id, inputs: present.inputs };
    const isSame = isDeepStrictEqual(former?.inputs, present?.inputs);
    const op = former === undefined ? "create" : present === undefined ? "delete" : isSame ? "same" : "update";
    return { op, urn, oldState, newState };
  });
  const config = backend === "connect" ? { "peridio:backend": "connect" } : {};
  return JSON.stringify({
    config,
    steps: [
      { op: "same", urn: `${prefix}::pulumi:pulumi:Stack::layout-default`, oldState: root, newState: root },
      ...steps,
    ],
    duration: 1,
  });
}

/** The rows of a review in any order, without keys. Without a declaration, only Peridio knows the owner and other settings. */
function listRows({ organizations: all, people, groups = [], objects = [], settings, programChanges }: Review) {
  const withName = <Row extends { readonly organization: string }>(row: Row) => ({
    ...row,
    organization: all.find(({ key }) => key === row.organization)?.name,
  });
  const omitOwner = (access: PersonAccess | null) => access && { ...access, owner: undefined };
  return {
    organizations: all.map(({ name, change, risks }) => ({ name, change, risks })),
    people: people.map((one) => ({
      ...withName(one),
      before: omitOwner(one.before),
      after: omitOwner(one.after),
      risks: one.risks.filter((risk) => risk !== "changesOwner"),
      notes: [],
    })),
    groups: groups.map(withName),
    objects: objects.map((one) => ({ ...withName(one), key: "", project: undefined })),
    settings: settings.map((one) => JSON.stringify(withName(one))).sort(),
    programChanges,
  };
}

const notKnown = /not known →|: unknown\b/;

/** Leaves out the settings that one of two reviews does not know before the change: the other may show the default, or no row. */
function omitUnknown(rows: ReturnType<typeof listRows>, plan: ReturnType<typeof listRows>) {
  const getSubject = (row: string) =>
    JSON.stringify(
      z.object({ organization: z.string(), section: z.string(), setting: z.string() }).parse(JSON.parse(row)),
    );
  const unknown = new Set(plan.settings.filter((row) => notKnown.test(row)).map(getSubject));
  return { ...rows, settings: rows.settings.filter((row) => !unknown.has(getSubject(row))) };
}

test.each(["admin-v2", "connect"] as const)(
  "with %s, the rows of a plan are those of the review of the real change",
  async (backend) => {
    const layouts = fc
      .boolean()
      .chain((isOwned) => fc.tuple(createLayout(backend, isOwned), createLayout(backend, isOwned)));
    await fc.assert(
      fc.asyncProperty(layouts, async (texts) => {
        const [base, layout] = texts.map(parse);
        if (base === undefined || layout === undefined) throw new TypeError("there are two layouts");
        const plan = listRows(createReview(createPreviews({ base, layout, backend, digest: "" }), "change"));
        const [before, after] = [await apply(base, backend), await apply(layout, backend)];
        const preview = readPreview(printPreview(before, after, backend), "preview.json", "change");
        const real = listRows(createReview([preview], "change"));
        expect(omitUnknown(plan, plan)).toEqual(omitUnknown(real, plan));
      }),
      { numRuns: 5 },
    );
  },
);
