export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** What has to be read of an organization to find something. */
export type Part = "members" | "invitations" | "expiredInvitations" | "limits" | "security";

interface Kind {
  readonly severity: Severity;
  /** When it is worse, as the rest of a sentence; it is `high` then. */
  readonly highIf?: string;
  readonly means: string;
  readonly remedy: string;
  readonly needs: readonly Part[];
  /** Whether it can be found with a layout only. */
  readonly layout?: true;
}

/** Everything that an audit can find. The order is the one in which reports name them. */
export const kinds = {
  withoutTwoFactor: {
    severity: "medium",
    highIf: "the person is an admin, or the organization requires a second factor",
    means: "A member has no second factor.",
    remedy: "Ask the person to set up a second factor, or remove the person.",
    needs: ["members", "security"],
  },
  twoFactorNotRequired: {
    severity: "medium",
    means: "The organization requires no second factor.",
    remedy: "Set `requireTwoFactor: true` in its security settings, once everybody has one.",
    needs: ["security"],
  },
  outsideLayout: {
    severity: "medium",
    highIf: "the person is an admin",
    means: "Somebody is in the organization, or invited to it, and not in the layout.",
    remedy:
      "Declare the person in the layout, or let `pulumi up` remove the person. Those who are meant to be left alone belong in `ignore` of its roster.",
    needs: ["members", "invitations"],
    layout: true,
  },
  organizationOutsideLayout: {
    severity: "medium",
    means: "The key sees an organization that is not in the layout.",
    remedy: "Import it and declare it in the layout, or choose others with `--organization`.",
    needs: [],
    layout: true,
  },
  inactive: {
    severity: "medium",
    highIf: "the person is an admin",
    means: "A member was last active at least `--inactive-days` ago.",
    remedy: "Ask whether the person still needs access, and remove the person otherwise.",
    needs: ["members"],
  },
  neverActive: {
    severity: "medium",
    highIf: "the person is an admin",
    means:
      "A member was never active, and joined at least `--inactive-days` ago, or at a time that Peridio does not tell.",
    remedy: "Ask whether the person still needs access, and remove the person otherwise.",
    needs: ["members"],
  },
  oneAdmin: {
    severity: "medium",
    means: "One person alone is an admin; invited admins do not count.",
    remedy: "Make somebody else an admin too, so that nobody is needed alone.",
    needs: ["members"],
  },
  tooManyAdmins: {
    severity: "medium",
    means: "More people than `--max-admins` are admins, or invited as admins.",
    remedy: "Give those who do not manage people and settings another role.",
    needs: ["members", "invitations"],
  },
  nearLimit: {
    severity: "medium",
    highIf: "the limit is reached",
    means:
      "At least `--limit-percent` of a limit are used. Seats are taken by members and by pending invitations, a member's too.",
    remedy: "Have Peridio raise the limit, or remove what is not needed.",
    needs: ["limits", "members", "invitations"],
  },
  noKeyRotation: {
    severity: "medium",
    means: "API keys never have to be renewed.",
    remedy: "Set `apiKeyRotation` in its security settings.",
    needs: ["security"],
  },
  noAllowlist: {
    severity: "low",
    means: "Any address may reach the organization.",
    remedy: "Set `ipAllowlist` in its security settings; the pipeline's own addresses belong to it.",
    needs: ["security"],
  },
  expiredInvitation: {
    severity: "low",
    means: "An invitation ran out, and the person has neither joined nor been invited again.",
    remedy: "Invite the person again, as `pulumi up` does for people who are declared, or revoke the invitation.",
    needs: ["members", "invitations", "expiredInvitations"],
  },
  oldInvitation: {
    severity: "low",
    means: "An invitation waits for at least `--invitation-days`.",
    remedy: "Ask the person whether the e-mail arrived, or revoke the invitation.",
    needs: ["members", "invitations"],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingKind = keyof typeof kinds;

/** The kinds, in their order. */
export const kindNames = Object.keys(kinds).filter((name): name is FindingKind => name in kinds);

export function describedKind(name: FindingKind): Kind {
  return kinds[name];
}
