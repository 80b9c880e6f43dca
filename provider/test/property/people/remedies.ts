import { type Declaration, type Declarations, fullName, listDeclared, type Roster } from "./declarations";
import { describeDeclared } from "../harness/resource";
import { withDeclaration } from "./edits";
import { listRosters, type Subject } from "./expectations";
import { blockers, findPerson, listSeated, type Observed } from "./observed";
import { address, toName } from "../harness/addresses";
import { caller, isPartner } from "./people";
import type { Remedy } from "./rejections";
import type { Simulation } from "./simulation";
import type { Result } from "../harness/stage";
import { type Entry, isRetained, listParts } from "./state";

/** An applied remedy. */
export interface AppliedRemedy {
  readonly what: string;
  /** The result of an operation. */
  readonly result?: Result;
  /** The program to declare again when the program of the remedy is in force. */
  readonly postponed?: Declarations;
}

/** Applies the remedy of a rejection. Returns undefined if this program does not allow it. */
export async function applyRemedy(
  simulation: Simulation,
  remedy: Remedy,
  subject: Subject,
  message: string,
): Promise<AppliedRemedy | undefined> {
  const { organization, observed, declaration } = subject;
  const { control } = simulation.emulator;
  const declare = (changed: Declaration): AppliedRemedy => {
    const declarations = withDeclaration(simulation.declarations, organization, changed);
    simulation.declare(declarations, `declare ${organization}: ${describeDeclared(changed)}`);
    return { what: remedy };
  };
  const declareFirst = (changed: Declaration): AppliedRemedy => {
    const { declarations: postponed } = simulation;
    return { ...declare(changed), postponed };
  };
  const removeBlockers = () => {
    control.setBelongings(fullName(organization), Object.fromEntries(blockers.map((blocker) => [blocker, 0])));
  };
  switch (remedy) {
    case "import":
      return importObject(simulation, message);
    case "refresh":
      return { what: remedy, result: await simulation.refresh() };
    case "raise the limit":
      control.setLimits(fullName(organization), { users: listSeated(observed).length + 10 });
      return { what: remedy };
    case "remove members and blockers":
      if (observed.owner !== caller) await control.transferOwnership(address(caller), fullName(organization));
      for (const member of observed.members.filter((one) => one.name !== caller)) {
        await control.removeMember(address(member.name), fullName(organization));
      }
      removeBlockers();
      return { what: remedy };
    case "remove the blockers":
      removeBlockers();
      return { what: remedy };
    case "retain the organization":
      return declareFirst({ memberships: {}, deletion: "retain" });
    case "force the deletion":
      return declareFirst({ ...restore(simulation, observed.id), deletion: "force" });
    case "declare the parts again":
      return declareFirst(restore(simulation, observed.id));
    case "run again":
      return { what: remedy };
    case "raise the limits of the roster": {
      const [{ entry, roster } = {}] = listRosters(subject, "stays");
      if (entry === undefined || roster === undefined) return undefined;
      return declareFirst(withoutLimits(entry, roster, declaration));
    }
    case "transfer the ownership":
      await control.transferOwnership(address(caller), fullName(organization));
      return { what: remedy };
    case "delete it from the state":
      simulation.forget(simulation.entries.filter(({ type, id }) => type === "Organization" && id === observed.id));
      return { what: `pulumi state delete ${organization}` };
    case "allow all removals":
      return declare(withRoster(declaration, { maxRemovals: "100%" }));
    case "ask for one admin":
      return declare(withRoster(declaration, { minAdmins: 1 }));
    case "declare the protected role":
      return declare(withFixedRoles(declaration, observed));
  }
}

/** Runs the import that a message names. */
async function importObject(simulation: Simulation, message: string): Promise<AppliedRemedy | undefined> {
  const [command, type = "", name = "", id = ""] =
    /pulumi import peridio:index:(\w+) (\S+) ([^\s`]+)/.exec(message) ?? [];
  if (command === undefined) return { what: "import", result: { failure: `the message names no import: ${message}` } };
  // The real engine does not import an object under a name in the state.
  if (simulation.engine.state.has(name)) return undefined;
  return { what: command, result: await simulation.import(name, type, id) };
}

function withRoster(declaration: Declaration, limits: Partial<NonNullable<Declaration["roster"]>>): Declaration {
  return declaration.roster === undefined
    ? declaration
    : { ...declaration, roster: { ...declaration.roster, ...limits } };
}

/** Returns a declaration of the parts in the state. After a failed move, several entries may contain one person. */
function restore({ entries }: Simulation, id: string): Declaration {
  const parts = listParts(entries, id);
  const roster = parts.find(
    (entry) => entry.roster !== undefined && Object.keys(entry.roster.members).length > 0,
  )?.roster;
  const policy = parts.find((entry) => entry.policy !== undefined)?.policy;
  const taken = new Set(Object.keys(roster?.members ?? {}));
  const memberships = parts.flatMap(({ type, name, person, role, onExpired }) => {
    if (type !== "Membership" || person === undefined || role === undefined || taken.has(person)) return [];
    taken.add(person);
    return [[name, { name: person, role, onExpired }] as const];
  });
  return { memberships: Object.fromEntries(memberships), roster, policy };
}

/** Declares the roster of an entry without limits, with the people that the program declares elsewhere. */
function withoutLimits(entry: Entry, roster: Roster, declaration: Declaration): Declaration {
  const { memberships, deletion = isRetained(entry) ? "retain" : undefined, policy } = declaration;
  const isElsewhere = (name: string) => roster.ignorePartners && isPartner(name);
  const separate = Object.entries(memberships).filter(([, membership]) => isElsewhere(membership.name));
  const others = [...listDeclared(declaration)].filter(([name]) => !isElsewhere(name));
  const members = { ...roster.members, ...Object.fromEntries(others) };
  return {
    memberships: Object.fromEntries(separate),
    roster: { ...roster, members, minAdmins: 1, maxRemovals: "100%" },
    policy,
    deletion,
  };
}

/** Declares the live roles of the owner and the API key's user. */
function withFixedRoles(declaration: Declaration, observed: Observed): Declaration {
  const findFixedRole = (name: string) => {
    const person = findPerson(observed, toName(name));
    return person?.kind === "member" && person.isFixed ? person.role : undefined;
  };
  const memberships = Object.entries(declaration.memberships).map(
    ([name, membership]) => [name, { ...membership, role: findFixedRole(membership.name) ?? membership.role }] as const,
  );
  const members = Object.entries(declaration.roster?.members ?? {}).map(
    ([name, role]) => [name, findFixedRole(name) ?? role] as const,
  );
  const changed = { ...declaration, memberships: Object.fromEntries(memberships) };
  return withRoster(changed, { members: Object.fromEntries(members) });
}
