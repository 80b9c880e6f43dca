import type { Review } from "./review";
import { type Level, levelOf, levels } from "./risk";

/** Whether anything changes: access, a setting, what becomes of an organization, or something that is none of Peridio's. */
export function changesAnything({ people, settings, organizations, others }: Review): boolean {
  return (
    people.some(({ changed }) => changed) ||
    settings.length > 0 ||
    organizations.some(({ change, risks }) => change !== "kept" || risks.length > 0) ||
    others > 0
  );
}

/** Counts the changes with a risk of this level or of a higher one. */
export function changesOf(level: Level, { people, settings, organizations }: Review): number {
  const minded = levels.slice(0, levels.indexOf(level) + 1);
  return [...organizations, ...people, ...settings].filter(({ risks }) => {
    const highest = levelOf(risks);
    return highest !== undefined && minded.includes(highest);
  }).length;
}
