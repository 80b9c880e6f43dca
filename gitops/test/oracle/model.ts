/** A random change as the oracle knows it: what programs declare before and after, and the people in Peridio. */

export type Api = "admin-v2" | "connect";
export type Role = "admin" | "manager" | "developer" | "member" | "viewer";
export type Status = "active" | "pending" | "expired";
/** A value that a preview does not show. */
export type Hidden = "secret" | "unknown";

/** The options of a resource. `deletedWith` and `provider` are logical names in the same stack. */
export interface Options {
  readonly protect?: true;
  readonly retainOnDelete?: true;
  readonly ignoreChanges?: readonly string[];
  readonly deletedWith?: string;
  readonly provider?: string;
  /** Further outputs that later previews hide. */
  readonly secretOutputs?: readonly string[];
  /** An option that no version of the review knows. */
  readonly strange?: string;
}

export interface OrganizationState {
  readonly type: "Organization";
  readonly displayName?: string;
  readonly description?: string;
  readonly contactEmail?: string;
  readonly forceDestroy?: boolean;
  readonly deletionPolicy?: "delete" | "retain";
}

export interface MembershipState {
  readonly type: "Membership";
  readonly email: string;
  readonly role: Role | Hidden;
  /** The group that the person joins on acceptance. */
  readonly group?: GroupReference;
  readonly onExpired?: "ignore" | "reinvite";
}

export interface RosterState {
  readonly type: "OrganizationMembers";
  readonly members: Readonly<Record<string, Role>> | Hidden;
  readonly groups?: Readonly<Record<string, GroupReference>>;
  /** The last days of access, of which a preview can hide some. The case of an address does not matter. */
  readonly lastDays?: Readonly<Record<string, string>>;
  readonly minAdmins?: number;
  readonly maxRemovals?: string;
  readonly ignore?: readonly string[];
}

export interface OwnerState {
  readonly type: "OrganizationOwner";
  readonly email: string;
}

export interface PolicyState {
  readonly type: "SecurityPolicy";
  readonly requireTwoFactor?: boolean;
  readonly ipAllowlist?: readonly string[];
  readonly allowLockout?: boolean;
  readonly sessionTimeout?: string;
  readonly apiKeyRotation?: { readonly maxAgeDays: number; readonly gracePeriodDays: number };
}

export interface BillingState {
  readonly type: "BillingSettings";
  readonly billingEmail?: string;
  readonly paymentMethod?: string;
  readonly usageAlerts?: readonly { readonly resourceType: string; readonly thresholdPercent: number }[];
}

/** The logical name of a Group in the same stack, a UUID of a group that no stack declares, or a secret. */
export type GroupReference = { readonly resource: string } | { readonly uuid: string } | { readonly secret: true };

export interface Access {
  readonly users: readonly string[];
  readonly groups: readonly GroupReference[];
}

export interface GroupState {
  readonly type: "Group";
  readonly name: string;
  readonly description?: string;
  readonly members?: readonly string[] | Hidden;
}

interface Opening {
  readonly name: string;
  readonly description?: string;
  readonly everyoneEnabled: boolean;
  readonly access?: Access | Hidden;
}

export interface ProjectState extends Opening {
  readonly type: "Project";
}

export interface CohortState extends Opening {
  readonly type: "Cohort";
  /** The logical name of the Project. */
  readonly project: string;
}

export interface ApiTokenState {
  readonly type: "OrganizationApiToken";
  readonly name: string;
  readonly rotate?: string;
}

export interface ClaimTokenState {
  readonly type: "ClaimToken";
  readonly name: string;
  readonly expiresAt?: string;
  readonly maxUses?: number;
  readonly tags?: readonly string[];
  /** The logical name of the Cohort. */
  readonly cohort?: string;
}

export interface WebhookState {
  readonly type: "Webhook";
  readonly name?: string;
  /** A URL or, if a preview hides it, the reason. */
  readonly url: string;
  readonly events?: readonly string[];
  readonly enabled?: boolean;
}

export interface ProviderState {
  readonly type: "provider";
  readonly backend?: Api;
  readonly endpoint?: string;
  /** The API key, which previews show as a secret. */
  readonly apiKey?: string;
  readonly maxRetries?: number;
}

/** A resource of another provider, or of a Peridio type that no version of the review knows. */
export interface OtherState {
  readonly type: "other";
  readonly token: string;
  /** True for a component, which has no provider. */
  readonly isComponent?: true;
  readonly inputs: Readonly<Record<string, string>>;
}

export type State =
  | OrganizationState
  | MembershipState
  | RosterState
  | OwnerState
  | PolicyState
  | BillingState
  | GroupState
  | ProjectState
  | CohortState
  | ApiTokenState
  | ClaimTokenState
  | WebhookState
  | ProviderState
  | OtherState;

/** One side of a resource: the declaration, its options, and properties that no version of the review knows. */
export interface Side<Kind extends State = State> {
  readonly state: Kind;
  readonly options: Options;
  readonly strange?: Readonly<Record<string, string>>;
  /** Properties whose values a preview does not show. */
  readonly hides?: Readonly<Record<string, Hidden>>;
}

/** A resource of a stack before and after the change. */
export interface Slot {
  /** The index of the stack. */
  readonly stack: number;
  /** The logical name, unique in the stack. */
  readonly key: string;
  /** The name of the organization. Providers and other resources have none. */
  readonly organization: string;
  readonly before?: Side;
  readonly after?: Side;
  /** The declaration of the last update, if someone changed the object outside Pulumi since then. `before` is what Peridio contains. */
  readonly recorded?: State;
  /** True if the change imports the object. */
  readonly isImported?: true;
  /** The `organizationId` is secret. `source` is the organization on which the value depends. */
  readonly secretOrganization?: { readonly source?: string };
  /** The logical name of the resource in another stack that declares the same object. */
  readonly twinOf?: string;
  /** True for `--replace`, which replaces the object even if nothing differs. */
  readonly isReplaced?: true;
}

/** A person in an organization before the change. */
export interface Person {
  readonly organization: string;
  readonly email: string;
  readonly status: Status;
}

export interface World {
  readonly api: Api;
  /** The number of stacks. */
  readonly stacks: number;
  /** `peridio:endpoint` in the configuration of the first stack. */
  readonly endpoint?: string;
  /** The stacks whose previews were made without `--refresh`. */
  readonly unrefreshed: readonly number[];
  /** True if real programs run, so that states contain the live role of the owner that programs declare as an admin. */
  readonly isReal?: true;
  /** True if the review checks `accessRules`. */
  readonly hasRules?: true;
  /** True if the review runs tests of access. */
  readonly hasTests?: true;
  readonly slots: readonly Slot[];
  /** The people with an invitation. All other declared people are members before the change. */
  readonly invited: readonly Person[];
}

/** The API key's user, who owns every organization. */
export const apiUser = "ada@acme.example";

/** A rule about groups, which only new names of groups meet. Its violations do not change the verdict. */
export const accessRules = `rules:
  Partners are in renamed groups:
    people: "*@partner.example"
    groups: "*-renamed"
    severity: note
`;

export function isPartner(email: string): boolean {
  return email.endsWith("@partner.example");
}

export const projectOf = "access";

/** The stack with this index, as `project/stack`. */
export function stackName(index: number): string {
  return `${projectOf}/${stackNames[index] ?? "extra"}`;
}

export const stackNames = ["dev", "production", "lab"] as const;

const unknownOrganization = "the unknown organization of";

/** The name that a review gives to the organization of a resource with a secret `organizationId`. */
export function unknownOrganizationOf(resource: string): string {
  return `${unknownOrganization} ${resource}`;
}

export function isUnknownOrganization(name: string): boolean {
  return name.startsWith(unknownOrganization);
}

/** Returns the change without the second resources of objects. */
export function withoutTwins(world: World): World {
  return { ...world, slots: world.slots.filter(({ twinOf }) => twinOf === undefined) };
}

/** Returns what the program declared at the last update. */
export function recordedSide({ before, recorded }: Slot): Side | undefined {
  return before === undefined || recorded === undefined ? before : { ...before, state: recorded };
}

export function isHidden(value: unknown): value is Hidden {
  return value === "secret" || value === "unknown";
}

/** Returns the sides of one type. */
export function sideOf<Type extends State["type"]>(
  side: Side | undefined,
  type: Type,
): Side<Extract<State, { type: Type }>> | undefined {
  return side !== undefined && isOf(side, type) ? side : undefined;
}

function isOf<Type extends State["type"]>(side: Side, type: Type): side is Side<Extract<State, { type: Type }>> {
  return side.state.type === type;
}
