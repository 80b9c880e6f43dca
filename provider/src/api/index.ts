export * from "./client";
export { collections } from "./connect/collections";
export { deviceStatuses } from "./connect/devices";
export type * from "./connect/collections";
export { oneOf, type Unknown } from "./contract";
export * from "./errors";
export { toArray } from "./http/pages";
export * from "./model";
export {
  backends,
  createRawReader,
  endpoints,
  hosts,
  open,
  traits,
  type ApiConfig,
  type BackendName,
  type RawAnswer,
  type RawReader,
} from "./open";
export { getEntryId } from "./roster";
export { providerSettings, type SettingNames } from "./settingNames";
export type { TransportOverrides } from "./transport/transport";
