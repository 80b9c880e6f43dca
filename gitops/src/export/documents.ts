import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { BackendName } from "../../../provider/src/api";
import { same } from "../../../provider/src/core/values";
import { version } from "../../../provider/src/core/version";
import { layoutOf } from "../../../provider/src/layouts/layout";
import type { Source } from "../../../provider/src/layouts/source";
import { billingSettings } from "../../../provider/src/resources/billingSettings";
import { organization } from "../../../provider/src/resources/organization";
import { organizationMembers } from "../../../provider/src/resources/organizationMembers";
import { organizationOwner } from "../../../provider/src/resources/organizationOwner";
import { securityPolicy } from "../../../provider/src/resources/securityPolicy";
import { CommandError } from "../exit";
import { asJson } from "../terminal/text";
import type { Entered, Entry, LeftOut } from "./entry";
import { layoutText, mark } from "./layoutText";

/** The folder of layouts, where each organization has a file. */
export const layoutFolder = "layouts";

/** The layout, where all organizations have one. */
export const layoutFile = "layout.yaml";

interface Style {
  /** What the Pulumi project is called. */
  readonly project: string;
  /** Whether each organization has a layout of its own. */
  readonly split: boolean;
  /** What people call the API that told everything. */
  readonly api: string;
  /** The same for the provider. */
  readonly backend: BackendName;
}

/**
 * All files of an export by their paths, with `/`, as seen from its folder. The layouts are read back.
 * @throws Failure if they do not say what they should
 */
export function documents(
  all: readonly Entered[],
  { project, split, api, backend }: Style,
): ReadonlyMap<string, string> {
  const entries = all.flatMap(({ entry }) => entry ?? []);
  const path = split ? layoutFolder : layoutFile;
  const layouts = split
    ? all.flatMap((one) =>
        one.entry === undefined ? [] : [[`${path}/${fileName(one.entry.name)}`, layoutText([one], api)] as const],
      )
    : [[path, layoutText(all, api)] as const];
  const written = new Map(layouts);
  readBack(written, entries);
  return new Map([
    ...written,
    ["import.json", importFile(entries)],
    ["left-out.json", leftOutFile(all)],
    ["Pulumi.yaml", programText(project, path, backend)],
  ]);
}

/** Holds what a reader takes from the texts against the entries, so that no spelling of a text loses anything. */
function readBack(texts: ReadonlyMap<string, string>, entries: readonly Entry[]): void {
  const meant = entries.map(({ name, settings, roles }): Source => {
    const people = Object.fromEntries([...roles].map(([email, role]) => [email, { [name]: role }]));
    return { value: { organizations: { [name]: settings }, people } };
  });
  // As it will be read: from a file in UTF-8.
  const read = [...texts].map(([file, text]) => ({ file, text: Buffer.from(text).toString() }));
  const circumstances = { today: "0001-01-01", version };
  if (same(layoutOf(read, circumstances), layoutOf(meant, circumstances))) return;
  throw new CommandError(
    "The layout would not read as it was written. Please report this, with the names of the organizations.",
  );
}

/** Names that Windows gives to devices, whatever follows a dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;
/** How a name ends that stands for another one. */
const marked = /-[0-9a-f]{12}$/;

/**
 * A file name for an organization that every file system can hold, and that no other organization has, on those that ignore case
 * either. Names of small letters, digits, `.`, `_` and `-` stay as they are.
 */
export function fileName(organization: string): string {
  const isSafe = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(organization) && !device.test(organization);
  if (isSafe && !marked.test(organization)) return `${organization}.yaml`;
  const readable = organization.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const stem = readable.replace(/^-|-$/g, "").slice(0, 60) || "organization";
  return `${stem}-${createHash("sha256").update(organization).digest("hex").slice(0, 12)}.yaml`;
}

/** The name of the layout in the program, and so in the import file. */
const layoutName = "organizations";

/** What `pulumi import --file` reads, so that the preview after it is empty: the layout, and everything that it makes of the entries. */
function importFile(entries: readonly Entry[]): string {
  const resources = [
    // Not `remote`: the engine would replace the layout in the first preview.
    { type: "peridio:index:Layout", name: layoutName, component: true },
    ...entries.flatMap(({ name, id, settings }) => {
      const types = [
        organization,
        organizationMembers,
        ...(settings.security === undefined ? [] : [securityPolicy]),
        ...(settings.billing === undefined ? [] : [billingSettings]),
        ...(settings.owner === undefined ? [] : [organizationOwner]),
      ];
      return types.map(({ token }) => ({
        type: token,
        // The parent is found by this name, so no two may be the same.
        name: `${token.slice(token.lastIndexOf(":") + 1)} ${name}`,
        logicalName: name,
        parent: layoutName,
        id,
      }));
    }),
  ];
  return `{\n  "resources": [\n${resources.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]\n}\n`;
}

/** All that Peridio has and the layout does not say, so that a backup holds it nevertheless: a list, empty if there is nothing. */
function leftOutFile(all: readonly Entered[]): string {
  const list = all.flatMap(({ found, leftOut }) => [...leftOut, ...expiredOf(found)]);
  return asJson(list);
}

function expiredOf({ organization, expired }: Entered["found"]): readonly (Omit<LeftOut, "part"> & { part: string })[] {
  if (expired.length === 0) return [];
  const value = expired.map(({ email, role, expiresAt }) => ({ email, role, expiresAt }));
  const reasons = ["they have expired: invite these people again by an entry under `people`"];
  return [{ organization: organization.name, part: "expiredInvitations", reasons, value }];
}

/** Pulumi demands a type of keys that bear the project's own name, and refuses one of all others. */
function settings(project: string, backend: BackendName) {
  return { "peridio:backend": { ...(project === "peridio" && { type: "string" }), value: backend } };
}

/** A Pulumi program of that name, with the layout at that path. It names the API if that is not the usual one, since roles and ids are its. */
function programText(project: string, path: string, backend: BackendName): string {
  const program = {
    name: project,
    runtime: "yaml",
    ...(backend !== "admin-v2" && { config: settings(project, backend) }),
    resources: { [layoutName]: { type: "peridio:Layout", properties: { path } } },
  };
  return `${mark}, with import.json, which takes over what Peridio has.\n${stringify(program, { compat: "yaml-1.1" })}`;
}
