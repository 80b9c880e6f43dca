import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { printable } from "#framework/messages";
import { version } from "#provider";
import { computeDigest } from "../digest";
import { formatJson } from "../terminal/text";

/** The place of a result. GitHub rejects a result without a place. */
export interface FileLocation {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** The subject of a result. Without a name, the result is about a program. */
export interface Subject {
  /** The name of an organization. */
  readonly organization?: string | undefined;
  /** An e-mail address. */
  readonly person?: string | undefined;
  /** The section of a setting, such as `security`. */
  readonly section?: string | undefined;
  /** The name of a broken rule. */
  readonly rule?: string;
}

/** Returns the place of a subject. */
export type Locate = (subject: Subject) => FileLocation;

/** One result in a file for code scanning. */
export interface Result {
  /** Identifies the kind of the result, such as the name of a risk. */
  readonly id: string;
  /** The kind in words. */
  readonly title: string;
  readonly level: "error" | "warning" | "note";
  /** Whole sentences. */
  readonly message: string;
  readonly place: FileLocation;
}

/** The place of a result about something that no file declares: the file with the program, as examples call it. */
export const elsewhere: FileLocation = { file: "Pulumi.yaml" };

/** Formats results as SARIF 2.1.0. `unknowns` are the facts that the command does not know, in whole sentences. */
export function formatSarif(results: readonly Result[], unknowns: readonly string[] = []): string {
  const titles = new Map(results.map(({ id, title }) => [id, title]));
  const ids = [...titles.keys()].sort();
  return formatJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "peridio-gitops",
            semanticVersion: version,
            rules: ids.map((id) => ({ id, shortDescription: { text: printable(titles.get(id) ?? id) } })),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: unknowns.map((text) => ({ level: "note", message: { text: printable(text) } })),
          },
        ],
        results: results.map(({ id, level, message, place }) => ({
          ruleId: id,
          ruleIndex: ids.indexOf(id),
          level,
          message: { text: printable(message) },
          locations: [{ physicalLocation: locate(place) }],
          // Without the line, a result keeps its identity when it moves.
          partialFingerprints: { "peridioGitops/v1": computeDigest(`${id}\n${place.file}\n${message}`) },
        })),
      },
    ],
  });
}

function locate({ file, line = 1, column = 1 }: FileLocation): object {
  const relative = file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  const uri = isAbsolute(file) ? pathToFileURL(file).href : relative;
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: column } };
}
