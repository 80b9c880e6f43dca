import { createCohort, createProject } from "../contract/access";
import { formatTimestamp } from "../model/values";
import { createRow, emptyTunnelPolicy, type Cohort, type Project, type Row, type TunnelPolicy } from "../model/state";
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
    const { projects } = findOrganization(this.emulator.state, organizationName);
    checkFree(projects, name, "project");
    const project = createProject(this.#createRow(), { name, ...details });
    projects.push(project);
    return project.id;
  }

  /** Adds a cohort. @returns its id */
  addCohort(name: string, projectName: string, organization: string, details: ObjectDetails = {}): string {
    const { cohorts } = this.#findProject(projectName, organization);
    checkFree(cohorts, name, "cohort");
    const cohort = createCohort(this.#createRow(), { name, ...details });
    cohorts.push(cohort);
    return cohort.id;
  }

  /** Sets the number of a project's runtimes. Removes the newest ones first. */
  setRuntimes(project: string, organization: string, count: number): void {
    const { runtimes } = this.#findProject(project, organization);
    runtimes.splice(count);
    while (runtimes.length < count) {
      runtimes.push({ ...this.#createRow(), version: `1.${runtimes.length}.0`, status: "ready" });
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

  #createRow(): Row {
    return createRow(this.emulator.state, formatTimestamp(this.emulator.now));
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
