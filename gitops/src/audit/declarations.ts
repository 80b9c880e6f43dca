import { asPrn } from "#provider";
import type { LayoutOrganization } from "#layout";
import { readName } from "../model/computation";
import { type Declaration, filterByKind, resolve } from "../model/declaration";
import { Directory } from "../model/directory";
import type { LiveOrganization } from "../model/live";
import { getUuid } from "../model/properties";
import type { ResourceKind } from "../objects/rows";
import { hideIgnored, type State } from "../model/resource";
import type { StackChange } from "../model/stackChange";

/** The id and the name of a live organization. */
type OrganizationIdentity = Pick<LiveOrganization, "id" | "name">;

/** The declarations of one organization. Each object that the layout or a stack contains is declared. */
export interface DeclaredOrganization {
  /** The declarations of the layout; undefined without a layout, and for an organization that the layout does not contain. */
  readonly layout: LayoutOrganization | undefined;
  /** False if the layout alone says what is declared. A layout cannot contain tokens and webhooks. */
  readonly hasPreviews: boolean;
  /** The text of `Declarations.absence`. */
  readonly absence: string;
  /** The resources of the organization in all stacks. */
  readonly resources: readonly Declaration[];
  /**
   * Returns the resources of a live object. Includes a resource that the change deletes or releases, because a review names that
   * change. An object that the change creates has no id, so it is no live object.
   */
  readonly findResources: (kind: ResourceKind, id: string) => readonly Declaration[];
}

/** The declarations of a layout and of the previews of stacks. */
export class DeclaredOrganizations {
  readonly #layout: ReadonlyMap<string, LayoutOrganization> | undefined;
  readonly #hasPreviews: boolean;
  readonly #declarations: readonly Declaration[];
  readonly #byId = new Map<string, Declaration[]>();
  /**
   * The keys of all organizations of the stacks, before and after the change. A key is the organization's PRN. Without a known id, it is
   * the URN of its resource, or a text for an unknown organization.
   */
  readonly #keys: ReadonlySet<string>;

  constructor(layout: ReadonlyMap<string, LayoutOrganization> | undefined, previews: readonly StackChange[]) {
    this.#layout = layout;
    this.#hasPreviews = previews.length > 0;
    // The program does not decide about ignored properties, so they declare nothing.
    const resources = previews.flatMap((preview) =>
      preview.resources.map((resource) =>
        resource.after === undefined ? resource : { ...resource, after: hideIgnored(resource.after) },
      ),
    );
    const directory = new Directory(resources);
    this.#declarations = resources.map((resource) => resolve(resource, "change", directory));
    for (const declaration of this.#declarations) {
      for (const id of new Set([declaration.before, declaration.after].flatMap(listUuids))) {
        const key = createObjectKey(declaration.kind, id);
        this.#byId.set(key, [...(this.#byId.get(key) ?? []), declaration]);
      }
    }
    this.#keys = new Set(this.#declarations.flatMap(listKeys));
  }

  /** Says that something is not declared, as the rest of a sentence. */
  get absence(): string {
    if (!this.#hasPreviews) return "is not in the layout";
    return this.#layout === undefined ? "is not in the previews" : "is in neither the layout nor the previews";
  }

  /** Reports if the layout contains an organization of which no preview contains anything, so that no stack applies its declarations. */
  isUnselected(organization: { readonly id?: string; readonly name: string }): boolean {
    return (
      this.#hasPreviews &&
      this.#layout?.has(organization.name) === true &&
      this.#findKeys(organization).size === 0 &&
      !filterByKind(this.#declarations, "Organization").some(({ after }) => readName(after) === organization.name)
    );
  }

  /** Returns the declarations of a live organization; undefined if neither the layout nor a preview contains the organization. */
  find(organization: OrganizationIdentity): DeclaredOrganization | undefined {
    const layout = this.#layout?.get(organization.name);
    const keys = this.#findKeys(organization);
    if (layout === undefined && keys.size === 0) return undefined;
    return {
      layout,
      hasPreviews: this.#hasPreviews,
      absence: this.absence,
      resources: this.#declarations.filter((resource) => listKeys(resource).some((key) => keys.has(key))),
      findResources: (kind, id) => this.#byId.get(createObjectKey(kind, getUuid(id))) ?? [],
    };
  }

  /**
   * Returns the organizations that stacks contain after the change and that exist, but that are not visible. By name, otherwise by
   * PRN.
   */
  listInvisible(visible: readonly OrganizationIdentity[]): readonly string[] {
    const seen = new Set(visible.flatMap((organization) => [...this.#findKeys(organization)]));
    const own = filterByKind(this.#declarations, "Organization");
    const invisible = this.#declarations.flatMap(({ organization: { after: key } }) => {
      if (key === undefined || seen.has(key)) return [];
      const resource = own.find(({ organization }) => organization.after === key);
      const isNew = resource !== undefined && (resource.isCreated || resource.isReplaced);
      const isUnidentified = resource === undefined && !isPrn(key);
      return isNew || isUnidentified ? [] : [readName(resource?.after) ?? key];
    });
    return [...new Set(invisible)].sort();
  }

  /** Returns the keys of a live organization in the previews. If a preview contains no id, finds the organization by its name. */
  #findKeys({ id, name }: Partial<OrganizationIdentity>): ReadonlySet<string> {
    const prn = id === undefined ? "" : String(asPrn(id));
    const keysByName = filterByKind(this.#declarations, "Organization")
      .filter(({ after }) => readName(after) === name)
      .flatMap(listKeys)
      .filter((key) => !isPrn(key));
    return new Set([...(this.#keys.has(prn) ? [prn] : []), ...keysByName]);
  }
}

/** Returns the keys of the organizations that a declaration is about on both sides. */
function listKeys({ organization: { before, after } }: Declaration): readonly string[] {
  return [before, after].filter((key) => key !== undefined);
}

function listUuids(state: State | undefined): readonly string[] {
  return state?.id === undefined || state.id === "" ? [] : [getUuid(state.id)];
}

function createObjectKey(kind: ResourceKind, uuid: string): string {
  return `${kind} ${uuid}`;
}

function isPrn(key: string): boolean {
  return key.startsWith("prn:");
}
