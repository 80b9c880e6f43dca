import {
  type Declaration,
  type Declarations,
  declaredPeople,
  describeDeclaration,
  fullName,
  type Roster,
} from "./declarations";
import { withDeclaration } from "./declaring";
import type { Entry } from "./entries";
import { address, caller, isPartner, person } from "./people";
import { type About, type Remedy, rostersOf } from "./refusals";
import type { Outcome, Stage } from "./stage";
import { belongings, type Inside, placeOf, seated } from "./world";

/** A remedy for a rejection in words, with its result if it was an operation. */
export interface Done {
  readonly what: string;
  readonly outcome?: Outcome;
  /** The program to declare again once that of the remedy is in force. */
  readonly then?: Declarations;
}

/** Does what helps against a refusal. Undefined if it cannot be done with this program. */
export async function remedy(stage: Stage, how: Remedy, about: About, refusal: string): Promise<Done | undefined> {
  const { organization, inside, declaration } = about;
  const { control } = stage.emulator;
  const declare = (changed: Declaration): Done => {
    stage.declarations = withDeclaration(stage.declarations, organization, changed);
    return { what: how };
  };
  const declareFirst = (changed: Declaration): Done => {
    const then = stage.declarations;
    stage.declarations = withDeclaration(stage.declarations, organization, changed);
    return { what: `${how}: declare ${organization}: ${describeDeclaration(changed)}`, then };
  };
  const clearTheWay = () => {
    control.setBelongings(fullName(organization), Object.fromEntries(belongings.map((which) => [which, 0])));
  };
  switch (how) {
    case "import":
      return importing(stage, refusal);
    case "refresh":
      return { what: how, outcome: await stage.refresh() };
    case "raise the limit":
      control.setLimits(fullName(organization), { users: seated(inside).length + 10 });
      return { what: how };
    case "empty it":
      if (inside.owner !== caller) await control.transferOwnership(address(caller), fullName(organization));
      for (const member of inside.members.filter((one) => one.person !== caller)) {
        await control.removeMember(address(member.person), fullName(organization));
      }
      clearTheWay();
      return { what: how };
    case "clear the way":
      clearTheWay();
      return { what: how };
    case "retain it":
      return declareFirst({ memberships: {}, deletion: "retain" });
    case "raise its limits": {
      const [{ entry, roster } = {}] = rostersOf(about, "stays");
      if (entry === undefined || roster === undefined) return undefined;
      return declareFirst(withoutLimits(entry, roster, declaration));
    }
    case "take it over":
      await control.transferOwnership(address(caller), fullName(organization));
      return { what: how };
    case "forget it":
      stage.forget(stage.entries.filter(({ type, id }) => type === "Organization" && id === inside.id));
      return { what: `pulumi state delete ${organization}` };
    case "allow all removals":
      return declare(withRoster(declaration, { maxRemovals: "100%" }));
    case "ask for one admin":
      return declare(withRoster(declaration, { minAdmins: 1 }));
    case "declare the role that it keeps":
      return declare(asFixed(declaration, inside));
  }
}

/** Runs the import that a refusal names. */
async function importing(stage: Stage, refusal: string): Promise<Done | undefined> {
  const [command, type = "", name = "", id = ""] =
    /pulumi import peridio:index:(\w+) (\S+) ([^\s`]+)/.exec(refusal) ?? [];
  if (command === undefined) return { what: "import", outcome: { failure: `the refusal names no import: ${refusal}` } };
  // The real engine imports nothing under a name that the state knows.
  if (stage.engine.state.has(name)) return undefined;
  return { what: command, outcome: await stage.import(name, type, id) };
}

function withRoster(declaration: Declaration, rails: Partial<NonNullable<Declaration["roster"]>>): Declaration {
  return declaration.roster === undefined
    ? declaration
    : { ...declaration, roster: { ...declaration.roster, ...rails } };
}

/** Returns the roster of an entry without a limit of removals, including people that the program declares otherwise. */
function withoutLimits({ terms }: Entry, roster: Roster, declaration: Declaration): Declaration {
  const { memberships, deletion = terms?.retain === true ? "retain" : undefined, policy } = declaration;
  const isBeside = (name: string) => roster.ignorePartners && isPartner(name);
  const beside = Object.entries(memberships).filter(([, wanted]) => isBeside(wanted.person));
  const others = [...declaredPeople(declaration)].filter(([name]) => !isBeside(name));
  const members = { ...roster.members, ...Object.fromEntries(others) };
  return {
    memberships: Object.fromEntries(beside),
    roster: { ...roster, members, minAdmins: 1, maxRemovals: "100%" },
    policy,
    deletion,
  };
}

/** The same, with the roles that the owner and the caller have. */
function asFixed(declaration: Declaration, inside: Inside): Declaration {
  const kept = (name: string) => {
    const place = placeOf(inside, person(name));
    return place?.kind === "member" && place.fixed ? place.role : undefined;
  };
  const memberships = Object.entries(declaration.memberships).map(
    ([name, wanted]) => [name, { ...wanted, role: kept(wanted.person) ?? wanted.role }] as const,
  );
  const members = Object.entries(declaration.roster?.members ?? {}).map(
    ([name, role]) => [name, kept(name) ?? role] as const,
  );
  const changed = { ...declaration, memberships: Object.fromEntries(memberships) };
  return withRoster(changed, { members: Object.fromEntries(members) });
}
