import { addCohort, addProject, createRuntime } from "../contract/access";
import { formatTimestamp } from "../model/values";
import { emptyTunnelPolicy, type Cohort, type Project, type TunnelPolicy } from "../model/state";
import type { ControlledEmulator } from "./actor";
import { ControlError, findOrganization } from "./lookup";

export interface ObjectDetails {
  readonly description?: string | undefined;
  readonly everyone_enabled?: boolean | undefined;
}

/**
 * Creates projects and cohorts, which only Avocado Connect has, and sets their contents. Projects and cohorts are named
 * by name or id.
 */
export class AccessControl {
  constructor(private readonly emulator: ControlledEmulator) {}

  /** Adds a project. @returns its id */
  addProject(name: string, organizationName: string, details: ObjectDetails = {}): string {
    const organization = findOrganization(this.emulator.state, organizationName);
    checkFree(organization.projects, name, "project");
    return addProject(this.emulator.state, this.#now, organization, { name, ...details }).id;
  }

  /** Adds a cohort. @returns its id */
  addCohort(name: string, projectName: string, organization: string, details: ObjectDetails = {}): string {
    const project = this.#findProject(projectName, organization);
    checkFree(project.cohorts, name, "cohort");
    return addCohort(this.emulator.state, this.#now, project, { name, ...details }).id;
  }

  /** Sets the number of a project's runtimes. Removes the newest ones first. */
  setRuntimes(project: string, organization: string, count: number): void {
    const { runtimes } = this.#findProject(project, organization);
    runtimes.splice(count);
    while (runtimes.length < count) {
      runtimes.push(createRuntime(this.emulator.state, this.#now, `1.${runtimes.length}.0`));
    }
  }

  /** Sets the number of a cohort's devices, which the limit of the organization's devices does not count. */
  setDevices(cohort: string, project: string, organization: string, count: number): void {
    this.#findCohort(cohort, project, organization).device_count = count;
  }

  /** Sets the organization's tunnel policy. Rules that `policy` omits become null. */
  setTunnelPolicy(organization: string, policy: Partial<TunnelPolicy>): void {
    findOrganization(this.emulator.state, organization).tunnel_policy = { ...emptyTunnelPolicy, ...policy };
  }

  /** Sets the rules of a cohort that replace those of the organization. Rules that `policy` omits become null. */
  setCohortTunnelPolicy(cohort: string, project: string, organization: string, policy: Partial<TunnelPolicy>): void {
    this.#findCohort(cohort, project, organization).tunnel_policy = { ...emptyTunnelPolicy, ...policy };
  }

  #findProject(name: string, organization: string): Project {
    return find(findOrganization(this.emulator.state, organization).projects, name, "project", organization);
  }

  #findCohort(name: string, project: string, organization: string): Cohort {
    return find(this.#findProject(project, organization).cohorts, name, "cohort", project);
  }

  get #now(): string {
    return formatTimestamp(this.emulator.now);
  }
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function find<Row extends Named>(rows: readonly Row[], nameOrId: string, kind: string, parent: string): Row {
  const row = rows.find(({ name }) => name === nameOrId) ?? rows.find(({ id }) => id === nameOrId);
  if (row === undefined) throw new ControlError(404, `${parent} has no ${kind} ${nameOrId}.`);
  return row;
}

function checkFree(rows: readonly Named[], name: string, kind: string): void {
  if (rows.some((row) => row.name === name)) throw new ControlError(409, `A ${kind} ${name} already exists.`);
}
