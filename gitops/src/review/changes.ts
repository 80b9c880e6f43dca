import type { Review } from "./review";

/** Whether anything changes: access, a setting, what becomes of an organization, or something that is none of Peridio's. */
export function changesAnything({ people, settings, organizations, others }: Review): boolean {
  return (
    people.some(({ changed }) => changed) ||
    settings.length > 0 ||
    organizations.some(({ change, risks }) => change !== "kept" || risks.length > 0) ||
    others > 0
  );
}
