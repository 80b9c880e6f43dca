import type { z } from "zod";
import type { Role } from "../api";
import type { billingSettings } from "../resources/billingSettings";
import type { organizationMembers } from "../resources/organizationMembers";
import type { securityPolicy } from "../resources/securityPolicy";
import type { Source } from "./source";

/** What layout files say, ready to be handed to resources. The order in which they say it makes no difference. */
export interface Layout {
  /** By name. */
  readonly organizations: readonly LaidOut[];
}

/** One organization of a layout, with the defaults applied. Its parts are inputs of resources, but for `organizationId`. */
export interface LaidOut {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly contactEmail?: string;
  /** Who shall own it, one of its admins; absent: whoever does. */
  readonly owner?: string;
  /** Roles by e-mail address, sorted, with at least one admin. Whoever's `until` has passed is not in it. */
  readonly members: Readonly<Record<string, Role>>;
  readonly roster: Omit<z.input<typeof organizationMembers.inputs>, "organizationId" | "members">;
  /** Absent: no security setting is declared. */
  readonly security?: Omit<z.input<typeof securityPolicy.inputs>, "organizationId">;
  /** Absent: no billing setting is declared. */
  readonly billing?: Omit<z.input<typeof billingSettings.inputs>, "organizationId">;
}

export interface Circumstances {
  /** The day, UTC, such as `2027-01-31`: entries whose `until` is an earlier one do not count. */
  readonly today: string;
  /** The organizations to lay out; absent: all. The whole layout is checked in any case. */
  readonly only?: readonly string[] | undefined;
  /** The provider's version, which `requires` is held against. */
  readonly version: string;
}

/**
 * The layout that these sources make together.
 * @throws InvalidLayout with every mistake, each with its place and what to do about it.
 */
export function layoutOf(sources: readonly Source[], { today, only, version }: Circumstances): Layout {
  throw new Error(`${sources.length} ${today} ${only?.join() ?? ""} ${version}`);
}
