import { isRecord, type Path } from "#framework";
import { createMistake, type Mistake, type ParsedDocument } from "#framework/documents";

/** The former name of the key `teams`. Only this version accepts it, with a warning. */
export const formerTeams = "groups";

interface Renamed {
  readonly document: ParsedDocument;
  readonly warnings: readonly Mistake[];
}

/** Returns a document whose teams are below `teams`. Teams below the former key keep their places in the file. */
export function renameTeams(document: ParsedDocument): Renamed {
  const { value } = document;
  if (!isRecord(value) || !Object.hasOwn(value, formerTeams)) return { document, warnings: [] };
  const { [formerTeams]: former, teams, ...others } = value;
  const createRemark = (reason: string) => createMistake(document, [formerTeams], reason, "key");
  const hasValue = teams !== undefined && teams !== null;
  const isLeftOut = (name?: string | number) =>
    name !== undefined && isRecord(former) && isRecord(teams) && !Object.hasOwn(teams, name);
  /** The file has these teams below `groups`: all teams if `teams` has no value, else those that `teams` leaves out. */
  const toPathInFile = (path: Path): Path =>
    path[0] === "teams" && (!hasValue || isLeftOut(path[1])) ? [formerTeams, ...path.slice(1)] : path;
  const renamed: ParsedDocument = {
    // The teams of both keys, so that no team seems to be missing.
    value: { ...others, teams: isRecord(former) && isRecord(teams) ? { ...former, ...teams } : (teams ?? former) },
    locate: (path, which) => document.locate(toPathInFile(path), which),
    sourceOf: (path) => document.sourceOf(toPathInFile(path)),
    mistakes: document.mistakes,
  };
  if (teams === undefined) {
    const reason = "has the new name `teams`: rename the key. The next version does not accept `groups` here.";
    return { document: renamed, warnings: [createRemark(reason)] };
  }
  const reason =
    "is the former name of the key `teams`, which is here too: move all teams to `teams`, and remove `groups`";
  return { document: { ...renamed, mistakes: [...document.mistakes, createRemark(reason)] }, warnings: [] };
}
