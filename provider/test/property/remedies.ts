import { type Declaration, fullName } from "./declarations";
import { withDeclaration } from "./declaring";
import { address, caller, person } from "./people";
import type { About, Remedy } from "./refusals";
import type { Outcome, Stage } from "./stage";
import { type Inside, placeOf, seated } from "./world";

/** What was done about a refusal: in words, and what came of it if it was an operation. */
export interface Done {
  readonly what: string;
  readonly outcome?: Outcome;
}

/** Does what helps against a refusal. Undefined if it cannot be done with this program. */
export async function remedy(stage: Stage, how: Remedy, about: About, refusal: string): Promise<Done | undefined> {
  const { organization, inside, declaration } = about;
  const { control } = stage.emulator;
  const declare = (changed: Declaration): Done => {
    stage.declarations = withDeclaration(stage.declarations, organization, changed);
    return { what: how };
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
      return { what: how };
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
