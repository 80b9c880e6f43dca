import * as z from "zod";
import { asPrn } from "./organizationId";

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const prefix = `(?:prn:1:)?${uuid}/`;
const groupPattern = new RegExp(`^(?:${prefix})?${uuid}$`, "i");
const cohortPattern = new RegExp(`^(?:${prefix}${uuid}/)?${uuid}$`, "i");
const fullCohortPattern = new RegExp(`^${prefix}${uuid}/${uuid}$`, "i");
const projectPattern = new RegExp(`^${prefix}${uuid}$`, "i");

/** The id of a group: its UUID, or the `id` of a Group, which ends with the UUID. */
export const groupId = z.string().regex(groupPattern, {
  error:
    "must be a group's id, such as prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d/0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10. Pass the `id` of a Group",
});

/** Returns the UUID of a group's id, in lower case. */
export function asUuid(value: string): string {
  return value.slice(value.lastIndexOf("/") + 1).toLowerCase();
}

/** The id of the project that contains an object. */
export const projectId = z
  .string()
  .regex(projectPattern, {
    error:
      "must be a project's id, such as prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d/0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10. Pass the `id` of a Project",
  })
  .meta({ replaceOnChange: true, canonical: asProjectId });

/** Returns the UUID of a group's id. Other values pass unchanged. */
export function toGroupUuid(value: unknown): unknown {
  return typeof value === "string" && groupPattern.test(value) ? asUuid(value) : value;
}

function asProjectId(value: unknown): unknown {
  return typeof value === "string" && projectPattern.test(value) ? canonicalizeId(value) : value;
}

/** Returns the id of an object in lower case, with the PRN of its organization. */
export function canonicalizeId(id: string): string {
  const [organization, ...uuids] = id.split("/");
  return [String(asPrn(organization)), ...uuids.map((one) => one.toLowerCase())].join("/");
}

/** The `id` of a Cohort, which names the organization and the project too. */
export const fullCohortId = z
  .string()
  .regex(fullCohortPattern, {
    error: "must be the `id` of a Cohort: the id of its project, a `/`, and the UUID of the cohort",
  })
  .meta({ replaceOnChange: true, canonical: asFullCohortId });

function asFullCohortId(value: unknown): unknown {
  return typeof value === "string" && fullCohortPattern.test(value) ? canonicalizeId(value) : value;
}

/** The id of a cohort: its UUID, or the `id` of a Cohort, which ends with the UUID. */
export const cohortId = z
  .string()
  .regex(cohortPattern, {
    error: "must be a cohort's id, such as 0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10. Pass the `id` of a Cohort",
  })
  .meta({ replaceOnChange: true, canonical: toCohortUuid });

function toCohortUuid(value: unknown): unknown {
  return typeof value === "string" && cohortPattern.test(value) ? asUuid(value) : value;
}

/** Returns the id of the organization in the id of an object that it contains. */
export function getOrganizationId(id: string): string {
  const end = id.indexOf("/");
  return end === -1 ? id : id.slice(0, end);
}

/** Returns the id of the object that contains an object: its id without the last UUID. */
export function getParentId(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}
