import * as z from "zod";
import type { PersonAccess, Review } from "../../src/review/review";

// The rows of a plan, to compare them with those of a review of the same change.

/** The rows in any order, without keys. Without a declaration, only Peridio knows the owner and other settings. */
export function listRows({ organizations: all, people, groups = [], objects = [], settings, programChanges }: Review) {
  const withName = <Row extends { readonly organization: string }>(row: Row) => ({
    ...row,
    organization: all.find(({ key }) => key === row.organization)?.name,
  });
  const omitOwner = (access: PersonAccess | null) => access && { ...access, owner: undefined };
  return {
    organizations: all.map(({ name, change, risks }) => ({ name, change, risks })),
    people: people.map((one) => ({
      ...withName(one),
      before: omitOwner(one.before),
      after: omitOwner(one.after),
      risks: one.risks.filter((risk) => risk !== "changesOwner"),
      notes: [],
    })),
    groups: groups.map(withName),
    objects: objects.map((one) => ({ ...withName(one), key: "", project: undefined })),
    settings: settings.map((one) => JSON.stringify(withName(one))).sort(),
    programChanges,
  };
}

type Rows = ReturnType<typeof listRows>;

const notKnown = /not known →|: unknown\b/;

/** Leaves out the settings that a plan does not know before the change: the review may show the default, or no row. */
export function omitUnknown(rows: Rows, plan: Rows): Rows {
  const getSubject = (row: string) =>
    JSON.stringify(
      z.object({ organization: z.string(), section: z.string(), setting: z.string() }).parse(JSON.parse(row)),
    );
  const unknown = new Set(plan.settings.filter((row) => notKnown.test(row)).map(getSubject));
  return { ...rows, settings: rows.settings.filter((row) => !unknown.has(getSubject(row))) };
}
