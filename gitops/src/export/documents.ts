import { stringify } from "yaml";
import { type BackendName, version } from "#provider";
import { composeLayout, type Layout, parseLayout, type LayoutSource } from "#layout";
import { isSameValue } from "#framework/definitions";
import { CommandError } from "../exit";
import { computeDigest } from "../digest";
import { formatJson } from "../terminal/text";
import { type ExportedEntry, type LayoutEntry, toLayout } from "./entry";
import type { LeftOutPart } from "./leftOutPart";
import { writeLayout, mark } from "./layoutText";
import type { Team } from "./teams";

/** The folder of layouts, if each organization has a file. */
export const layoutFolder = "layouts";

/** The layout, if all organizations share one. */
export const layoutFile = "layout.yaml";

/** The input of `pulumi import --file` for one stack. */
export interface StackImport {
  /** Its name without the project. */
  readonly stack: string;
  /** The path of the file in the folder of the export. */
  readonly file: string;
  /** The names of its organizations, by the name of the layout in the program. */
  readonly layouts: ReadonlyMap<string, readonly string[]>;
}

interface ExportStyle {
  /** The name of the Pulumi project. */
  readonly project: string;
  /** True if each organization has its own layout. */
  readonly isSplit: boolean;
  /** The teams of the layout. Without any, each person has an entry. A team has one place, so layouts for each organization have none. */
  readonly teams: readonly Team[];
  /** The imports of an existing program. Undefined if the export contains a program, whose only stack has all organizations. */
  readonly stacks?: readonly StackImport[] | undefined;
  /** The name of the API in sentences. */
  readonly api: string;
  /** The name of the API in the provider's configuration. */
  readonly backend: BackendName;
}

/**
 * Returns all files of an export by their paths in its folder, with `/`. Reads the layouts back.
 * @throws CommandError if a layout differs after reading.
 */
export function createFiles(
  all: readonly ExportedEntry[],
  { project, isSplit, teams, stacks, api, backend }: ExportStyle,
): ReadonlyMap<string, string> {
  const entries = all.flatMap(({ entry }) => entry ?? []);
  const path = isSplit ? layoutFolder : layoutFile;
  const layouts = isSplit
    ? all.flatMap((exported) =>
        exported.entry === undefined
          ? []
          : [[`${path}/${getFileName(exported.entry.name)}`, writeLayout([exported], api, [])] as const],
      )
    : [[path, writeLayout(all, api, teams)] as const];
  const written = new Map(layouts);
  const layout = checkLayouts(written, entries);
  const everything = new Map([[layoutName, layout.organizations.map(({ name }) => name)]]);
  return new Map([
    ...written,
    ...(stacks ?? [{ file: "import.json", layouts: everything }]).map(
      ({ file, layouts }) => [file, writeImportFile(layout, entries, layouts)] as const,
    ),
    ["left-out.json", writeLeftOutFile(all)],
    ...(stacks === undefined ? [["Pulumi.yaml", writeProgram(project, path, backend)] as const] : []),
  ]);
}

/** Parses the written layouts and compares the result with the entries, because a wrong quotation would change a text. */
function checkLayouts(texts: ReadonlyMap<string, string>, entries: readonly LayoutEntry[]): Layout {
  const expected = entries.map((entry): LayoutSource => ({ value: toLayout(entry) }));
  // A reader decodes UTF-8.
  const read = [...texts].map(([file, text]) => ({ file, text: Buffer.from(text).toString() }));
  const parse = (sources: readonly LayoutSource[]) => parseLayout(sources, { now: new Date("0001-01-01"), version });
  const layout = parse(read);
  if (isSameValue(layout.organizations, parse(expected).organizations)) return layout;
  throw new CommandError(
    "The written layout differs from the contents of Peridio. Report this bug with the names of the organizations.",
  );
}

/** The names of devices in Windows, with any extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;
/** The end of a file name that differs from the name of its organization. */
const hashSuffix = /-[0-9a-f]{12}$/;

/**
 * Returns a file name for an organization that works on every file system, also without case, and differs from all
 * others. Names of small letters, digits, `.`, `_` and `-` stay as they are.
 */
export function getFileName(organization: string): string {
  const isSafe = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(organization) && !device.test(organization);
  if (isSafe && !hashSuffix.test(organization)) return `${organization}.yaml`;
  const readable = organization.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const stem = readable.replace(/^-|-$/g, "").slice(0, 60) || "organization";
  return `${stem}-${computeDigest(organization).slice(0, 12)}.yaml`;
}

/** The name of the layout in the program of an export. */
const layoutName = "organizations";

/**
 * Returns the input of `pulumi import --file`: layouts, and all resources that each declares for its organizations. The preview after
 * the import is empty.
 */
function writeImportFile(layout: Layout, entries: readonly LayoutEntry[], layouts: StackImport["layouts"]): string {
  const ids = new Map(entries.flatMap(({ ids }) => [...ids]));
  const organizationIds = new Map(entries.map(({ name, id }) => [name, id]));
  const resources = [...layouts].flatMap(([parent, names]) => {
    const organizations = layout.organizations.filter(({ name }) => names.includes(name));
    return [
      // Not `remote`: the engine would replace the layout in the first preview.
      { type: "peridio:index:Layout", name: parent, component: true },
      ...composeLayout({ ...layout, organizations }).children.map(({ type, name: logicalName }) => {
        // Pulumi finds the parent by this name, so all names differ.
        const name = `${type.slice(type.lastIndexOf(":") + 1)} ${logicalName}`;
        const id = ids.get(name) ?? organizationIds.get(logicalName);
        return { type, name, logicalName, parent, id };
      }),
    ];
  });
  return `{\n  "resources": [\n${resources.map((resource) => `    ${JSON.stringify(resource)}`).join(",\n")}\n  ]\n}\n`;
}

/** Lists everything that a layout cannot declare, so that a backup has it. */
function writeLeftOutFile(all: readonly ExportedEntry[]): string {
  const list = all.flatMap(({ inventory, leftOut }) => [...leftOut, ...listExpired(inventory)]);
  return formatJson(list);
}

function listExpired({
  organization,
  expired,
}: ExportedEntry["inventory"]): readonly (Omit<LeftOutPart, "part"> & { part: string })[] {
  if (expired.length === 0) return [];
  const value = expired.map(({ email, role, expiresAt }) => ({ email, role, expiresAt }));
  const reasons = ["the invitations have expired: to invite these people again, add them under `people` in the layout"];
  return [{ organization: organization.name, part: "expiredInvitations", reasons, value }];
}

/** Pulumi requires a type for keys of the project's own namespace, and rejects one for others. */
function getConfiguration(project: string, backend: BackendName) {
  return { "peridio:backend": { ...(project === "peridio" && { type: "string" }), value: backend } };
}

/**
 * Returns a Pulumi program with the layout at that path. It names the API unless it is the default, because roles and
 * ids depend on it.
 */
function writeProgram(project: string, path: string, backend: BackendName): string {
  const program = {
    name: project,
    runtime: "yaml",
    ...(backend !== "admin-v2" && { config: getConfiguration(project, backend) }),
    resources: { [layoutName]: { type: "peridio:Layout", properties: { path } } },
  };
  return `${mark}. Import the organizations with import.json before the first update.\n${stringify(program, { compat: "yaml-1.1" })}`;
}
