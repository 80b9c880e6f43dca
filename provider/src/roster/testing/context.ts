import type { ObjectKey } from "#framework";
import { canonicalizeEmail, type RosterEntry } from "../../api";
import { createMemoryClient, type Memory, organizationId } from "../../api/testing/memoryClient";
import type { RosterContext } from "../context";
import { getPeopleCollection } from "../declaration";
import { createMember } from "./sample";

/** The data of a context. */
interface Given extends Pick<Memory, "caller" | "seats"> {
  /** The roles that other resources of the program declare, by canonical address. */
  readonly declared?: Readonly<Record<string, string>>;
  /** Canonical addresses that a failed resource declares. */
  readonly failed?: readonly string[];
}

/** Creates the context of an operation on the roster of acme-dev, which has these people and owner@x.io, the API key's user. */
export function createContext(
  people: readonly RosterEntry[],
  { caller = {}, seats, declared = {}, failed = [] }: Given = {},
): { readonly context: RosterContext; readonly requests: string[] } {
  const everyone = [createMember("owner@x.io", "admin", true), ...people];
  const { api, requests } = createMemoryClient({ people: everyone, caller, ...(seats !== undefined && { seats }) });
  const getDesired = ({ collection, name }: ObjectKey): unknown =>
    collection === getPeopleCollection(organizationId) ? declared[canonicalizeEmail(name)] : undefined;
  const context: RosterContext = {
    api,
    warn: () => undefined,
    forAnotherKey: false,
    getOwnership: (key) => {
      if (failed.includes(key.name)) return "failed";
      return getDesired(key) === undefined ? undefined : "owned";
    },
    getDesired,
    recordPlanned: (_, ...names) => new Set(names),
    countPlanned: () => 0,
  };
  return { context, requests };
}
