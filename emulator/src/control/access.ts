import type { DeviceStatus } from "../apis/connect/devices";
import { createProject } from "../apis/connect/projects";
import type { StoredProject } from "../apis/connect/stateSchema";
import { createCohort } from "../contract/access";
import { countUsage } from "../contract/limits";
import { formatTimestamp } from "../model/values";
import { createRow, emptyTunnelPolicy, type Cohort, type Row, type TunnelPolicy } from "../model/state";
import { checkOrganizationLimit, findActingUser, performAsUser, type Actor, type ControlledEmulator } from "./actor";
import { ControlError, findGroup, findMember, findNamed, findOrganization } from "./lookup";

export interface ObjectDetails {
  readonly description?: string | undefined;
  readonly everyone_enabled?: boolean | undefined;
}

/** The properties to change. An empty description removes the description. */
export interface GroupChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export interface ObjectChanges extends GroupChanges {
  readonly everyone_enabled?: boolean | undefined;
}

/** A project or, if there is one, a cohort of the project. */
interface ProjectOrCohort {
  readonly project: string;
  readonly cohort?: string | undefined;
}

/** The properties of a new device, which has no cohort by default. */
export interface NewDevice {
  readonly name?: string | undefined;
  readonly status?: DeviceStatus | undefined;
  readonly tags?: string[] | undefined;
  readonly last_seen_at?: string | null | undefined;
  readonly cohort?: { readonly project: string; readonly cohort: string } | undefined;
}

/** The access of a person or a group to a project or a cohort. */
export type Grant = ProjectOrCohort & ({ readonly email: string } | { readonly group: string });

/**
 * Creates and changes groups, projects and cohorts, which only Avocado Connect has, and sets their contents. Callers pass
 * the name or the id of each.
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

  async updateGroup(group: string, organization: string, changes: GroupChanges, actor: Actor = {}): Promise<void> {
    await this.#perform(organization, actor, "PUT", this.#getGroupPath(group, organization), changes);
  }

  /** Deletes a group with its grants. */
  async deleteGroup(group: string, organization: string, actor: Actor = {}): Promise<void> {
    await this.#perform(organization, actor, "DELETE", this.#getGroupPath(group, organization));
  }

  async addGroupMember(email: string, group: string, organization: string, actor: Actor = {}): Promise<void> {
    const { user_id } = findMember(this.emulator.state, email, organization);
    await this.#perform(organization, actor, "POST", `${this.#getGroupPath(group, organization)}/members`, { user_id });
  }

  async removeGroupMember(email: string, group: string, organization: string, actor: Actor = {}): Promise<void> {
    const { user_id } = findMember(this.emulator.state, email, organization);
    const path = `${this.#getGroupPath(group, organization)}/members/${user_id}`;
    await this.#perform(organization, actor, "DELETE", path);
  }

  async updateProject(project: string, organization: string, changes: ObjectChanges, actor: Actor = {}): Promise<void> {
    await this.#perform(organization, actor, "PUT", this.#getPath({ project }, organization), { project: changes });
  }

  /** Deletes a project with its cohorts and runtimes. */
  async deleteProject(project: string, organization: string, actor: Actor = {}): Promise<void> {
    await this.#perform(organization, actor, "DELETE", this.#getPath({ project }, organization));
  }

  async updateCohort(
    cohort: string,
    project: string,
    organization: string,
    changes: ObjectChanges,
    actor: Actor = {},
  ): Promise<void> {
    const path = this.#getPath({ project, cohort }, organization);
    await this.#perform(organization, actor, "PUT", path, { cohort: changes });
  }

  async deleteCohort(cohort: string, project: string, organization: string, actor: Actor = {}): Promise<void> {
    await this.#perform(organization, actor, "DELETE", this.#getPath({ project, cohort }, organization));
  }

  async grantAccess(grant: Grant, organization: string, actor: Actor = {}): Promise<void> {
    const { list, property, id } = this.#findGrantee(grant, organization);
    const path = `${this.#getPath(grant, organization)}/access/${list}`;
    await this.#perform(organization, actor, "POST", path, { [property]: id });
  }

  async revokeAccess(grant: Grant, organization: string, actor: Actor = {}): Promise<void> {
    const { list, id } = this.#findGrantee(grant, organization);
    await this.#perform(organization, actor, "DELETE", `${this.#getPath(grant, organization)}/access/${list}/${id}`);
  }

  /** Sets the number of a project's runtimes. Removes the newest ones first. */
  setRuntimes(project: string, organization: string, count: number): void {
    const { runtimes } = this.#findProject(project, organization);
    runtimes.splice(count);
    while (runtimes.length < count) {
      runtimes.push({ ...this.#createRow(), version: `1.${runtimes.length}.0`, status: "published" });
    }
  }

  /** Sets the number of a cohort's devices, which the limit of the organization's devices does not count. */
  setDevices(cohort: string, project: string, organization: string, count: number): void {
    this.#findCohort(cohort, project, organization).device_count = count;
  }

  /** Adds a device, which counts against the limit of devices, and in its cohort. @returns its id */
  addDevice(organization: string, identifier: string, device: NewDevice = {}): string {
    const { name = null, status = "registered", tags = [], last_seen_at = null, cohort } = device;
    const found = findOrganization(this.emulator.state, organization);
    checkOrganizationLimit(found, "devices", countUsage(this.emulator.state, found).devices + 1);
    const target = cohort && this.#findCohort(cohort.cohort, cohort.project, organization);
    if (target !== undefined) target.device_count += 1;
    const row = this.#createRow();
    found.devices.push({ ...row, identifier, name, status, tags, last_seen_at, cohort_id: target?.id ?? null });
    return row.id;
  }

  /** Sets the cohort of claim tokens that a request creates without a cohort. */
  setDefaultCohort(cohort: string, project: string, organization: string): void {
    const { id } = this.#findCohort(cohort, project, organization);
    findOrganization(this.emulator.state, organization).default_cohort_id = id;
  }

  /** Sets the organization's tunnel policy. Rules that `policy` omits become null. */
  setTunnelPolicy(organization: string, policy: Partial<TunnelPolicy>): void {
    findOrganization(this.emulator.state, organization).tunnel_policy = { ...emptyTunnelPolicy, ...policy };
  }

  /** Sets the own rules of a cohort, which tighten those of the organization. Rules that `policy` omits become null. */
  setCohortTunnelPolicy(cohort: string, project: string, organization: string, policy: Partial<TunnelPolicy>): void {
    this.#findCohort(cohort, project, organization).tunnel_policy = { ...emptyTunnelPolicy, ...policy };
  }

  #findProject(name: string, organization: string): StoredProject {
    return findNamed(findOrganization(this.emulator.state, organization).projects, name, "project", organization);
  }

  #findCohort(name: string, project: string, organization: string): Cohort {
    return findNamed(this.#findProject(project, organization).cohorts, name, "cohort", project);
  }

  /** Returns the group's path in its organization. */
  #getGroupPath(group: string, organization: string): string {
    return `/groups/${findGroup(this.emulator.state, group, organization).id}`;
  }

  /** Returns the path of a project or a cohort in its organization. */
  #getPath({ project, cohort }: ProjectOrCohort, organization: string): string {
    const path = `/projects/${this.#findProject(project, organization).id}`;
    return cohort === undefined ? path : `${path}/cohorts/${this.#findCohort(cohort, project, organization).id}`;
  }

  #findGrantee(grant: Grant, organization: string) {
    const { state } = this.emulator;
    return "group" in grant
      ? { list: "groups", property: "group_id", id: findGroup(state, grant.group, organization).id }
      : { list: "users", property: "user_id", id: findMember(state, grant.email, organization).user_id };
  }

  /** Sends a request to Avocado Connect, which applies its rules. */
  async #perform(organization: string, actor: Actor, method: string, path: string, body?: object): Promise<void> {
    const { id } = findOrganization(this.emulator.state, organization);
    const user = findActingUser(this.emulator, organization, actor);
    await performAsUser(this.emulator, user, method, `/api/orgs/${id}${path}`, body);
  }

  #createRow(): Row {
    return createRow(this.emulator.state, formatTimestamp(this.emulator.now));
  }
}

function checkFree(rows: readonly { readonly name: string }[], name: string, kind: string): void {
  if (rows.some((row) => row.name === name)) throw new ControlError(409, `A ${kind} ${name} already exists.`);
}
