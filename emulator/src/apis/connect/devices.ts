import { z } from "zod";
import type { Call } from "../../contract/call";
import type { Operations } from "../../contract/api";
import { badParameter } from "../../contract/errors";
import { row, type Organization } from "../../model/state";
import { filterAccessible } from "./access";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

export const deviceStatuses = ["unregistered", "registered", "online", "offline"] as const;

const device = row.extend({
  identifier: z.string(),
  name: z.string().nullable(),
  status: z.enum(deviceStatuses),
  last_seen_at: z.string().nullable(),
  tags: z.array(z.string()),
  /** Null for none. The cohort may be deleted. */
  cohort_id: z.string().nullable(),
});

export type DeviceStatus = (typeof deviceStatuses)[number];

type Device = z.infer<typeof device>;

/** The lists that this file adds to the data of an organization. They count against the limit of devices. */
export const inOrganization = { devices: z.array(device).default([]) };

type OrganizationWithDevices = Organization & { devices: Device[] };

export const devices: Operations<OrganizationWithDevices> = {
  Device_index: defineOperation<undefined, OrganizationWithDevices>((call, { query }) => {
    const { organization } = call;
    const { search = "", status, cohort_id, cohort_ids, tags, sort_by } = query;
    if (sort_by !== undefined) throw badParameter("query", "sort_by");
    const wanted = splitList(tags) ?? [];
    const cohorts = splitList(cohort_ids);
    const matches = (device: Device): boolean =>
      `${device.identifier}\n${device.name ?? ""}`.toLowerCase().includes(search.toLowerCase()) &&
      device.status === (status ?? device.status) &&
      device.cohort_id === (cohort_id ?? device.cohort_id) &&
      (cohorts === undefined || cohorts.includes(device.cohort_id ?? "")) &&
      wanted.every((tag) => device.tags.includes(tag));
    const name = `devices of ${organization.id} with ${JSON.stringify([status, cohort_id, cohorts, wanted])}`;
    const rows = findVisible(call).filter(matches);
    return { status: 200, body: paginate({ name, rows, show: (one) => showDevice(one, organization) }, query) };
  }),
};

function splitList(text: string | undefined): readonly string[] | undefined {
  return text?.split(",").filter((part) => part !== "");
}

/** Selects the devices in cohorts to which the caller has access. Only admins see those without a cohort. */
function findVisible(call: Call<OrganizationWithDevices>): Device[] {
  const { organization, member } = call;
  if (member.role === "admin") return organization.devices;
  const cohorts = filterAccessible(call, organization.projects).flatMap((one) => filterAccessible(call, one.cohorts));
  return organization.devices.filter(({ cohort_id }) => cohorts.some(({ id }) => id === cohort_id));
}

function showDevice(device: Device, { id: organization_id, projects }: Organization) {
  const { id, name, identifier, status, last_seen_at, tags, inserted_at, updated_at } = device;
  const project = projects.find(({ cohorts }) => cohorts.some((cohort) => cohort.id === device.cohort_id));
  const cohort = project?.cohorts.find((one) => one.id === device.cohort_id);
  return {
    id,
    name,
    identifier,
    status,
    last_seen_at,
    tags,
    metadata: null,
    shadow: null,
    organization_id,
    cohort_id: cohort?.id ?? null,
    resolved_runtime: null,
    cohort: cohort && project ? { id: cohort.id, name: cohort.name, project_id: project.id } : null,
    active_tunnel_count: 0,
    inserted_at,
    updated_at,
  };
}
