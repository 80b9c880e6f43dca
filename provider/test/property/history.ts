import type { Role as StoredRole } from "#emulator";
import type { Backend } from "./backends";
import type { Declaration, OrganizationName } from "./declarations";
import type { Belonging } from "./world";

/** A change outside Pulumi. */
export type Hand =
  | { readonly what: "accept" | "leave" | "remove" | "revoke" | "new address" | "take ownership"; readonly who: string }
  | { readonly what: "invite"; readonly who: string; readonly role: StoredRole; readonly by: "ada" | "nobody" }
  | { readonly what: "add" | "set role" | "another user"; readonly who: string; readonly role: StoredRole }
  | { readonly what: "limit"; readonly free: number }
  | { readonly what: "belongings"; readonly which: Belonging; readonly count: number }
  | { readonly what: "two factors"; readonly required: boolean }
  | { readonly what: "session timeout"; readonly seconds: number };

/** A fault at the `at`-th read or write of an operation. */
export interface Mishap {
  readonly on: "read" | "write";
  readonly at: number;
  readonly what: Trouble;
}

export type Trouble =
  | { readonly kind: "answer"; readonly answer: Answer; readonly when: "before" | "after"; readonly times: number }
  | { readonly kind: "kill"; readonly when: "before" | "after" }
  | { readonly kind: "Ctrl-C" }
  | { readonly kind: "meanwhile"; readonly organization: OrganizationName; readonly hand: Hand };

/** The replacement of the response: a dropped connection, a proxy's page, or a status. */
export type Answer = "drop" | "html" | "403" | "500" | "503" | "429" | "429 Retry-After 0" | "429 Retry-After 1";

export type Step =
  | { readonly do: "declare"; readonly organization: OrganizationName; readonly declaration: Declaration }
  /** Two Memberships exchange their people, roles included or not. */
  | { readonly do: "swap"; readonly organization: OrganizationName; readonly roles: boolean }
  /** Each Membership gets the next one's name, or the roster another. */
  | { readonly do: "rename"; readonly organization: OrganizationName }
  /** From Memberships to a roster. */
  | { readonly do: "gather"; readonly organization: OrganizationName }
  /** From a roster to Memberships. */
  | { readonly do: "scatter"; readonly organization: OrganizationName }
  | { readonly do: "by hand"; readonly organization: OrganizationName; readonly hand: Hand }
  | { readonly do: "wait"; readonly days: number }
  /** The state is one that a version wrote which remembered nothing of organizations. */
  | { readonly do: "grow old" }
  | {
      readonly do: "up";
      readonly mishaps: readonly Mishap[];
      readonly replace: readonly string[];
      readonly parallel: boolean;
      /** `--continue-on-error`. */
      readonly goOn: boolean;
    }
  | {
      readonly do: "destroy";
      readonly mishaps: readonly Mishap[];
      readonly parallel: boolean;
      readonly goOn: boolean;
      /** `--refresh`. */
      readonly refresh: boolean;
    }
  | { readonly do: "preview" | "refresh"; readonly mishaps: readonly Mishap[] };

/** The events of two organizations and one stack. */
export type History = readonly Step[];

/** Which steps a history may have. */
export interface Kind {
  readonly backend: Backend;
  /** The declaration of people: as memberships, as a roster, or both in turn. */
  readonly people: "memberships" | "rosters" | "both";
  /** True if operations have faults. */
  readonly mishaps: boolean;
}
