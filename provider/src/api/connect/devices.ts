import * as z from "zod";
import type { Http } from "#framework/http";
import type { Fields } from "../contract";
import { type Collection, parents } from "./collection";
import { createPageSchema, id, joinId, readList, type Wire } from "./schemas";

const device = z
  .object({
    id,
    identifier: z.string(),
    name: z.string().nullish(),
    // Peridio may add a status.
    status: z.string(),
    last_seen_at: z.string().nullish(),
    tags: z.array(z.string()).readonly().nullish(),
    cohort_id: z.string().nullish(),
    resolved_runtime: z
      .object({ version: z.string().nullish() } satisfies Fields<NonNullable<Wire["device"]["resolved_runtime"]>>)
      .nullish(),
    inserted_at: z.string().nullish(),
  } satisfies Fields<Wire["device"]>)
  .transform(({ id, identifier, name, status, last_seen_at, tags, cohort_id, resolved_runtime, inserted_at }) => ({
    id,
    /** The serial number or another identifier of the hardware. */
    identifier,
    name: name ?? null,
    status,
    /** ISO 8601, UTC; null if the device was never connected. */
    lastSeenAt: last_seen_at ?? null,
    tags: tags ?? [],
    /** The UUID of the cohort; null if there is none. */
    cohortId: cohort_id ?? null,
    /** The version that the device is to have; null if there is none. */
    runtimeVersion: resolved_runtime?.version ?? null,
    /** ISO 8601, UTC; null if Peridio does not report it. */
    createdAt: inserted_at ?? null,
  }));

const page = createPageSchema(device);

/** A device of an organization. */
export type Device = Readonly<z.output<typeof device>>;

/** The statuses of the published document. */
export const deviceStatuses = ["unregistered", "registered", "online", "offline"] as const;

/** Selects devices that have all these properties. */
interface DeviceFilter {
  readonly status?: string | undefined;
  /** The UUID of the cohort. */
  readonly cohortId?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

interface DeviceOperations {
  /** Lists the devices in cohorts that the API key can access. */
  list(organizationId: string, filter: DeviceFilter): AsyncIterable<Device>;
}

/** Devices join and leave without Pulumi, so the provider only lists them, and keeps no list. */
export const devices: Collection<DeviceOperations, "devices"> = {
  feature: "devices",
  absence: "The provider lists no devices with Peridio's Admin API",
  remedy: "remove the call to `getDevices`",
  open: (http: Http) => ({
    async *list(organizationId, filter) {
      const path = `${parents.organization(organizationId)}/devices`;
      for await (const found of readList(http, path, page, ({ id }) => id, toQuery(filter)))
        if (matchesFilter(found, filter)) yield { ...found, id: joinId(organizationId, found.id) };
    },
  }),
};

function toQuery({ status, cohortId, tags = [] }: DeviceFilter): Readonly<Record<string, string>> {
  return {
    ...(status !== undefined && { status }),
    ...(cohortId !== undefined && { cohort_id: cohortId }),
    ...(tags.length > 0 && { tags: tags.join(",") }),
  };
}

/** The published document does not say if Peridio requires all tags or one of them, so the provider compares the values itself. */
function matchesFilter(found: Device, { status, cohortId, tags = [] }: DeviceFilter): boolean {
  return (
    (status === undefined || found.status === status) &&
    (cohortId === undefined || found.cohortId === cohortId) &&
    tags.every((tag) => found.tags.includes(tag))
  );
}
