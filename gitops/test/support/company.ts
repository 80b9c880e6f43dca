import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { isRecord, type Values } from "#framework";
import { insertIds } from "#framework/definitions";
import type { StackResource } from "#framework/analyzer";
import { composeLayout, parseLayout } from "#layout";
import { document, type Printed, type PrintedStep, unknownText, urn } from "./document";

/**
 * The company of `fixtures/company`: one layout with two connections, each of which is a stack. This file prints the previews of a
 * change of its layout, and lists the resources that Pulumi shows a policy pack.
 */

const folder = join(__dirname, "../fixtures/company");

export const connections = ["office", "fleet"] as const;
export type Connection = (typeof connections)[number];

/** A change of a value: `null` removes a key, a mapping changes its keys, and anything else is the new value. */
export type Patch = Readonly<Record<string, unknown>>;

/** Returns the values with the change. */
export function apply(values: Values, patch: Patch): Values {
  if (Object.keys(patch).length === 0) return values;
  const changed = Object.entries(patch).map(([key, value]): [string, unknown] => {
    const former = values[key];
    return [key, isRecord(value) ? apply(isRecord(former) ? former : {}, value) : value];
  });
  return Object.fromEntries(
    Object.entries({ ...values, ...Object.fromEntries(changed) }).filter(([, one]) => one !== null),
  );
}

/** Reads a YAML file of `fixtures/company`. */
export function readCompany(file: string): Values {
  return z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(folder, file), "utf8")));
}

/** An object that layouts do not declare. `cohort` is a cohort of the layout, such as `acme-fleet/firmware/canary`. */
interface CompanyObject extends Values {
  readonly organization: string;
  readonly cohort?: string;
}

/** The company at one moment. */
export interface Company {
  readonly layout: Values;
  /** The objects that the layout does not declare, by type and name, such as `ClaimToken::line`. */
  readonly objects?: Readonly<Record<string, CompanyObject>>;
  /** The people with a pending or expired invitation, by organization and address, such as `acme-dev/eve@acme.example`. */
  readonly invitations?: Readonly<Record<string, "pending" | "expired">>;
}

export interface Change {
  /** The company as the last updates declared it. */
  readonly before: Company;
  /** The company as it is, if something changed outside Pulumi since then. */
  readonly live?: Company | undefined;
  readonly after: Company;
  /** The day of the preview (UTC), such as `2027-01-31`. */
  readonly today: string;
  /** The configuration of the stacks, such as `peridio:endpoint`. */
  readonly configuration?: Readonly<Partial<Record<Connection, Values>>> | undefined;
}

interface Resource {
  /** The type and the name, such as `Organization::acme-dev`. */
  readonly key: string;
  readonly isProtected: boolean;
  /** Returns the inputs, with the ids of other resources. */
  readonly fill: (getId: (key: string) => string) => Values;
}

/** The resources of each layout by connection and day, because many changes have the same base. */
const composed = new WeakMap<Values, Map<string, Composed>>();

interface Composed {
  readonly organizations: ReadonlySet<string>;
  readonly resources: readonly Resource[];
}

function compose(layout: Values, connection: Connection, today: string): Composed {
  const known = composed.get(layout) ?? new Map<string, Composed>();
  composed.set(layout, known);
  const key = `${connection} ${today}`;
  const found = known.get(key) ?? composeAnew(layout, connection, today);
  known.set(key, found);
  return found;
}

function composeAnew(layout: Values, connection: Connection, today: string): Composed {
  const sources = [{ file: "layout.yaml", text: JSON.stringify(layout) }];
  const parsed = parseLayout(sources, { now: new Date(today), version: "0.1.0", connection });
  const keyOf = ({ type, name }: { readonly type: string; readonly name: string }) =>
    `${type.split(":").at(-1) ?? ""}::${name}`;
  const resources = composeLayout(parsed).children.map((child): Resource => {
    const given = Object.entries(child.inputs).filter(([, value]) => value !== undefined);
    const fill = (getId: (key: string) => string) =>
      Object.fromEntries(given.map(([name, value]) => [name, insertIds(value, (other) => getId(keyOf(other)))]));
    return { key: keyOf(child), isProtected: child.protect === true, fill };
  });
  return { organizations: new Set(parsed.organizations.map(({ name }) => name)), resources };
}

function listResources({ layout, objects = {} }: Company, connection: Connection, today: string): readonly Resource[] {
  const { organizations, resources } = compose(layout, connection, today);
  const others = Object.entries(objects)
    .filter(([, { organization }]) => organizations.has(organization))
    .map(([key, { organization, cohort, ...own }]): Resource => {
      const fill = (getId: (key: string) => string) => ({
        organizationId: getId(`Organization::${organization}`),
        ...(cohort !== undefined && { cohortId: getId(`Cohort::${cohort}`) }),
        ...own,
      });
      return { key, isProtected: false, fill };
    });
  return [...resources, ...others];
}

function hash(text: string): string {
  return `00000000-0000-4000-8000-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** Returns the id of an existing resource. */
function idOf(key: string): string {
  const [type = "", name = ""] = key.split("::");
  const [organization = "", project = "", cohort] = name.split("/");
  const root = `prn:1:${hash(organization)}`;
  if (type === "Group") return `${root}/${hash(key)}`;
  if (type === "Project") return `${root}/${hash(`${organization}/${project}`)}`;
  if (type === "Cohort") return `${root}/${hash(`${organization}/${project}`)}/${hash(name)}`;
  if (type === "TunnelPolicy" && cohort !== undefined) return idOf(`Cohort::${name}`);
  return ["ClaimToken", "OrganizationApiToken", "Webhook"].includes(type) ? `${root}/${hash(key)}` : root;
}

/** Returns the names of the resources whose ids each input contains. */
function findDependencies({ fill }: Resource): Readonly<Record<string, readonly string[]>> {
  const found = Object.entries(fill((key) => `<${key}>`)).flatMap(([property, value]) => {
    const keys = [...JSON.stringify(value).matchAll(/<(\w+::[^">]+)>/g)].map(([, key = ""]) => key);
    return keys.length === 0 ? [] : [[property, keys] as const];
  });
  return Object.fromEntries(found);
}

/** Returns what Peridio adds to the inputs of an existing resource. */
function observe({ key }: Resource, inputs: Values, { layout, invitations = {} }: Company): Values {
  const [type = "", name = ""] = key.split("::");
  if (type === "Organization") {
    const { organizations } = z
      .object({ organizations: z.record(z.string(), z.looseObject({ owner: z.string().optional() })) })
      .parse(layout);
    const owner = organizations[name]?.owner;
    return {
      ...inputs,
      displayName: inputs.displayName ?? name,
      ...(owner !== undefined && { owner: { email: owner } }),
    };
  }
  if (type !== "OrganizationMembers") return inputs;
  const members = Object.keys(z.record(z.string(), z.string()).parse(inputs.members));
  const people = members.map((email) => [email, { status: invitations[`${name}/${email}`] ?? "active" }] as const);
  return { ...inputs, people: Object.fromEntries(people) };
}

function provider(connection: Connection): string {
  return `urn:pulumi:${connection}::acme::pulumi:providers:peridio::default`;
}

function configure(connection: Connection, { configuration = {} }: Change): Values {
  return { ...(connection === "fleet" && { "peridio:backend": "connect" }), ...configuration[connection] };
}

/** The steps of each change, which several judges of one change need. */
const listed = new WeakMap<Change, Map<Connection, readonly PrintedStep[]>>();

/** Returns the steps of a preview of one stack. */
function listSteps(connection: Connection, change: Change): readonly PrintedStep[] {
  const known = listed.get(change) ?? new Map<Connection, readonly PrintedStep[]>();
  listed.set(change, known);
  const found = known.get(connection) ?? createSteps(connection, change);
  known.set(connection, found);
  return found;
}

/** Returns the output of `pulumi preview --refresh --show-sames --json` for one stack. */
export function printPreview(connection: Connection, change: Change): string {
  const steps = listSteps(connection, change);
  return document(steps, { stack: connection, more: { config: configure(connection, change) } });
}

function createSteps(connection: Connection, change: Change): readonly PrintedStep[] {
  const { before, live = before, after, today } = change;
  const [former, actual, present] = [before, live, after].map(
    (company) => new Map(listResources(company, connection, today).map((one) => [one.key, one])),
  );
  if (former === undefined || actual === undefined || present === undefined) throw new TypeError("A side is missing.");
  const shared = (one: Resource): Printed => ({
    ...(one.isProtected && { protect: true }),
    provider: `${provider(connection)}::1`,
    dependsOn: findDependencies(one),
  });
  const read = (one: Resource, company: Company): Printed => {
    const inputs = one.fill(idOf);
    return { ...shared(one), id: idOf(one.key), inputs, outputs: observe(one, inputs, company) };
  };
  return [...new Set([...former.keys(), ...present.keys()])].flatMap((key): readonly PrintedStep[] => {
    const [recorded, found, declared] = [former.get(key), actual.get(key), present.get(key)];
    const old = recorded && read(recorded, before);
    const observed = found && read(found, live);
    const getId = (other: string) => (former.has(other) ? idOf(other) : unknownText);
    const next: Printed | undefined = declared && { ...shared(declared), inputs: declared.fill(getId) };
    const isKept = JSON.stringify(observed?.inputs) === JSON.stringify(next?.inputs) && !isExpired(key, live, next);
    const op = old === undefined ? "create" : next === undefined ? "delete" : isKept ? "same" : "update";
    const hasDrifted = old !== undefined && JSON.stringify(old) !== JSON.stringify(observed);
    return [
      ...(hasDrifted ? [{ op: "refresh", name: key, before: old, after: observed }] : []),
      { op, name: key, before: observed, after: next },
    ];
  });
}

/** Reports if the update of a roster sends an expired invitation again. */
function isExpired(key: string, { invitations = {} }: Company, next: Printed | undefined): boolean {
  const [type = "", name = ""] = key.split("::");
  const members = type === "OrganizationMembers" ? z.record(z.string(), z.string()).parse(next?.inputs?.members) : {};
  return Object.keys(members).some((email) => invitations[`${name}/${email}`] === "expired");
}

/** A resource that a program declares, and the same resource at the end of a preview. */
export interface Analyzed {
  readonly declared: Omit<StackResource, "dependencies">;
  readonly present: StackResource;
}

/** Returns the resources of one stack after the change, as Pulumi shows them to a policy pack in a preview. */
export function listAnalyzed(connection: Connection, change: Change): readonly Analyzed[] {
  const { before, live = before, after, today } = change;
  const actual = new Map(listResources(live, connection, today).map((one) => [one.key, one]));
  const endpoint = configure(connection, change)["peridio:endpoint"];
  return listResources(after, connection, today).map((one) => {
    const inputs = one.fill((other) => (actual.has(other) ? idOf(other) : unknownText));
    const former = actual.get(one.key);
    const isKept = former !== undefined && JSON.stringify(former.fill(idOf)) === JSON.stringify(inputs);
    const outputs = isKept ? observe(one, inputs, live) : plan(one, inputs, former !== undefined);
    const common = {
      urn: urn(one.key, connection),
      isProtected: one.isProtected,
      ignoredChanges: [],
      provider: { urn: provider(connection), inputs: endpoint === undefined ? {} : { endpoint } },
    };
    const dependencies = Object.fromEntries(
      Object.entries(findDependencies(one)).map(([property, keys]) => [
        property,
        keys.map((key) => urn(key, connection)),
      ]),
    );
    return {
      declared: { ...common, values: inputs },
      present: { ...common, values: { ...inputs, ...outputs }, dependencies },
    };
  });
}

/** Returns the outputs of a resource that the update creates or changes. Only the update tells who has accepted. */
function plan({ key }: Resource, inputs: Values, exists: boolean): Values {
  const [type = "", name = ""] = key.split("::");
  if (type === "OrganizationMembers") return { people: unknownText };
  if (type !== "Organization") return {};
  const displayName = inputs.displayName ?? (exists ? name : unknownText);
  return { displayName, ...(!exists && { createdAt: unknownText, owner: unknownText }) };
}
