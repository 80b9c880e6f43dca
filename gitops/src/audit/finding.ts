import { asUuid } from "#provider";
import type { MeteredResource } from "#provider";
import { liveTypes, type ObjectType, objectTypes } from "../objects/rows";
import { sortBy } from "../grouping";
import { capitalize } from "../wording";
import { type FindingKind, getKind, kindNames, severities, type Severity } from "./kinds";

/** The types of objects in findings. Those with a secret come first. */
export const findingTypes: readonly ObjectType[] = [
  ...objectTypes.filter((type) => liveTypes[type].showsSecretOnce).sort(),
  ...objectTypes.filter((type) => !liveTypes[type].showsSecretOnce),
];

/** The object of a finding. */
export interface FindingObject {
  readonly type: ObjectType;
  readonly id: string;
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name. For a webhook without a name, its host. */
  readonly name: string;
}

/** Returns the details of a finding about an object. `label` is the object's name in sentences. */
export function nameObject(
  type: ObjectType,
  { id, name }: Pick<FindingObject, "id" | "name">,
  label = name,
): Required<Pick<FindingDetails, "object" | "subject">> {
  return { object: { type, id, name }, subject: `${capitalize(liveTypes[type].noun)} ${label}` };
}

/** Something that needs attention. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The organization's name. */
  readonly organization: string;
  /** The person or the object with which the sentence begins; undefined for the organization. */
  readonly subject: string | undefined;
  /** The e-mail address of the person; for an API token, of its owner. Undefined if the finding concerns no person. */
  readonly person: string | undefined;
  /** Undefined for a finding about people or the organization. */
  readonly object: FindingObject | undefined;
  /** The limit, for a finding about one. */
  readonly limit: MeteredResource | undefined;
  /** The rest of a sentence that begins with the subject, without the full stop. */
  readonly predicate: string;
}

/** The details of a finding that not all kinds have. */
export interface FindingDetails {
  readonly person?: string | undefined;
  readonly object?: FindingObject;
  /** By default, the person. */
  readonly subject?: string | undefined;
  readonly limit?: MeteredResource;
  /** True for a high severity in the place of that of the kind. */
  readonly isHigh?: boolean | undefined;
}

/** Creates a finding of a kind. `predicate` is the rest of the sentence that begins with the subject. */
export function createFinding(
  kind: FindingKind,
  organization: string,
  predicate: string,
  { person, object, subject = person, limit, isHigh = false }: FindingDetails = {},
): Finding {
  const severity = isHigh ? "high" : getKind(kind).severity;
  return { kind, severity, organization, subject, person, object, limit, predicate };
}

/** Returns the whole sentence. */
export function writeSentence({ organization, subject, predicate }: Finding): string {
  return subject === undefined ? `${organization} ${predicate}.` : `${subject} in ${organization} ${predicate}.`;
}

/** Sorts by severity, organization, kind and subject. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return sortBy(findings, ({ severity, organization, kind, subject = "", limit = "" }) => [
    String(severities.indexOf(severity)),
    organization,
    String(kindNames.indexOf(kind)).padStart(2, "0"),
    subject.toLowerCase(),
    limit,
  ]);
}

/** Returns a name, with the UUID if other objects have the same name. */
export function describeName(
  { id, name }: { readonly id: string; readonly name: string },
  all: readonly string[],
): string {
  return all.filter((other) => other === name).length === 1 ? name : `${name} (${asUuid(id)})`;
}
