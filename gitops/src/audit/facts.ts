import type { AllowlistEntry, KeyRotation, Limits, Role, Unknown } from "../../../provider/src/api";
import type { FindingKind } from "./kinds";

/** What is known of an organization. Undefined is what nobody has told: it is neither good nor bad. */
export interface Facts {
  readonly name: string;
  readonly members: readonly KnownMember[] | undefined;
  /** Of people who are not members. */
  readonly pending: readonly KnownInvitation[] | undefined;
  /** Those that wait for people who are members all the same, and take a seat too. */
  readonly beside: readonly KnownInvitation[] | undefined;
  readonly expired: readonly KnownInvitation[] | undefined;
  readonly limits: Partial<Limits> | undefined;
  readonly security: KnownSecurity | undefined;
}

export interface KnownMember {
  readonly email: string;
  readonly role: Role | Unknown;
  readonly isOwner: boolean;
  readonly twoFactorEnabled: boolean | undefined;
  /** ISO 8601; null for never. */
  readonly lastActiveAt: string | null | undefined;
  /** ISO 8601. */
  readonly joinedAt?: string | undefined;
}

export interface KnownInvitation {
  readonly email: string;
  readonly role: Role | Unknown;
  /** ISO 8601. */
  readonly expiresAt: string | undefined;
  /** ISO 8601. */
  readonly sentAt?: string | undefined;
}

export interface KnownSecurity {
  readonly requireTwoFactor: boolean | undefined;
  readonly ipAllowlist: readonly AllowlistEntry[] | undefined;
  /** Null means no policy. */
  readonly apiKeyRotation: KeyRotation | null | undefined;
}

/** Something that an audit could not tell. */
export interface Gap {
  readonly organization: string;
  /** A whole sentence but for its end, which names what is not known, and why. */
  readonly sentence: string;
  /** What can therefore not be found, or not all of it. */
  readonly kinds: readonly FindingKind[];
  /** Whether asking failed, so that the audit is incomplete. Otherwise this API does not tell such things at all. */
  readonly failed: boolean;
}
