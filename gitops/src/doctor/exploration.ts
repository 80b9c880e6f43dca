import { randomUUID } from "node:crypto";
import { type Api, get, listItems, type Organization } from "./api";
import type { Contract, Operation } from "./contract";
import type { Reading, Readings } from "./reading";

/** The most objects of a list whose contents are read, until one has contents. */
const mostParents = 3;

/** The page size of the provider. */
export const perPage = 100;

/** One request of an operation. */
export interface Request {
  readonly path: string;
  readonly reading: Reading;
}

/** Finds the paths of an operation, from the lists that contain the objects in it. */
export class Exploration {
  constructor(
    private readonly contract: Contract,
    private readonly api: Api,
    private readonly organization: Organization,
    private readonly readings: Readings,
  ) {}

  /** Sends the requests of an operation, until a list has items. Returns none if no object is known. */
  async request({ path, hasPages }: Operation): Promise<readonly Request[]> {
    const requests: Request[] = [];
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
      found = next.slice(0, mostParents);
    }
    return found;
  }

  async #addObjects(paths: readonly string[], prefix: string, parameter: string): Promise<readonly string[]> {
    if (parameter === this.api.organization)
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

/** The characters of ids that can be part of a path. Other ids are not sent. */
const usable = /^(?!\.+$)[\w.:-]{1,100}$/;

export function isUsable(id: unknown): id is string {
  return typeof id === "string" && usable.test(id);
}

/** Returns the id of a listed object for a parameter such as `id`, `project_id` or `user_prn`. */
function getId(item: Readonly<Record<string, unknown>>, parameter: string): string | undefined {
  const kind = parameter.endsWith("prn") ? "prn" : "id";
  const id = get(item, parameter) ?? get(item, parameter.replace(/_\w+$/, ""), kind) ?? get(item, kind);
  const text = typeof id === "number" ? String(id) : id;
  return isUsable(text) ? text : undefined;
}

/** Returns the path of an object that does not exist, beside the one at `path`; undefined if the id contains no UUID. */
export function replaceId(path: string): string | undefined {
  const changed = path.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, randomUUID());
  return changed === path ? undefined : changed;
}
