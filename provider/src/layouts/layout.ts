import type { z } from "zod";
import type { Role } from "../api";
import type { billingSettings } from "../resources/billingSettings";
import type { organizationMembers } from "../resources/organizationMembers";
import type { securityPolicy } from "../resources/securityPolicy";
import { formatPath, type Path, type Said, isRecord } from "#framework";
import {
  sortMistakes,
  type Mistake,
  wrapValue,
  createMistake,
  type ParsedDocument,
  validateShape,
  suggest,
  parseYaml,
} from "#framework/documents";
import { InvalidLayoutError, layoutKind } from "./mistakes";
import { declarations, laidOut, saidOf, settingsByOrganization, withoutAdmin } from "./organizations";
import { peopleOf } from "./people";
import { layoutFile } from "./schema";
import type { LayoutSource } from "./source";
import { merge, saidBy, type Statement } from "./statements";
import { unfitting } from "./requirement";

/** What layout files say, ready to be handed to resources. The order in which they say it makes no difference. */
export interface Layout {
  /** By name. */
  readonly organizations: readonly LayoutOrganization[];
}

/** One organization of a layout, with the defaults applied. Its parts are inputs of resources, but for `organizationId`. */
export interface LayoutOrganization {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly contactEmail?: string | undefined;
  readonly forceDestroy?: boolean | undefined;
  readonly deletionPolicy?: "delete" | "retain" | undefined;
  /** Who shall own it, one of its admins; absent: whoever does. */
  readonly owner?: string | undefined;
  /** Roles by e-mail address, sorted, with at least one admin. Whoever's `until` has passed is not in it. */
  readonly members: Readonly<Record<string, Role>>;
  /** The last day, UTC, by e-mail address, of those who have one, even if it has passed; absent if nobody has. */
  readonly lastDays?: Readonly<Record<string, string>>;
  readonly roster: Omit<z.output<typeof organizationMembers.inputs>, "organizationId" | "members">;
  /** Absent: no security setting is declared. */
  readonly security?: Omit<z.output<typeof securityPolicy.inputs>, "organizationId">;
  /** Absent: no billing setting is declared. */
  readonly billing?: Omit<z.output<typeof billingSettings.inputs>, "organizationId">;
}

export interface LayoutOptions {
  /** The day, UTC, such as `2027-01-31`: entries whose `until` is an earlier one do not count. */
  readonly today: string;
  /** The organizations to lay out; absent: all. The whole layout is checked in any case. */
  readonly only?: readonly string[] | undefined;
  /** The provider's version, which `requires` is held against. */
  readonly version: string;
}

/** A layout with its sources. */
export interface Reading {
  readonly layout: Layout;
  /**
   * All that is said of something of an organization, and where. The path is one of `LaidOut`, such as `["security"]` or
   * `["members", "ada@acme.example"]`.
   */
  readonly saidAt: (organization: string, path: Path) => readonly Said[];
}

/**
 * The layout that these sources make together.
 * @throws InvalidLayoutError with every mistake, each with its place and what to do about it.
 */
export function parseLayout(sources: readonly LayoutSource[], circumstances: LayoutOptions): Layout {
  return read(sources, circumstances).layout;
}

/** The same, and where it is said. */
export function read(sources: readonly LayoutSource[], { today, only, version }: LayoutOptions): Reading {
  const parts = sources.map((source) => ("text" in source ? parseYaml(source, layoutKind) : wrapValue(source.value)));
  // What another version of the provider understands may look like a mistake to this one.
  refuse(unfitting(parts, version));

  const { statements, mistakes: conflicts } = merge(parts);
  const declared = declarations(parts);
  // What is in a file that cannot be read is not known to be missing.
  const complete = parts.every(({ value }) => isRecord(value));
  const people = peopleOf(parts, statements, { organizations: new Set(declared.keys()), today, complete });
  const settings = settingsByOrganization(declared.keys(), statements);
  const organizations = [...declared]
    .map(([name, where]) => ({ name, where, settings: settings.get(name) ?? new Map<string, Statement>() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

  refuse([
    ...parts.flatMap((part) => part.mistakes),
    ...parts.flatMap((part) => validateShape(part, layoutFile)).filter(({ path }) => !people.isStray(path)),
    ...conflicts,
    ...people.mistakes,
    ...(complete ? organizations.flatMap((one) => withoutAdmin(one, people)) : []),
    ...(complete && declared.size === 0 ? [nothingDeclared(parts)] : []),
    ...(complete ? unknown(only ?? [], declared) : []),
  ]);

  const layout = {
    organizations: organizations
      .filter(({ name }) => only === undefined || only.includes(name))
      .map(({ name, settings }) => laidOut(name, settings, people)),
  };
  return {
    layout,
    saidAt(organization, path) {
      const [first, second] = path;
      const found =
        first === "members"
          ? [people.statementOf(organization, String(second)) ?? []].flat()
          : saidOf(organization, String(first), statements);
      if (found.length === 0) return [{ what: formatPath(["organizations", organization, ...path]) }];
      return found.map((statement) => saidBy(statement, organization));
    },
  };
}

function refuse(mistakes: readonly Mistake[]): void {
  if (mistakes.length > 0) throw new InvalidLayoutError(sortMistakes(mistakes));
}

function nothingDeclared([first]: readonly ParsedDocument[]): Mistake {
  const reason = "has no organization: declare one under `organizations`";
  return first === undefined ? { path: "", reason } : createMistake(first, [], reason);
}

function unknown(only: readonly string[], declared: ReadonlyMap<string, ParsedDocument>): readonly Mistake[] {
  return only.flatMap((name, index) => {
    if (declared.has(name)) return [];
    const hint = suggest(name, declared.keys());
    const reason = `is ${JSON.stringify(name)}, which is no organization of the layout; it has ${[...declared.keys()].join(", ")}${hint}`;
    return [{ path: `only[${index}]`, reason }];
  });
}
