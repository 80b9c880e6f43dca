import type { ContractRequest } from "./contractRequest";
import type { Reason } from "./errors";
import type { Operations } from "./operation";
import type { Member, Organization } from "./state";

/** A refusal on the wire. */
export interface Refused {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The header that a 405 must have. */
export function allowHeader(methods: readonly string[]): Readonly<Record<string, string>> {
  return { allow: methods.join(", ") };
}

/** One of the APIs that the emulator speaks: its document, what its operations do and how it says no. */
export interface Surface {
  /** The OpenAPI document, by its place in the repository. */
  readonly document: string;
  readonly operations: Operations;
  /** Whether what a request leaves out arrives as the document's default, or stays out. */
  readonly fillsDefaults: boolean;
  /** The path parameter that names the organization. */
  readonly organizationParameter: string;
  /** What a member is, in the words of the document's `x-required-role`. */
  rolesOf(organization: Organization, member: Member): readonly string[];
  /** The request as it is held against the document. */
  prepare(request: ContractRequest): ContractRequest;
  /** The words of a refusal. */
  refuse(reason: Reason): Refused;
  /** A body in the API's shape for an error status that a fault makes up. */
  errorBody(status: number): object;
}
