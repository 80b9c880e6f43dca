import {
  defineOperation as defineContractOperation,
  type ApiResponse,
  type Operation,
  type OperationInput,
} from "../../contract/api";
import type { Call } from "../../contract/call";
import { invalid, notFound, type PropertyErrors } from "../../contract/errors";
import {
  getUserById,
  isOwner,
  type Member,
  type Organization,
  type Role,
  type State,
  type User,
} from "../../model/state";
import type { ListQuery } from "./lists";

export interface PathParameters {
  readonly org_id: string;
  readonly user_id: string;
  readonly group_id: string;
  readonly project_id: string;
  readonly cohort_id: string;
  readonly id: string;
}

/** Defines an operation of this API. The OpenAPI document must require a `Body`, in a wrapper if there is one. */
export function defineOperation<Body = undefined, O extends Organization = Organization>(
  run: (call: Call<O>, input: OperationInput<PathParameters, ListQuery, Body>) => ApiResponse,
  wrapper?: string,
): Operation<O> {
  // Errors of this API do not name the forbidden action.
  return defineContractOperation("", run, wrapper);
}

export const acknowledge = (): ApiResponse => ({ status: 200, body: { ok: true } });

export type ConnectRole = "owner" | "admin" | "member";

/** Converts a stored role. This API shows managers, developers and viewers as `member`. */
export function toConnectRole(role: Role): Exclude<ConnectRole, "owner"> {
  return role === "admin" ? "admin" : "member";
}

/** Returns the person's present role if this API shows that role as `role`; else the lowest role that this API shows as `role`. */
export function toStoredRole(role: Exclude<ConnectRole, "owner">, present?: Role): Role {
  if (present !== undefined && toConnectRole(present) === role) return present;
  return role === "admin" ? "admin" : "viewer";
}

export function getMemberRole(organization: Organization, member: Member): ConnectRole {
  return isOwner(organization, member) ? "owner" : toConnectRole(member.role);
}

/** Returns the address for a person without a name, because this API requires one. */
export function getDisplayName({ name, email }: User): string {
  return name ?? email;
}

/** Shows the person who created an object. */
export function showUser(user: User) {
  return { id: user.id, name: getDisplayName(user), email: user.email };
}

export function showMember(state: State, organization: Organization, member: Member) {
  const user = getUserById(state, member.user_id);
  return {
    id: member.id,
    user_id: user.id,
    name: getDisplayName(user),
    email: user.email,
    role: getMemberRole(organization, member),
  };
}

/** Returns the member with exactly this user id. @throws ApiError (404) */
export function findMember({ members }: Organization, userId: string): Member {
  return findBy(members, (member) => member.user_id === userId);
}

/** Returns the row with this id. @throws ApiError (404) */
export function findById<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  return findBy(rows, (row) => row.id === id);
}

function findBy<Row>(rows: readonly Row[], matches: (row: Row) => boolean): Row {
  const row = rows.find(matches);
  if (row === undefined) throw notFound();
  return row;
}

interface Named {
  readonly name: string;
}

/** Checks the name of a new or changed object against the other objects of the collection. */
export function checkName(
  { name }: Partial<Named>,
  { objects, changed }: { readonly objects: readonly Named[]; readonly changed?: Named },
): PropertyErrors {
  if (name?.trim() === "") return { name: ["can't be blank"] };
  const isTaken = objects.some((other) => other !== changed && other.name === name);
  return isTaken ? { name: ["has already been taken"] } : {};
}

/** Rejects a request with property errors, if there are any. @throws ApiError */
export function rejectInvalid(errors: PropertyErrors = {}): void {
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

/** Converts an optional text of a request, if the request has it. An empty text removes it. */
export function toOptionalText(text: string | undefined): string | null | undefined {
  return text === "" ? null : text;
}
