import type { BackendName } from "../../../provider/src/api";
import { version } from "../../../provider/src/core/version";
import { same } from "../../../provider/src/core/values";
import { layoutOf } from "../../../provider/src/layouts/layout";
import type { Source } from "../../../provider/src/layouts/source";
import { Failure } from "../failure";
import type { Entered, Entry } from "./entry";
import { fileName } from "./fileName";
import { importFile } from "./importFile";
import { layoutText } from "./layoutText";
import { leftOutFile } from "./leftOutFile";
import { programText } from "./programText";

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
  throw new Failure(
    "The layout would not read as it was written. Please report this, with the names of the organizations.",
  );
}
