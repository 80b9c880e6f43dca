import { isDeepStrictEqual } from "node:util";
import { listBriefly } from "#framework/messages";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { groupBy } from "../grouping";
import type { DeclaredContents, DeclaredProject } from "../model/declaredObjects";
import type { Organization, Person } from "../model/organization";
import { getUuid } from "../model/properties";
import { personRoles } from "../roles";
import type { TestFailure } from "../rules/tests/accessTest";
import type { ObjectReview, OrganizationReview, PersonReview, Review, Violation } from "../review/review";
import { getValueOrReason, unknown } from "../hidden";
import { quoteName } from "../wording";

/** The review that `PERIDIO_REVIEW` names, which passes or is approved. Each lookup takes the same time in a large review. */
export class ApprovedReview {
  /** By key. */
  readonly #organizations: ReadonlyMap<string, OrganizationReview>;
  readonly #organizationsByName: ReadonlyMap<string, readonly OrganizationReview[]>;
  /** By identity. */
  readonly #violations: ReadonlyMap<string, readonly Violation[]>;
  readonly #violationsByRule: ReadonlyMap<string, readonly Violation[]>;
  /** By address. */
  readonly #people: ReadonlyMap<string, readonly PersonReview[]>;
  readonly #groups: NonNullable<Review["groups"]>;
  /** The paths of existing projects, by UUID. */
  readonly #projects: ReadonlyMap<string, string>;
  /** The cohorts in projects that did not exist before the change, by name. */
  readonly #cohortsOfNewProjects: ReadonlyMap<string, readonly ObjectReview[]>;

  constructor(
    { organizations, people, violations, groups = [], objects = [], stacks }: Review,
    private readonly file: string,
  ) {
    this.stacks = stacks;
    this.#organizations = new Map(organizations.map((one) => [one.key, one]));
    this.#organizationsByName = groupBy(organizations, ({ name }) => name);
    this.#violations = groupBy(violations, getIdentity);
    this.#violationsByRule = groupBy(violations, ({ rule }) => rule);
    this.#people = groupBy(people, ({ email }) => canonicalizeEmail(email));
    this.#groups = groups;
    this.#projects = new Map(
      objects.flatMap(({ kind, key, path }) => (kind === "project" && !isUrn(key) ? [[getUuid(key), path]] : [])),
    );
    const ofNewProjects = objects.filter(
      ({ kind, path, project }) =>
        kind === "cohort" && (project === undefined ? path.startsWith("unknown/") : isUrn(project)),
    );
    this.#cohortsOfNewProjects = groupBy(ofNewProjects, ({ path }) => path.slice(path.lastIndexOf("/") + 1));
  }

  readonly stacks: readonly string[];

  /**
   * Checks that the review is about a stack.
   * @throws CommandError otherwise.
   */
  requireStack(stack: string): void {
    if (this.stacks.includes(stack)) return;
    throw new CommandError(
      `PERIDIO_REVIEW: ${this.file} is a review of ${listBriefly(this.stacks)}, but not of ${stack}. Pass the previews of all stacks to one \`peridio-gitops review\`.`,
    );
  }

  /** Reports if the review is certainly about an organization, or certainly not. Its name, if known, or its key decides. */
  decides({ key, name }: Organization): boolean {
    return name !== undefined || this.#organizations.has(key) || [...this.#organizations.keys()].every(isPrn);
  }

  /** Reports if the review is about an organization, and not only about another one of the same name. */
  covers(organization: Organization): boolean {
    return this.#find(organization).length > 0;
  }

  /** Reports if another stack also declares an organization, or a part of it. */
  isShared(organization: Organization, stack: string): boolean {
    return this.#find(organization).some(({ stacks = [] }) => stacks.some((other) => other !== stack));
  }

  /** Adds what the review knows of other stacks: the organization's name, the status of its people, and the projects of its cohorts. */
  complete(organization: Organization): Organization {
    const { key, name, people, objects } = organization;
    const reviewed = this.#organizations.get(key)?.name;
    return {
      ...organization,
      // A review calls an organization with an unknown name by its key.
      name: name ?? (reviewed === key ? undefined : reviewed),
      people: new Map([...people].map(([address, person]) => [address, this.#completePerson(person, organization)])),
      objects: { ...objects, projects: objects.projects.map((project) => this.#completeProject(project)) },
    };
  }

  /** The words of a cohort contain its project, so they must be the same as in the review. */
  #completeProject(project: DeclaredProject): DeclaredProject {
    const parent = this.#projects.get(project.undeclaredProject ?? "");
    return parent === undefined ? project : nameCohort(project, `${parent}/${project.name}`);
  }

  /**
   * Names the cohorts in projects that the same update has created, because the review does not know their ids. The preview has already
   * judged these cohorts together with their projects.
   */
  nameCohortsOfNewProjects(organization: Organization): Organization {
    const keys = this.#find(organization).map(({ key }) => key);
    const projects = organization.objects.projects.map((project) => {
      const [cohort, ...others] =
        project.undeclaredProject === undefined
          ? []
          : (this.#cohortsOfNewProjects.get(project.name) ?? []).filter((one) => keys.includes(one.organization));
      return cohort === undefined || others.length > 0 ? project : nameCohort(project, cohort.path);
    });
    return { ...organization, objects: { ...organization.objects, projects } };
  }

  #completePerson(person: Person, organization: Organization): Person {
    const status = this.#findPerson(organization, person.email)?.after?.status;
    return person.mayBeMember !== true || status === undefined ? person : { ...person, status, mayBeMember: false };
  }

  /** Returns the role and status of a person after the change, as far as the review knows them. */
  findAccess(organization: Organization, email: string): Pick<Person, "role" | "status" | "isOwner"> | undefined {
    const after = this.#findPerson(organization, email)?.after;
    const role = personRoles.find((one) => one === after?.role);
    return after && role ? { role, status: after.status, isOwner: after.owner } : undefined;
  }

  /** Reports if the review knows all people of a group, and these people are not among them. */
  excludes(name: string, organization: Organization, people: readonly string[]): boolean {
    const keys = this.#find(organization).map(({ key }) => key);
    const groups = this.#groups.filter((group) => group.name === name && keys.includes(group.organization));
    return (
      groups.length > 0 &&
      groups.every(({ after }) => {
        if (after === null || after.hidden === true || after.undeclared === true) return false;
        const members = new Set([...after.people, ...(after.invited ?? [])].map(canonicalizeEmail));
        return people.every((email) => !members.has(canonicalizeEmail(email)));
      })
    );
  }

  /** Returns the number of times that the review lists a violation. */
  countViolations(identity: string): number {
    return this.#violations.get(identity)?.length ?? 0;
  }

  /**
   * Reports if the review lists a violation of the same declarations. The preview of the review and that of the run do not know the same
   * values, but an update knows them.
   */
  listsDeclarations(identity: string, declarations: readonly DeclaredContents[], isPreview: boolean): boolean {
    const listed = (this.#violations.get(identity) ?? []).flatMap((violation) => violation.declarations ?? []);
    return declarations.every(({ urn, properties }) =>
      listed.some((one) => one.urn === urn && areSame(one.properties, properties, isPreview)),
    );
  }

  /** Reports if the review lists that a test forbids the same access. The status of a person and the reasons for access may differ. */
  lists(test: string, { organization, people, forbidden }: TestFailure): boolean {
    const addresses = joinAddresses(people);
    return (this.#violationsByRule.get(test) ?? []).some(
      (violation) =>
        violation.organizations.includes(organization) &&
        joinAddresses(violation.people) === addresses &&
        forbidden.some((start) => violation.message.startsWith(start)),
    );
  }

  /** Reports if people have the roles of the review with the same ends, and none is a declared owner only here. The status of an invitation may differ, because people accept. */
  hasRoles(organization: Organization, emails: readonly string[]): boolean {
    return emails.every((email) => {
      const person = organization.people.get(canonicalizeEmail(email));
      const reviewed = this.#findPerson(organization, email);
      if (person === undefined || reviewed === undefined) return true;
      const { role, lastDay, afterwards, isOwner, isKeptOwner = false } = person;
      // The review can know more owners from other stacks, and none that a program keeps without a declaration.
      if (isOwner && !isKeptOwner && reviewed.after?.owner !== true) return false;
      const parts = [role, lastDay, afterwards].map(getValueOrReason);
      const { after } = reviewed;
      return after !== null && isDeepStrictEqual(parts, [after.role, after.lastDay, after.afterwards]);
    });
  }

  /**
   * Finds an organization by its key. By its name, it is the same only if the change has created one of the keys: an organization that is
   * deleted and created again has another PRN. An existing organization without a PRN is the same by its name, because the stack declares
   * nothing in it.
   */
  #find({ key, id, name, change }: Organization): readonly OrganizationReview[] {
    const itself = this.#organizations.get(key);
    if (itself !== undefined) return [itself];
    const sameName = this.#organizationsByName.get(name ?? "") ?? [];
    return id === undefined && change === undefined ? sameName : sameName.filter((one) => !isPrn(one.key));
  }

  #findPerson(organization: Organization, email: string): PersonReview | undefined {
    const own = new Set(this.#find(organization).map(({ key }) => key));
    return this.#people.get(canonicalizeEmail(email))?.find(({ organization }) => own.has(organization));
  }
}

function nameCohort(cohort: DeclaredProject, path: string): DeclaredProject {
  return { ...cohort, undeclaredProject: undefined, words: `cohort ${quoteName(path)}` };
}

function areSame(
  reviewed: DeclaredContents["properties"],
  properties: DeclaredContents["properties"],
  isPreview: boolean,
): boolean {
  return Object.keys({ ...reviewed, ...properties }).every(
    (name) =>
      reviewed[name] === properties[name] ||
      (reviewed[name] === unknown.reason && properties[name] !== undefined && !isPreview),
  );
}

/** Reports if a key of a review is the PRN of an organization that existed before the change. */
function isPrn(key: string): boolean {
  return key.startsWith("prn:");
}

/** Reports if a key of a review is the URN of an object that did not exist before the change. */
function isUrn(key: string): boolean {
  return key.startsWith("urn:");
}

/**
 * Returns what two violations have in common that are the same in a review and in the engine. Between the review and the update, the
 * status of a person changes the words, so the people and their objects are compared instead. A violation contains only the names of
 * organizations, so two of the same name on different endpoints count as one.
 */
export function getIdentity({ rule, organizations, people, objects = [], message }: Violation): string {
  return JSON.stringify([
    rule,
    [...organizations].sort(),
    joinAddresses(people),
    objects,
    ...(people.length > 0 ? [] : [message]),
  ]);
}

function joinAddresses(people: readonly string[]): string {
  return people.map(canonicalizeEmail).sort().join(" ");
}
