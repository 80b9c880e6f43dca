import type { Layout } from "#layout";
import type { Side } from "../../model/directory";
import type { Model } from "../../model/model";
import { memoize } from "../../memoize";
import { readLayoutOrganization } from "../../who/layout";
import { readModelAccess } from "../../who/preview";
import type { OrganizationAccess } from "../../who/source";
import type { TestedAccess } from "./accessTest";

/** Returns the access before or after the changes of all previews together. */
export function createModelAccess(model: Model, side: Side): TestedAccess {
  return { scope: "in the previews", read: memoize((day?: string) => readModelAccess(model, side, day)) };
}

/** Returns the access in layouts. `read` returns the layouts on a day, today by default, or the reason why there are none. */
export function createLayoutAccess(read: (day?: string) => readonly Layout[] | string): TestedAccess {
  return {
    scope: "in the layouts",
    read: memoize((day?: string) => {
      const layouts = read(day);
      if (typeof layouts === "string") return layouts;
      return layouts.flatMap(({ organizations }) => organizations.map(readLayoutOrganization));
    }),
  };
}

/** Returns live access. Peridio has no last days. */
export function createLiveAccess(organizations: readonly OrganizationAccess[]): TestedAccess {
  const reason =
    "Live organizations have no last days. Until that day, use the test with layouts or previews only, in a separate file of rules.";
  return { scope: "that this API key can see", read: (day) => (day === undefined ? organizations : reason) };
}
