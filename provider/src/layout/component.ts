import * as z from "zod";
import { type Component, isRecord, type Path, UserError, type Values } from "#framework";
import { requireValid, omitAbsent } from "#framework/definitions";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { composeLayout } from "./composition";
import { readLayoutFiles } from "./files";
import { formerTeams } from "./formerTeams";
import { type Layout, parseLayout } from "./layout";
import { inlineLayout } from "./schema";

/** The inputs that are not part of the layout itself. */
const options = z.object({
  connection: z
    .string()
    .optional()
    .meta({
      description:
        "The connection whose organizations this stack manages, from the layout's `connections`. Required if the " +
        "organizations have several connections. The Layout also checks the other organizations, but does not " +
        "declare them. The connection's API must be the API of the provider.",
    }),
  path: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({
      description:
        "A layout file or a folder of layout files, relative to the program's folder. Set either `path`, or the " +
        "layout itself: `organizations` and the properties beside it, except `connection` and `only`.",
    }),
  only: z
    .array(z.string())
    .min(
      1,
      "must contain the name of an organization or a pattern: add one, or remove the property to manage all organizations",
    )
    .optional()
    .meta({
      description:
        "The names of the organizations that this stack manages. `*` stands for any characters, as in `acme-*`. " +
        "Default: all. The Layout also checks the other organizations, but does not declare them. If the stack already manages an organization that `only` omits, " +
        "the preview fails, because the organization is protected.",
    }),
});

const outputs = z.object({
  organizationIds: z.record(z.string(), z.string()).meta({ description: "The PRNs of the organizations, by name." }),
});

export const layoutComponent: Component = {
  token: "peridio:index:Layout",
  description:
    "Complete organizations with their people and settings, from layout files or from the same structure in " +
    "the program. For each organization, the Layout declares an Organization and an OrganizationMembers. If " +
    "the layout contains security settings, billing settings or an owner, it also declares a SecurityPolicy, a " +
    "BillingSettings or an OrganizationOwner. These resources have the name of the organization, so changing " +
    "only the order or the format of a layout changes no resource. With Avocado Connect, the layout can also contain " +
    "groups and projects. The Layout then declares each Group as ORGANIZATION/GROUP, each Project as " +
    "ORGANIZATION/PROJECT, and each Cohort as ORGANIZATION/PROJECT/COHORT. All resources except an OrganizationOwner are protected, unless the " +
    "program sets `protect: false` on the Layout. If the stack already contains one of " +
    "these resources at its root, under the same name, the Layout continues to manage it. If " +
    "the existing resource has another name, first rename it with `pulumi state rename`. Do not rename " +
    "Memberships: if the layout declares the person, the person keeps access. If a layout has mistakes, the " +
    "Layout reports all of them, each with file, line and column or with the property, and changes nothing.",
  example: `
resources:
  acme:
    type: peridio:Layout
    properties:
      organizations:
        acme-production:
          displayName: Acme production
          security: { requireTwoFactor: true, sessionTimeout: 8h }
      people:
        ada@acme.example: { acme-production: admin }
        bob@acme.example: { acme-production: developer }
        carl@partner.example: { acme-production: { role: viewer, until: 2099-12-31 } }
`,
  importInstead:
    "Import the resources of each organization without a parent, under the organization's name, for example with " +
    `\`pulumi import ${organization.token} acme-production acme-production\` and ` +
    `\`pulumi import ${organizationMembers.token} acme-production acme-production\`. ` +
    "Then declare the Layout, which continues to manage them. To print a layout of existing organizations, run `peridio-gitops export`.",
  inputs: options.extend(inlineLayout.shape),
  outputs,
  confidential: listConfidentialTexts,
  compose({ folder, now, version }, values) {
    const { path, only, connection, ...inline } = dropNulls(values);
    const declared = options.parse(requireValid(options, { path, only, connection }, "a Layout"));
    if (declared.path !== undefined && Object.keys(inline).length > 0) {
      const names = Object.keys(inline).join(", ");
      throw new UserError(
        `The Layout has both \`path\` and ${names}. Move ${names} into the layout files, or remove \`path\`.`,
      );
    }
    const sources = declared.path === undefined ? [{ value: inline }] : readLayoutFiles(declared.path, folder);
    const layout = parseLayout(sources, { now, version, only: declared.only, connection: declared.connection });
    rejectSeveralConnections(layout);
    return composeLayout(layout);
  },
};

/** Rejects organizations of several connections, because a stack has one API key. */
function rejectSeveralConnections({ organizations, connections }: Layout): void {
  const used = [...connections.keys()].filter((name) => organizations.some((one) => one.connection === name));
  if (used.length < 2) return;
  throw new UserError(
    `The organizations of the Layout have the connections ${used.join(", ")}. Set \`connection\` on the Layout to the ` +
      "connection whose organizations this stack manages.",
  );
}

/**
 * Drops properties that are null, because Pulumi treats them as absent. Keeps null under a key that the program chose: an
 * organization or a group in Peridio without properties is valid, but a person without a role or a team without a value
 * is a mistake.
 */
function dropNulls(inputs: Values): Values {
  const { organizations, defaults, people, ...rest } = inputs;
  return omitAbsent({
    ...rest,
    organizations: mapEach(organizations, dropInOrganization),
    defaults: dropSettings(defaults),
    people: mapEach(people, (roles) => mapEach(roles, (role) => (isRecord(role) ? omitAbsent(role) : role))),
  });
}

function dropInOrganization(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { groups, projects, ...settings } = value;
  return omitAbsent({
    ...dropIn(settings),
    groups: mapEach(groups, dropSettings),
    projects: mapEach(projects, dropInProject),
  });
}

function dropInProject(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { cohorts, ...settings } = value;
  return omitAbsent({ ...dropIn(settings), cohorts: mapEach(cohorts, dropSettings) });
}

function dropSettings(value: unknown): unknown {
  return isRecord(value) ? dropIn(value) : value;
}

function dropIn(settings: Values): Values {
  return mapValues(omitAbsent(settings), dropSettings);
}

/** Maps the values of a map. Returns another value unchanged. */
function mapEach(value: unknown, change: (inner: unknown) => unknown): unknown {
  return isRecord(value) ? mapValues(value, change) : value;
}

function mapValues(values: Values, change: (inner: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, inner]) => [key, change(inner)]));
}

/** Properties with values of the layout language, and properties with names of organizations and groups, which URNs contain too. */
const publicProperties = new Set([
  "groups",
  "role",
  "until",
  "afterwards",
  "maxRemovals",
  "onExpired",
  "sessionTimeout",
  "deletionPolicy",
  "paymentMethod",
  "resourceType",
  "only",
  "connection",
  "backend",
  "requires",
]);

/** Returns the confidential texts of a secret in a layout: addresses of people, and descriptions of organizations. */
function listConfidentialTexts(path: Path, secret: unknown, inputs: Values): readonly string[] {
  const [section, ...below] = path;
  const teams = [inputs.teams, inputs[formerTeams]];
  const isTeam = (text: string) => teams.some((named) => isRecord(named) && Object.hasOwn(named, text));
  if (section === "teams" || section === formerTeams) return listAllTexts(secret);
  if (section === "people") {
    // The values are roles. A key is an address, even an invalid one, unless it is a team.
    const keys = isRecord(secret) && below.length === 0 ? Object.keys(secret) : [];
    return keys.filter((key) => !isTeam(key));
  }
  const property = path.findLast((step) => typeof step === "string");
  return listTexts(secret, property).filter((text) => !isTeam(text));
}

/** Returns all texts in a value, without its keys. */
function listAllTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(listAllTexts);
  return isRecord(value) ? Object.values(value).flatMap(listAllTexts) : [];
}

/** Returns the confidential texts in the value of a property. */
function listTexts(value: unknown, property = ""): readonly string[] {
  if (typeof value === "string") return publicProperties.has(property) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => listTexts(item, property));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => listTexts(inner, key));
}
