import { listBriefly } from "#framework/messages";
import { canonicalizeEmail, createMatcher } from "#provider";
import { groupBy } from "../grouping";
import { type Declaration, identifyObject, pickDeclarations } from "../model/declaration";
import type { Model } from "../model/model";
import type { Organization } from "../model/organization";
import { describePath, getId } from "../model/properties";
import { organization as organizationRow } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import { rows } from "../objects/rows";
import { isHidden } from "../hidden";
import { getRoleName } from "../roles";
import { capitalize, joinAnd, noAccess } from "../wording";
import { type ConflictingDeclarations, type Declared, areConflicting, sortDeclarations, listStacks } from "./declared";
import { findObjectConflicts } from "./objects";
import { findAccessConflicts } from "./projects/conflicts";
import type { Conflict } from "./review";
import { showEverything, type Showing } from "./shown";
import { findSettingConflicts } from "./settings";

/**
 * Lists the objects that stacks declare differently, by organization. Each stack would undo the change of the other stack.
 * Hidden values are no conflict, because the review lists hidden values as unknown.
 */
export function findConflicts({ isPlanned, after, declarations }: Model): readonly Showing<Conflict>[] {
  // Drift is observed, not declared, so stacks cannot contradict each other.
  if (!isPlanned) return [];
  const conflicting = [...after.organizations.values()].flatMap((organization) => {
    const present = declarations.filter((declaration) => declaration.organization.after === organization.key);
    if (listStacks(present).length < 2) return [];
    return [
      ...findPeopleConflicts(organization, present).map((declarations) =>
        createPersonConflict(organization, declarations),
      ),
      ...[
        ...findOwnerConflicts(present),
        ...findSettingConflicts(present),
        ...findAccessConflicts(present),
        ...findObjectConflicts(present),
      ].map((declarations) => createConflict(organization, declarations, "Declare this value in one stack only.")),
    ];
  });
  return [...conflicting, ...findDoubleCreations(declarations), ...findDeletedElsewhere(declarations)];
}

function createConflict(
  { key }: Organization,
  { subject, declared, shows }: ConflictingDeclarations,
  remedy: string,
): Showing<Conflict> {
  const declarations = declared.map(({ stack, words }) => `${words} in ${stack}`).join(", ");
  const message = `${subject} is declared differently: ${declarations}. ${remedy}`;
  return { organization: key, people: [], stacks: listStacks(declared), message, shows };
}

function createPersonConflict(organization: Organization, { emails, declared }: ConflictingPeople): Showing<Conflict> {
  const subject = emails.length === 1 ? listBriefly(emails) : `Each of ${listBriefly(emails)}`;
  const isUnlisted = declared.some(({ words }) => words === noAccess);
  const remedy = isUnlisted ? ", or add the address to `ignore` of the roster" : "";
  const conflict = createConflict(
    organization,
    { subject, declared, shows: [] },
    `Declare each person in one stack${remedy}.`,
  );
  return { ...conflict, people: [...emails] };
}

interface ConflictingPeople extends Omit<ConflictingDeclarations, "subject" | "shows"> {
  readonly emails: readonly string[];
}

/** Groups the people that stacks declare differently by the declarations. */
function findPeopleConflicts({ owner }: Organization, present: readonly Declaration[]): readonly ConflictingPeople[] {
  const rosters = present.flatMap(readRoster);
  const conflicting = [...listDeclaredRoles(present)].flatMap(([address, { email, declared }]) => {
    // A roster removes each person that it neither names nor ignores. It never removes owners.
    const isOwner = typeof owner === "string" && canonicalizeEmail(owner) === address;
    const others = rosters.filter((roster) => !isOwner && !roster.people.has(address) && !roster.isIgnored(address));
    const sorted = sortDeclarations([...declared, ...others.map(({ stack }) => ({ stack, words: noAccess }))]);
    return areConflicting(sorted) ? [{ email, declared: sorted }] : [];
  });
  return [...groupBy(conflicting, ({ declared }) => JSON.stringify(declared)).values()].map((same) => ({
    emails: same.map(({ email }) => email),
    declared: same[0].declared,
  }));
}

/** Returns the known roles that resources declare, by canonical address. */
function listDeclaredRoles(present: readonly Declaration[]) {
  const byAddress = new Map<string, { readonly email: string; readonly declared: Declared[] }>();
  for (const { stack, after } of present) {
    for (const [address, { email, role }] of after?.people?.declared.people ?? []) {
      if (isHidden(role)) continue;
      const entry = byAddress.get(address) ?? { email, declared: [] };
      entry.declared.push({ stack, words: getRoleName(role) });
      byAddress.set(address, entry);
    }
  }
  return byAddress;
}

/** Returns a roster, unless its members or ignored people are hidden. */
function readRoster({ kind, stack, after }: Declaration) {
  const declared = after?.people?.declared;
  if (kind !== "OrganizationMembers" || declared === undefined) return [];
  const { people, hidden, ignore } = declared;
  return hidden !== undefined || isHidden(ignore) ? [] : [{ stack, people, isIgnored: createMatcher(ignore) }];
}

function findOwnerConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  const owners = pickDeclarations(present, ["OrganizationOwner"], organizationOwner.inputs);
  const declared = owners.flatMap(({ stack, declared: { after } }): readonly Declared[] => {
    const email = after?.email;
    return email === undefined || isHidden(email) ? [] : [{ stack, words: canonicalizeEmail(email) }];
  });
  return areConflicting(declared)
    ? [{ subject: "The owner", declared: sortDeclarations(declared), shows: showEverything(owners) }]
    : [];
}

/** Finds the organizations, groups, projects, tokens and webhooks that one stack deletes and another stack declares or imports. */
function findDeletedElsewhere(declarations: readonly Declaration[]): readonly Showing<Conflict>[] {
  const objects = groupBy(
    declarations.filter((declaration) => isObject(declaration) && getId(declaration) !== undefined),
    identifyObject,
  );
  return [...objects.values()].flatMap((own) => {
    const deleting = own.filter(
      ({ before, after, isReleased, isReplaced }) =>
        before !== undefined && (after === undefined || isReplaced) && !isReleased,
    );
    const keeping = own.filter((one) => one.after !== undefined && !deleting.includes(one));
    const [first] = deleting;
    const organization = first?.organization.before;
    const [from, to] = [listStacks(deleting), listStacks(keeping)];
    if (first === undefined || organization === undefined || to.every((stack) => from.includes(stack))) return [];
    const [source, target] = [joinAnd(from), joinAnd(to)];
    const verb = keeping.every(({ isImported }) => isImported) ? "import" : "declare";
    const message =
      `${capitalize(describePath(first, declarations))} is deleted by ${source}, but ${target} ${to.length === 1 ? `${verb}s` : verb} it. ` +
      `To move the object, first apply ${target}. Then run \`pulumi state delete\` for it in ${source}, so that the update of ${source} deletes nothing.`;
    const stacks = listStacks([...deleting, ...keeping]);
    return [{ organization, people: [], stacks, message, shows: showEverything([...deleting, ...keeping]) }];
  });
}

function isObject({ kind }: Declaration): boolean {
  return kind === "Organization" || rows[kind].liveType !== undefined;
}

/** Finds organizations that several stacks create under one name, which is unique within one Peridio. */
function findDoubleCreations(declarations: readonly Declaration[]): readonly Conflict[] {
  const organizations = pickDeclarations(declarations, ["Organization"], organizationRow.inputs);
  const created = groupBy(
    organizations.filter(({ isCreated }) => isCreated),
    ({ endpoint, declared }) => JSON.stringify([endpoint, declared.after?.name]),
  );
  return [...created.values()].flatMap(([first, ...others]) => {
    const name = first.declared.after?.name;
    const stacks = listStacks([first, ...others]);
    if (typeof name !== "string" || stacks.length < 2) return [];
    const message =
      `The stacks ${joinAnd(stacks)} create ${name}. A name is unique, so only the first update succeeds. ` +
      "Create the organization in one stack, and use the organization's id in the other stacks.";
    return [{ organization: first.urn, people: [], stacks, message }];
  });
}
