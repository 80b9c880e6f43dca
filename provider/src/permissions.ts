import {
  allowedAddress,
  type Caller,
  correctCause,
  ForbiddenError,
  isRole,
  NotFoundError,
  type Peridio,
  type Role,
  roles,
  type Unknown,
} from "./api";
import { MissingRightError, type Operation, type Permissions, UserError } from "#framework";
import { readParentId } from "#framework/definitions";
import { formatRequest } from "#framework/messages";
import { type Right, rights } from "./resource";
import { getOrganizationId as getOrganizationOf } from "./types/objectId";

/** Decides by the role of the API key's user in each organization. */
export const permissions: Permissions<Peridio> = {
  authorize,
  explain: async (api, error, operation) => {
    if (error instanceof ForbiddenError) return explainForbidden(api, error, operation);
    if (error instanceof NotFoundError) return explainNotFound(api, error, operation);
    return error;
  },
};

/** Returns the right that an operation requires. */
function getRequiredRight({ resource, verb }: Operation): Right {
  // Without an update, only reads remain.
  const named = resource.rights?.[verb] ?? resource.rights?.read;
  const required = rights.find((right) => right === named);
  if (required === undefined) throw new TypeError(`${resource.token} names an unknown right: ${named ?? "none"}`);
  return required;
}

/**
 * @throws UserError if the API key cannot act in the organization
 * @throws MissingRightError if Peridio would refuse the operation because of the role of the API key's user
 */
async function authorize(api: Peridio, operation: Operation): Promise<void> {
  const right = getRequiredRight(operation);
  if (right === "anybody") return;
  const organizationId = getOrganizationId(operation);
  const caller = await api.caller(organizationId);
  const outside = explainOtherBinding(caller, organizationId) ?? (await explainInvisible(api, caller, organizationId));
  if (outside !== undefined) throw new UserError(outside);
  const missing = await explainMissingRight(api, right, organizationId);
  if (missing !== undefined) throw new MissingRightError(missing);
}

/** Explains a 404 of Peridio if the API key cannot act in the organization. */
async function explainNotFound(
  api: Peridio,
  error: NotFoundError,
  operation: Operation,
): Promise<UserError | NotFoundError> {
  const organizationId = getOrganizationId(operation);
  const caller = await api.caller(organizationId);
  const reason = explainOtherBinding(caller, organizationId) ?? explainNoMember(caller, organizationId);
  return reason === undefined ? error : new UserError(withRequest(reason, error));
}

/** Explains a 403 of Peridio by the binding of the API key and the role of its user or, if both suffice, by the IP allowlist. */
async function explainForbidden(
  api: Peridio,
  error: ForbiddenError,
  operation: Operation,
): Promise<UserError | ForbiddenError> {
  const organizationId = getOrganizationId(operation);
  const caller = await api.caller(organizationId);
  const missing =
    explainOtherBinding(caller, organizationId) ??
    (await explainMissingRight(api, getRequiredRight(operation), organizationId));
  if (missing !== undefined) return new UserError(withRequest(missing, error));
  const { email, organizations } = caller;
  const membership = organizations.find(({ id }) => id === organizationId);
  if (membership === undefined) return error;
  const role = `The API key's user, ${email}, is ${addArticle(membership.role)} of organization ${membership.name}.`;
  const hasAllowlist = api.explainUnsupported("securitySettings") === undefined;
  const rest = error.isExplained
    ? correctCause
    : !isRole(membership.role)
      ? `Use the API key of a user whose role allows this. ${allowedAddress}`
      : hasAllowlist
        ? probableAllowlist
        : `This role is sufficient. ${allowedAddress}`;
  return new UserError(withRequest(`${error.denial} ${role} ${rest}`, error));
}

const probableAllowlist =
  "This role is sufficient, so the probable cause is the IP allowlist. " +
  "If the program declares `ipAllowlist`, add the provider's address there, and run `pulumi up --refresh` from an allowed address. " +
  "Otherwise, ask Peridio's support to add the address.";

/** Adds the request of an error to a message that replaces the message of the error. */
function withRequest(sentences: string, error: ForbiddenError | NotFoundError): string {
  return `${sentences} (${formatRequest(error)})`;
}

/** Returns the id of the organization of an object, which may be the object itself. Undefined while it is unknown. */
function getOrganizationId({ resource, values, id }: Operation): string | undefined {
  const own = resource.parent === undefined ? id : readParentId(resource, values);
  return own && getOrganizationOf(own);
}

/** Returns the reason and the remedy if the API key is bound to another organization. */
function explainOtherBinding(
  { email, boundTo, organizations }: Caller,
  organizationId: string | undefined,
): string | undefined {
  if (organizationId === undefined || boundTo === null || boundTo === organizationId) return undefined;
  const name = organizations.find(({ id }) => id === boundTo)?.name ?? boundTo;
  return (
    `this API key of ${email} is bound to organization ${name} and cannot act in another organization. ` +
    "Use an API key of the whole account, or an API key that is bound to the organization of this resource."
  );
}

/** Returns the reason and the remedy if the API key's user is no member, as far as the caller's list shows. */
function explainNoMember({ email, organizations }: Caller, organizationId: string | undefined): string | undefined {
  if (organizationId === undefined || organizations.some(({ id }) => id === organizationId)) return undefined;
  return (
    `${email} is not a member of this organization, or the organization does not exist. Correct the id, use the API key of a member, or ask an admin to invite ${email}. ` +
    "If the state contains an organization that was deleted, run `pulumi refresh`. Its error message shows how to remove the organization from the state."
  );
}

/** Reads an organization that the list lacks, because another process of this run may have created it in the meantime. */
async function explainInvisible(
  api: Peridio,
  caller: Caller,
  organizationId: string | undefined,
): Promise<string | undefined> {
  const reason = explainNoMember(caller, organizationId);
  if (organizationId === undefined || reason === undefined) return undefined;
  try {
    await api.organizations.get(organizationId);
    return undefined;
  } catch (error) {
    if (error instanceof NotFoundError) return withRequest(reason, error);
    throw error;
  }
}

/** Returns the reason why the API key's user lacks a right in an organization, and the remedy. */
export async function explainMissingRight(
  api: Peridio,
  right: Right,
  organizationId: string | undefined,
): Promise<string | undefined> {
  if (right === "anybody") return undefined;
  if (right === "account") return explainBoundKey(await api.caller());
  // This run creates an organization without an id, and the API key's user then owns it.
  if (organizationId === undefined) return undefined;
  return right === "owner" ? explainOtherOwner(api, organizationId) : explainLowerRole(api, right, organizationId);
}

function explainBoundKey({ email, boundTo, organizations }: Caller): string | undefined {
  if (boundTo === null) return undefined;
  const name = organizations.find(({ id }) => id === boundTo)?.name ?? boundTo;
  return (
    `this API key of ${email} is bound to organization ${name}, but this operation requires an API key that is not bound to an organization. ` +
    "Use an API key of the whole account."
  );
}

async function explainLowerRole(
  api: Peridio,
  right: Exclude<Extract<Right, Role>, "owner">,
  organizationId: string,
): Promise<string | undefined> {
  const { email, organizations } = await api.caller(organizationId);
  const membership = organizations.find(({ id }) => id === organizationId);
  const sufficient = roles.slice(0, roles.indexOf(right) + 1);
  // Only Peridio knows what an unknown role allows.
  if (membership === undefined || !isRole(membership.role) || sufficient.includes(membership.role)) return undefined;
  const supported = sufficient.filter((role) => api.explainUnsupported(`role ${role}`) === undefined);
  const required = supported.at(-1) ?? right;
  const isAdmin = required === "admin";
  // In the Admin API, the owner has the role admin.
  const hasOwners = isAdmin && supported.includes("owner");
  return (
    `${email} is ${addArticle(membership.role)} of organization ${membership.name}, but this operation requires ${isAdmin ? "" : "at least "}the role ${required}${hasOwners ? " or owner" : ""}. ` +
    `Use the API key of ${addArticle(required)}${hasOwners ? " or an owner" : ""}, or ask an admin to make ${email} ${addArticle(required)}.`
  );
}

/** Reads the organization, because only that response names the owner. */
async function explainOtherOwner(api: Peridio, organizationId: string): Promise<string | undefined> {
  const { name, owner } = await api.organizations.get(organizationId);
  const { id: userId, email, organizations } = await api.caller(organizationId);
  if (owner === undefined || owner.id === userId) return undefined;
  const membership = organizations.find(({ id }) => id === organizationId);
  const relation = membership === undefined ? "does not own" : `is ${addArticle(membership.role)} of`;
  return (
    `${email} ${relation} organization ${name}, but this operation requires the API key of the organization's owner, ${owner.email}. ` +
    `Use the API key of ${owner.email}, or ask ${owner.email} to transfer the ownership to ${email} first.`
  );
}

function addArticle(role: Role | Unknown): string {
  return `${/^[aeiou]/i.test(role) ? "an" : "a"} ${role}`;
}
