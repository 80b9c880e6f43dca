import type { Values } from "#framework";
import { asPrn, type Group } from "#provider";
import type { LayoutOrganization } from "#layout";
import { listLayoutObjects } from "../access/layout";
import { groupBy } from "../grouping";
import { type Declaration, createObjectKey, filterByKind, identifyObject, isAbout } from "../model/declaration";
import type { LiveOrganization } from "../model/live";
import { buildModel, type Model } from "../model/model";
import { getOrganizationName, type Organization, type Person } from "../model/organization";
import { filterCreated, listUserIds } from "../model/properties";
import { hideIgnored } from "../model/resource";
import type { StackChange } from "../model/stackChange";
import { liveTypes } from "../objects/rows";
import type { ObjectDeclaration } from "./declaredAccess";
import { type Facts, listKnown } from "./facts";
import type { FindingObject } from "./finding";

/** The id and the name of a live organization. */
type OrganizationIdentity = Pick<LiveOrganization, "id" | "name">;

/** The declarations of one organization. Each object that the layout or a stack contains is declared. */
export interface DeclaredOrganization {
  /** The declarations of the layout; undefined without a layout, and for an organization that the layout does not contain. */
  readonly layout: LayoutOrganization | undefined;
  /** False if the layout alone says what is declared. A layout cannot contain tokens and webhooks. */
  readonly hasPreviews: boolean;
  /** The people in the previews, after the change. */
  readonly people: readonly Person[];
  /** The text of `Declarations.absence`. */
  readonly absence: string;
  /** The resources of the organization in all stacks. */
  readonly resources: readonly Declaration[];
  /**
   * Returns the declarations of a live object. They are not merged: a stack that ignores changes of a list does not hide the list of
   * another stack. Includes a resource that the change deletes or releases, because a review names that change. An object that the change
   * creates has no id, so it is no live object.
   */
  readonly findObject: (live: FindingObject) => readonly ObjectDeclaration[];
}

/**
 * Computes the organizations in previews; undefined without a preview. The program does not decide about ignored properties, so they are
 * unknown.
 */
export function buildDeclaredModel(previews: readonly StackChange[]): Model | undefined {
  const declared = previews.map((preview) => ({
    ...preview,
    resources: preview.resources.map((resource) => ({
      ...resource,
      after: resource.after && hideIgnored(resource.after),
    })),
  }));
  return previews.length === 0 ? undefined : buildModel(declared, "change");
}

/** The declarations of a layout and of the previews of stacks. */
export class DeclaredOrganizations {
  readonly #layout: ReadonlyMap<string, LayoutOrganization> | undefined;
  readonly #model: Model | undefined;
  /** The organizations of the stacks before and after the change. */
  readonly #organizations: readonly Organization[];
  readonly #byObject: ReadonlyMap<string, readonly Declaration[]>;

  constructor(layout: ReadonlyMap<string, LayoutOrganization> | undefined, model: Model | undefined) {
    this.#layout = layout;
    this.#model = model;
    this.#organizations = [model?.before, model?.after].flatMap((access) => [
      ...(access?.organizations.values() ?? []),
    ]);
    this.#byObject = groupBy(model?.declarations ?? [], identifyObject);
  }

  /** Says that something is not declared, as the rest of a sentence. */
  get absence(): string {
    if (this.#model === undefined) return "is not in the layout";
    return this.#layout === undefined ? "is not in the previews" : "is in neither the layout nor the previews";
  }

  /** Reports if the layout contains an organization of which no preview contains anything, so that no stack applies its declarations. */
  isUnselected({ id, name }: Partial<OrganizationIdentity> & Pick<OrganizationIdentity, "name">): boolean {
    const isIn = (one: Organization) => one.name === name || (id !== undefined && one.id === String(asPrn(id)));
    return this.#model !== undefined && this.#layout?.has(name) === true && !this.#organizations.some(isIn);
  }

  /** Returns the declarations of a live organization; undefined if neither the layout nor a preview contains the organization. */
  find(facts: Pick<Facts, "id" | "name" | "groups">): DeclaredOrganization | undefined {
    const layout = this.#layout?.get(facts.name);
    const keys = this.#findKeys(facts);
    if (layout === undefined && keys.length === 0) return undefined;
    const { declarations = [] } = this.#model ?? {};
    const inLayout = new Map(layout === undefined ? [] : listLayoutInputs(layout, listKnown(facts.groups)));
    const groups = filterByKind(declarations, "Group");
    return {
      layout,
      hasPreviews: this.#model !== undefined,
      people: [...new Set(keys)].flatMap((key) => [
        ...(this.#model?.after.organizations.get(key)?.people.values() ?? []),
      ]),
      absence: this.absence,
      resources: declarations.filter((resource) => keys.some((key) => isAbout(resource, key))),
      findObject: ({ type, id, name }) => {
        const inputs = inLayout.get(`${type} ${name}`);
        return [
          ...(inputs === undefined ? [] : [{ inputs }]),
          ...(this.#byObject.get(createObjectKey(liveTypes[type].kind, id)) ?? []).map((resource) => ({
            inputs: resource.after?.inputs,
            userIds: listUserIds(resource),
            created: filterCreated(groups, resource.after?.dependencies.get("access")),
          })),
        ];
      },
    };
  }

  /**
   * Returns the organizations that stacks contain after the change and that exist, but that are not visible. By name, otherwise by
   * PRN.
   */
  listUnreadable(visible: readonly OrganizationIdentity[]): readonly string[] {
    const seen = new Set(visible.flatMap((organization) => this.#findKeys(organization)));
    const unreadable = [...(this.#model?.after.organizations.values() ?? [])].filter(
      ({ key, id, change, isProtected }) =>
        !seen.has(key) && change !== "created" && (id !== undefined || isProtected !== undefined),
    );
    return [...new Set(unreadable.map(getOrganizationName))].sort();
  }

  /** Returns the keys of a live organization in the previews. If a preview contains no id, finds the organization by its name. */
  #findKeys({ id, name }: OrganizationIdentity): readonly string[] {
    const prn = String(asPrn(id));
    const own = this.#organizations.filter((one) => (one.id === undefined ? one.name === name : one.id === prn));
    return own.map(({ key }) => key);
  }
}

/** Returns what a layout declares of its groups, projects and cohorts, with the ids of live groups, by the type and name of an object. */
function listLayoutInputs(layout: LayoutOrganization, live: readonly Group[]): readonly (readonly [string, Values])[] {
  const listIds = (names: readonly string[]) => live.flatMap(({ id, name }) => (names.includes(name) ? id : []));
  return [
    ...(layout.groups ?? []).map(({ name, members }) => [`group ${name}`, { members }] as const),
    ...listLayoutObjects(layout).map(({ kind, path, everyoneEnabled, access }) => {
      const grants = access && { users: access.users, groups: listIds(access.groups) };
      return [`${kind} ${path}`, { everyoneEnabled, access: grants }] as const;
    }),
  ];
}
