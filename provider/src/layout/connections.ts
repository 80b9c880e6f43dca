import { isRecord, type Path, type Values } from "#framework";
import { findUnmet } from "#framework/definitions";
import { createMistake, type Mistake, type ParsedDocument, suggest } from "#framework/documents";
import { type BackendName, traits } from "../api";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { organizationOwner } from "../resources/organizationOwner";
import { securityPolicy } from "../resources/securityPolicy";
import { tunnelPolicy } from "../resources/tunnelPolicy";
import type { LayoutDeclaration, OrganizationDeclarations, sections } from "./declarations";
import { connection } from "./schema";

/** The APIs of a layout's connections, by name. */
export type Connections = ReadonlyMap<string, BackendName>;

/** Returns the valid connections of a layout. */
export function listConnections(documents: readonly ParsedDocument[]): Connections {
  return new Map(
    documents.flatMap(({ value }) =>
      Object.entries(isRecord(value) && isRecord(value.connections) ? value.connections : {}).flatMap(
        ([name, declared]) => {
          const { data } = connection.safeParse(declared);
          return data === undefined ? [] : [[name, data.backend] as const];
        },
      ),
    ),
  );
}

/** Returns the names of a layout's connections, also of those with a mistake; undefined if a mistake may hide names. */
export function listConnectionNames(documents: readonly ParsedDocument[]): readonly string[] | undefined {
  const declared = documents.flatMap(({ value }) =>
    isRecord(value) && "connections" in value ? [value.connections] : [],
  );
  return declared.every(isRecord) ? declared.flatMap((connections) => Object.keys(connections)) : undefined;
}

/** Returns the name of an organization's connection; undefined if it has none. */
export function getConnection({ settings }: OrganizationDeclarations): string | undefined {
  const name = settings.get("connection")?.value;
  return typeof name === "string" ? name : undefined;
}

/**
 * Rejects unknown connections, and an organization without a connection beside others that have one: the layout would not say to
 * which API the organization belongs.
 */
export function checkConnections(
  documents: readonly ParsedDocument[],
  organizations: readonly OrganizationDeclarations[],
): readonly Mistake[] {
  const names = listConnectionNames(documents);
  if (names === undefined) return [];
  const declarations = new Set(
    organizations.flatMap((one) => (getConnection(one) === undefined ? [] : (one.settings.get("connection") ?? []))),
  );
  const unknown = [...declarations].filter(({ value }) => !names.includes(String(value)));
  return [
    ...unknown.map(({ document, path, value }) => createMistake(document, path, explainUnknown(String(value), names))),
    ...organizations
      .filter((one) => names.length > 0 && one.settings.get("connection") === undefined)
      .map(({ name, document }) => {
        const reason =
          "has no `connection`, but the layout has `connections`: add the connection to the organization or to `defaults`";
        return createMistake(document, ["organizations", name], reason, "key");
      }),
  ];
}

function explainUnknown(name: string, names: readonly string[]): string {
  const text = JSON.stringify(name);
  if (names.length === 0) return `is ${text}, but the layout has no \`connections\`: declare it there`;
  return `is ${text}, which is not a connection of the layout: use one of ${names.join(", ")}${suggest(name, names)}`;
}

/** The resources that contain the sections of an organization. An Organization contains the other settings. */
const resources: Readonly<Record<(typeof sections)[number] | "owner", Parameters<typeof findUnmet>[1]>> = {
  owner: organizationOwner,
  roster: organizationMembers,
  security: securityPolicy,
  tunnels: tunnelPolicy,
  billing: billingSettings,
};

/** A setting or a section of `defaults` that does not apply to an organization, because its API does not support it. */
interface OmittedDefault {
  readonly organization: string;
  readonly document: ParsedDocument;
  readonly path: Path;
  readonly cause: string;
}

/**
 * Removes the defaults that the API of an organization's connection does not support. The organization did not declare them, so they
 * are remarks and no mistakes.
 */
export function omitUnsupportedDefaults(
  declared: OrganizationDeclarations,
  connections: Connections,
): { readonly organization: OrganizationDeclarations; readonly omitted: readonly OmittedDefault[] } {
  const backend = connections.get(getConnection(declared) ?? "");
  if (backend === undefined) return { organization: declared, omitted: [] };
  const omitted: OmittedDefault[] = [];
  const settings = new Map<string, LayoutDeclaration>();
  for (const [setting, declaration] of declared.settings) {
    const { document, path } = declaration;
    const cause = path[0] === "defaults" ? explainUnsupported(setting, declaration, backend) : undefined;
    if (cause === undefined) settings.set(setting, declaration);
    else omitted.push({ organization: declared.name, document, path: path.slice(0, 2), cause });
  }
  return { organization: { ...declared, settings }, omitted };
}

/** Describes the defaults that do not apply to some organizations, each section once. */
export function describeOmitted(omitted: readonly OmittedDefault[]): readonly Mistake[] {
  const notes = new Map<string, OmittedDefault & { readonly names: Set<string> }>();
  for (const one of omitted) {
    const key = JSON.stringify([one.path, one.cause]);
    const note = notes.get(key) ?? { ...one, names: new Set() };
    notes.set(key, note);
    note.names.add(one.organization);
  }
  return [...notes.values()].map(({ document, path, names, cause }) =>
    createMistake(document, path, `does not apply to ${[...names].sort().join(", ")}: ${cause}`, "key"),
  );
}

/** Says why an API does not support a setting, without a remedy. Returns undefined if the API supports the setting. */
function explainUnsupported(setting: string, { value }: LayoutDeclaration, backend: BackendName): string | undefined {
  if (setting === "connection") return undefined;
  const [first = "", second] = setting.split(".");
  const resource = Object.entries(resources).find(([section]) => section === first)?.[1] ?? organization;
  const inputs: Values = second === undefined ? { [first === "owner" ? "email" : first]: value } : { [second]: value };
  const [unmet] = findUnmet(traits[backend], resource, inputs);
  // A reason ends with its remedy after a colon. A default needs none.
  return unmet?.unsupported.reason.split(": ")[0];
}
