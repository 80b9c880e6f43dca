import type { Api, VisibleOrganization } from "./api";
import type { Contract, ReadOperation } from "./contract";
import { getId } from "./ids";
import { listItems } from "./json";
import type { RequestResult, LimitedReader } from "./reading";

/** The most paths that the check follows at each level of a template, such as three projects, and then three cohorts of them. */
const mostPaths = 3;

/** The page size of the provider. */
export const perPage = 100;

/** One request of an operation. */
export interface SentRequest {
  readonly path: string;
  readonly reading: RequestResult;
}

/** Finds the paths of an operation, from the lists that contain the objects in it. */
export class Exploration {
  constructor(
    private readonly contract: Contract,
    private readonly api: Api,
    private readonly organization: VisibleOrganization,
    private readonly readings: LimitedReader,
  ) {}

  /**
   * Sends the requests of an operation. Tries several lists until one has items, and any other operation once: one response shows its
   * properties. Returns none if no object is known.
   */
  async request({ path, hasPages }: ReadOperation): Promise<readonly SentRequest[]> {
    const requests: SentRequest[] = [];
    for (const found of await this.#findPaths(path)) {
      const reading = await this.readings.get(hasPages ? addPage(found) : found);
      requests.push({ path: found, reading });
      if (!hasPages || (reading.kind === "value" && listItems(reading.body).length > 0)) break;
    }
    return requests;
  }

  /** Returns the paths of a template, such as `/api/orgs/{org_id}/groups/{id}`. */
  async #findPaths(template: string): Promise<readonly string[]> {
    let found: readonly string[] = [""];
    let prefix = "";
    for (const segment of template.split("/").slice(1)) {
      const [, parameter] = /^\{(\w+)\}$/.exec(segment) ?? [];
      const next =
        parameter === undefined
          ? found.map((path) => `${path}/${segment}`)
          : await this.#addObjects(found, prefix, parameter);
      prefix += `/${segment}`;
      found = next.slice(0, mostPaths);
    }
    return found;
  }

  async #addObjects(paths: readonly string[], prefix: string, parameter: string): Promise<readonly string[]> {
    if (parameter === this.api.organizationParameter)
      return paths.map((path) => `${path}/${encodeURIComponent(this.organization.id)}`);
    if (!this.contract.operations.some(({ path, hasPages }) => path === prefix && hasPages)) return [];
    const found: string[] = [];
    for (const path of paths) {
      const reading = await this.readings.get(addPage(path));
      if (reading.kind !== "value") continue;
      const ids = listItems(reading.body).flatMap((item) => getId(item, parameter) ?? []);
      found.push(...ids.map((id) => `${path}/${encodeURIComponent(id)}`));
    }
    return found;
  }
}

function addPage(path: string): string {
  return `${path}?limit=${perPage}`;
}
