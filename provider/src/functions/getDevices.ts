import * as z from "zod";
import { deviceStatuses } from "../api";
import type { ProviderFunction } from "../resource";
import { createChoice, joinWithOr } from "../types/choice";
import { asUuid, cohortId } from "../types/objectId";
import { idOrName, locateOrganization } from "../types/organizationId";
import { createListExample } from "./listFunction";

const inputs = z.object({
  organizationId: idOrName,
  cohortId: cohortId.optional().meta({
    description: "Returns only the devices in this cohort: the `id` of a Cohort, or its UUID.",
  }),
  status: createChoice(deviceStatuses)
    .optional()
    .meta({ description: `Returns only devices with exactly this status: ${joinWithOr(deviceStatuses)}.` }),
  // The command line of Pulumi has no flags for lists.
  tags: z.string().optional().meta({
    description: "Returns only devices that have all these tags, which commas separate: `lab,berlin`.",
  }),
});

const device = z
  .object({
    id: z.string().meta({ description: "The id of the device: the organization's id, a `/`, and the device's UUID." }),
    identifier: z.string().meta({ description: "The serial number or another identifier of the hardware." }),
    name: z.string().optional().meta({ description: "The name of the device. Absent if there is none." }),
    status: z.string().meta({
      description: "The status: `unregistered`, `registered`, `online`, `offline`, or a status that Peridio adds.",
    }),
    tags: z.array(z.string()).meta({ description: "The tags of the device." }),
    cohortId: z.string().optional().meta({ description: "The UUID of the cohort. Absent if there is none." }),
    runtimeVersion: z.string().optional().meta({
      description: "The version of the runtime that the device is to have. Absent if Peridio reports none.",
    }),
    lastSeenAt: z.string().optional().meta({
      description: "The time of the last connection: ISO 8601, UTC. Absent if the device was never connected.",
    }),
    createdAt: z.string().optional().meta({
      description: "The creation time: ISO 8601, UTC. Absent if Peridio does not report it.",
    }),
  })
  .meta({ id: "FoundDevice", description: "A device of an organization, without its metadata and its shadow." });

const outputs = z.object({
  devices: z.array(device).meta({ description: "The devices, sorted by identifier and id." }),
});

export const getDevices: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getDevices",
  description:
    "The devices of one organization, in cohorts that the API key can access. All filters must match. The list changes " +
    "without Pulumi, so do not derive resources from it. Only Avocado Connect supports this function.",
  example: createListExample("devices"),
  right: "viewer",
  requires: "devices",
  inputs,
  outputs,

  async call({ api }, { organizationId, cohortId, status, tags }) {
    const id = await locateOrganization(api, organizationId);
    const devices: z.output<typeof device>[] = [];
    const wanted = tags?.split(",").flatMap((tag) => tag.trim() || []);
    const filter = { status, tags: wanted, cohortId: cohortId && asUuid(cohortId) };
    for await (const { id: found, identifier, name, tags, ...rest } of api.devices.list(id, filter))
      devices.push({
        id: found,
        identifier,
        ...(name !== null && { name }),
        status: rest.status,
        tags: [...tags],
        ...(rest.cohortId !== null && { cohortId: rest.cohortId }),
        ...(rest.runtimeVersion !== null && { runtimeVersion: rest.runtimeVersion }),
        ...(rest.lastSeenAt !== null && { lastSeenAt: rest.lastSeenAt }),
        ...(rest.createdAt !== null && { createdAt: rest.createdAt }),
      });
    const key = ({ identifier, id }: z.output<typeof device>): string => `${identifier}\n${id}`;
    return { devices: devices.sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
  },
};
