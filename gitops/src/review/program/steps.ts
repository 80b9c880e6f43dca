import { isRecord, parsePath, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import { type Declaration, identify } from "../../model/declaration";
import type { Model } from "../../model/model";
import { describePath } from "../../model/properties";
import { describeResource, isWritten } from "../../model/resource";
import { findGuarded } from "../../model/settings";
import type { Properties } from "../../objects/property";
import { readDeclared } from "../../objects/reading";
import { rows, type SettingSection } from "../../objects/rows";
import { isWithheld } from "../../withheld";
import { joinAnd } from "../../wording";
import { isForgotten } from "../releases";
import { type Changes, type Conflict, isConcerned, type ProgramChange, type SettingReview } from "../review";

/**
 * Lists the steps that write to Peridio, and that no other row of the review shows. The rows of each kind cover its steps, so no such
 * step is known. This check keeps a forgotten one from passing.
 */
export function reviewSteps(
  { declarations, objects }: Model,
  changes: Changes,
  conflicts: readonly Conflict[],
): readonly ProgramChange[] {
  const index = indexRows(changes, conflicts);
  const words = new Map(objects.map((object) => [object.declaration, object.words]));
  return declarations
    .filter((declaration) => (isWritten(declaration) || declaration.isReplaced) && !isForgotten(declaration))
    .flatMap((declaration) => {
      const { organization } = declaration;
      const own = [organization.before, organization.after].flatMap((key) => index.organizations.get(key ?? "") ?? []);
      const step: Step = {
        declaration,
        own,
        names: listNames(declaration, declarations, words.get(declaration)),
        program: index.programs.get(declaration.stack) ?? [],
        former: readFormer(declaration, declarations),
      };
      const silent = isUpdate(declaration)
        ? listSilentProperties(step)
        : isShown(step) ||
            (!declaration.isWrittenImport && isMoved(step, declarations)) ||
            declaresDefaults(declaration)
          ? undefined
          : [];
      return silent === undefined ? [] : [createProgramChange(declaration, silent)];
    });
}

function createProgramChange(declaration: Declaration, properties: readonly string[]): ProgramChange {
  const resource = describeResource(declaration);
  const { stack, before, after, isImported } = declaration;
  const verb = before === undefined && !isImported ? "creates" : after === undefined ? "deletes" : "changes";
  const named = joinAnd(properties.map((name) => `\`${name}\``));
  return {
    stack,
    section: "steps",
    subject: resource,
    words: `The update ${verb} ${named === "" ? resource : `${named} of ${resource}`}, and no other row shows the effect. Check this step in Pulumi's output.`,
    risks: ["notUnderstood"],
  };
}

/** The sections whose rows name a resource, but show only its options. */
const optionSections: ReadonlySet<SettingSection> = new Set(["protection", "guards", "released"]);

function joinProperty(section: SettingSection, setting: string): string {
  return `${section} ${setting}`;
}

/** The rows of one organization. */
interface OrganizationRows {
  /** True if the change creates, deletes or replaces the organization, so that its row covers all parts. */
  readonly isWhole: boolean;
  /** True if another row names the organization itself. */
  readonly isNamed: boolean;
  /** True if the people of the organization are hidden. */
  readonly hidesPeople: boolean;
  /** The rows by the name of the object or resource. Rows of options, such as `protect`, say nothing about its properties. */
  readonly things: ReadonlyMap<string, readonly SettingReview[]>;
  /** The settings and guardrails that change, each as its section and name. */
  readonly properties: ReadonlySet<string>;
  /** The words of the rows about access to groups, projects and cohorts, and of conflicts. A row of a group names the projects that it gives access to. */
  readonly words: string;
  /** The people whose role, status, ownership or last day has a row, by canonical address. */
  readonly concerned: ReadonlySet<string>;
  /** The people in rows about groups, projects and cohorts. */
  readonly named: ReadonlySet<string>;
  /** The people whose access stays as it is. */
  readonly unchanged: ReadonlySet<string>;
}

interface RowIndex {
  /** By `Organization.key`. */
  readonly organizations: ReadonlyMap<string, OrganizationRows>;
  /** The words of program changes, by stack. A changed option says nothing about the properties of its resource. */
  readonly programs: ReadonlyMap<string | null, readonly string[]>;
}

function indexRows(
  { organizations, people, settings, programChanges }: Changes,
  conflicts: readonly Conflict[],
): RowIndex {
  const persons = groupBy(people, ({ organization }) => organization);
  const things = groupBy(settings, ({ organization }) => organization);
  const programs = groupBy(
    programChanges.filter(({ section }) => section !== "options"),
    ({ stack }) => stack,
  );
  const listNamed = (some: readonly SettingReview[]) =>
    some.flatMap((row) =>
      optionSections.has(row.section)
        ? []
        : // One row can name several objects.
          [...new Set([row.setting, ...row.setting.split(", ")])].map((name) => ({ name, row })),
    );
  return {
    organizations: new Map(
      organizations.map(({ key, change, risks }) => {
        const [own, changed] = [persons.get(key) ?? [], things.get(key) ?? []];
        const isListed = (person: (typeof own)[number]) => isConcerned(person) || person.notes.length > 0;
        return [
          key,
          {
            isWhole: ["created", "deleted", "replaced"].includes(change),
            isNamed: change !== "kept",
            hidesPeople: risks.includes("hidden"),
            words: [
              ...changed.map(({ section, property, words }) =>
                section === "projects" && property === undefined ? maskQuotes(words) : "",
              ),
              ...conflicts.map(({ organization, message }) => (organization === key ? maskQuotes(message) : "")),
            ].join("\n"),
            things: new Map(
              [...groupBy(listNamed(changed), ({ name }) => name)].map(([name, same]) => [
                name,
                same.map(({ row }) => row),
              ]),
            ),
            properties: new Set(changed.map(({ section, setting }) => joinProperty(section, setting))),
            concerned: new Set(own.filter(isListed).map(({ email }) => canonicalizeEmail(email))),
            named: new Set(changed.flatMap(({ people = [] }) => people.map(canonicalizeEmail))),
            unchanged: new Set(
              own.flatMap(({ email, before, after }) =>
                before !== null && JSON.stringify(before) === JSON.stringify(after) ? canonicalizeEmail(email) : [],
              ),
            ),
          },
        ];
      }),
    ),
    programs: new Map(
      [...programs].map(([stack, own]) => [stack, own.map(({ subject, words }) => maskQuotes(`${subject}. ${words}`))]),
    ),
  };
}

/** A step of a program, and the rows that can show it. */
interface Step {
  readonly declaration: Declaration;
  /** The rows of its organizations. */
  readonly own: readonly OrganizationRows[];
  /** The names of its object in rows. */
  readonly names: readonly string[];
  /** The words of the program changes of its stack. */
  readonly program: readonly string[];
  /** The values before the change, with the guardrails that the declaration continues. */
  readonly former: Values;
}

/** Returns the names of an object in rows: the resource, the object with its path before and after, or the words of its row. */
function listNames(
  declaration: Declaration,
  all: readonly Declaration[],
  words: string | undefined,
): readonly string[] {
  const { before, after } = declaration.values;
  const paths = [before.name, after.name].flatMap((name) =>
    typeof name === "string" ? describePath(declaration, all, name) : [],
  );
  return [
    describeResource(declaration),
    describePath(declaration, all),
    ...paths,
    ...(words === undefined ? [] : [words]),
  ];
}

function isUpdate({ before, after, isReplaced }: Declaration): boolean {
  return before !== undefined && after !== undefined && !isReplaced;
}

function readFormer(declaration: Declaration, all: readonly Declaration[]): Values {
  const { kind, values, organization } = declaration;
  const { guards } = rows[kind];
  const present = all.filter(({ organization: { before } }) => before !== undefined && before === organization.after);
  const guarded = guards === undefined ? declaration : findGuarded(declaration, present);
  if (guarded === declaration) return values.before;
  const continued = Object.keys(guards?.properties ?? {}).map((name) => [name, guarded?.before?.inputs[name]] as const);
  return { ...values.before, ...Object.fromEntries(continued) };
}

/** Reports if any row shows a step. */
function isShown(step: Step): boolean {
  const { declaration, own, names, program } = step;
  const { kind } = declaration;
  const { settings, noun } = rows[kind];
  return (
    own.some(
      ({ isWhole, isNamed, things, properties, words }) =>
        isWhole ||
        (kind === "Organization" && isNamed) ||
        // The row of the owner has no property.
        (kind === "OrganizationOwner" && properties.has(joinProperty("general", noun))) ||
        names.some((name) => things.has(name) || mentions(words, name)) ||
        (settings !== undefined &&
          Object.keys(settings.properties).some((name) => properties.has(joinProperty(settings.section, name)))),
    ) ||
    program.some((text) => names.some((name) => mentions(text, name))) ||
    showsPeople(step)
  );
}

/** Returns a text in which each quoted part is another text, so that names and descriptions of programs mention nothing. */
function maskQuotes(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (part) => `"${Buffer.from(part).toString("hex")}"`);
}

/** Reports if a text with masked quotes contains a name as a whole. */
function mentions(text: string, name: string): boolean {
  const masked = maskQuotes(name);
  for (let at = text.indexOf(masked); at >= 0; at = text.indexOf(masked, at + 1))
    if (!/[\w-]/.test(text[at + masked.length] ?? "")) return true;
  return false;
}

/** Reports if the setting, the guardrail or the end of the declaration has its row. A guardrail of one of several resources names the resource. */
function hasRow(property: string, { declaration, own, names }: Step): boolean {
  const { settings, guards } = rows[declaration.kind];
  const expected = [
    ...(settings !== undefined && property in settings.properties ? [joinProperty(settings.section, property)] : []),
    ...(guards !== undefined && property in guards.properties
      ? [joinProperty("guards", property), joinProperty("guards", `${property} of ${describeResource(declaration)}`)]
      : []),
    ...names.map((name) => joinProperty("released", `${property} of ${name}`)),
  ];
  return own.some(({ properties }) => expected.some((one) => properties.has(one)));
}

/** Reports if the review says that the people of a resource are hidden. */
function showsHiddenPeople({ declaration, own }: Step): boolean {
  const areHidden = [declaration.before, declaration.after].some(
    (state) => state?.people?.declared.hidden !== undefined,
  );
  return areHidden && own.some(({ hidesPeople }) => hidesPeople);
}

/** Reports if a row shows the access of at least one person of a resource. */
function showsPeople(step: Step): boolean {
  const people = [...listPeople(step.declaration)];
  return showsHiddenPeople(step) || step.own.some(({ concerned }) => people.some((address) => concerned.has(address)));
}

/**
 * Reports if the review has everyone whose declaration differs: with a change, or with the same access, as after a move. If none differs,
 * the group of an invitation does, or another list, and a row names at least one person.
 */
function showsChangedPeople(step: Step): boolean {
  const { declaration, own } = step;
  const [before, after] = [declaration.before, declaration.after].map((state) => state?.people?.declared.people);
  const isSame = (address: string) => {
    const [former, present] = [before?.get(address), after?.get(address)];
    return former?.role === present?.role && former?.lastDay === present?.lastDay;
  };
  const changed = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter((one) => !isSame(one));
  const people = [...listPeople(declaration)];
  return (
    showsHiddenPeople(step) ||
    (changed.length === 0
      ? own.some(({ concerned, named }) => people.some((address) => concerned.has(address) || named.has(address)))
      : changed.every((address) => own.some((rows) => rows.concerned.has(address) || rows.unchanged.has(address))))
  );
}

/** Returns the canonical addresses that a resource names on either side, also those that Pulumi read. */
function listPeople({ kind, before, after, values }: Declaration): ReadonlySet<string> {
  const owner = kind === "OrganizationOwner" ? [values.before.email, values.after.email] : [];
  return new Set([
    ...[before, after].flatMap((state) => [
      ...(state?.people?.declared.people.keys() ?? []),
      ...(state?.people?.observed.people.keys() ?? []),
    ]),
    ...owner.flatMap((email) => (typeof email === "string" ? canonicalizeEmail(email) : [])),
  ]);
}

/** Reports if a resource declares, or stops declaring, what another one declares too, so that the step writes nothing. */
function isMoved({ declaration, own }: Step, all: readonly Declaration[]): boolean {
  const { kind, before, organization } = declaration;
  const people = listPeople(declaration);
  if (people.size > 0) return [...people].every((address) => own.some(({ unchanged }) => unchanged.has(address)));
  const [key, side] = [organization.before ?? organization.after, before === undefined ? "before" : "after"] as const;
  const others = all.filter((other) => other !== declaration && other.kind === kind && other[side] !== undefined);
  // An organization has one object of the kinds without a type, such as its settings.
  return rows[kind].type === undefined
    ? others.some((other) => other.organization[side] === key)
    : others.some((other) => identify(other) === identify(declaration));
}

/** Returns the changed properties of an update that no row shows; undefined if there are none. */
function listSilentProperties(step: Step): readonly string[] | undefined {
  const { declaration, own, names, program } = step;
  const { settings: groupedSettings, guards, readPeople } = rows[declaration.kind];
  const changed = listChanged(step);
  const { before, after } = declaration;
  // The option `forceDestroy` of an organization changes a note in all its parts.
  if (changed === undefined) return isShown(step) || before?.notes !== after?.notes ? undefined : [];
  const exact = { ...groupedSettings?.properties, ...guards?.properties };
  const showsProperty = (property: string) =>
    own.some(({ isWhole }) => isWhole) ||
    hasRow(property, step) ||
    program.some((text) => mentions(text, property) && names.some((name) => mentions(text, name))) ||
    (!(property in exact) && (readPeople === undefined ? showsValue(property, step) : showsChangedPeople(step)));
  const silent = changed.filter((property) => !showsProperty(property));
  return silent.length === 0 ? undefined : silent;
}

/**
 * Reports if a row shows a changed property of an object. The row of a token, webhook or tunnel policy has a sentence for each property. A
 * group, project or cohort has one row for its name, one for its description, and others for its access. These rows say who gets or
 * loses access, so any of them covers the members, the grants and `everyoneEnabled`.
 */
function showsValue(property: string, step: Step): boolean {
  const { declaration, own, names } = step;
  const { type, object } = rows[declaration.kind];
  const shown = own.flatMap(({ things }) => names.flatMap((name) => things.get(name) ?? []));
  const isMentioned = own.some(({ words }) => names.some((name) => mentions(words, name)));
  if (object !== undefined) {
    const { label } = object.properties[property] ?? {};
    return (
      isMentioned || (label !== undefined && shown.some(({ words }) => maskQuotes(words).includes(`. ${label}: `)))
    );
  }
  if (type === undefined) return isShown(step);
  const expected = property === "name" || property === "description" ? property : undefined;
  return shown.some((row) => row.property === expected) || (expected === undefined && isMentioned);
}

/**
 * Returns the changed properties of an update: those that Pulumi reports, else those that differ. Leaves out those whose row compares equal
 * values, such as a default that the program writes out, and another order or spelling. Undefined if the preview shows none.
 */
function listChanged({ declaration, former }: Step): readonly string[] | undefined {
  const { differences, contents } = declaration;
  const reported = differences.map((path) => String(parsePath(path)?.[0] ?? path));
  const differs = (name: string) => JSON.stringify(contents.before[name]) !== JSON.stringify(contents.after[name]);
  const names = new Set(
    reported.length > 0 ? reported : Object.keys({ ...contents.before, ...contents.after }).filter(differs),
  );
  if (names.size === 0) return undefined;
  return [...names].filter((name) => !hasSameValue(declaration, former, name, reported.length > 0)).sort();
}

/** Reports if a property has the same value before and after. If Pulumi reports it, only a row can tell. */
function hasSameValue(
  { kind, contents, values }: Declaration,
  former: Values,
  name: string,
  isReported: boolean,
): boolean {
  const property = getProperties(kind)[name];
  const [before, after] = [former[name], values.after[name]].map((value) => property && readDeclared(property, value));
  const isKnown = before !== undefined && after !== undefined && !isWithheld(before) && !isWithheld(after);
  if (isKnown) return property?.isSame(before, after) === true;
  return !isReported && fold(contents.before[name]) === fold(contents.after[name]);
}

function getProperties(kind: Declaration["kind"]): Properties {
  const { settings, guards, object } = rows[kind];
  return { ...settings?.properties, ...guards?.properties, ...object?.properties };
}

/** Reports if a resource of settings declares nothing that Peridio stores, apart from defaults. */
function declaresDefaults({ kind, contents, before }: Declaration): boolean {
  const [properties, { settings, guards }] = [getProperties(kind), rows[kind]];
  return (
    settings !== undefined &&
    Object.entries(contents[before === undefined ? "after" : "before"]).every(([name, value]) => {
      const property = properties[name];
      const declared = property && readDeclared(property, value);
      if (name === "organizationId" || (guards !== undefined && name in guards.properties)) return true;
      return (
        declared !== undefined && !isWithheld(declared) && property?.isSame(declared, property.defaultValue) === true
      );
    })
  );
}

/** Returns a text that is the same for lists in another order, and for addresses in another spelling. */
function fold(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(fold).sort());
  if (isRecord(value) && !isWithheld(value)) return JSON.stringify(foldEntries(value));
  return JSON.stringify(typeof value === "string" && value.includes("@") ? canonicalizeEmail(value) : value);
}

function foldEntries(values: Values): readonly (readonly [string, string])[] {
  return Object.entries(values)
    .map(([key, value]) => [key.includes("@") ? canonicalizeEmail(key) : key, fold(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
