import { type Peridio, type RosterEntry } from "../../api";
import { UserError } from "#framework";
import type { Context } from "../../resource";
import { undelivered } from "./person";
import { inviteAgain, remove, setRole } from "./place";
import { invitees, type Removal, type RosterChange, type Step, thoseWhoMayGoFirst } from "./rosterChange";
import { explainFull, isFull } from "./seats";

/**
 * Carries a change out: what makes room, then what gives access, and only after all of that has been confirmed what
 * takes access. The steps of one phase run side by side. Whoever finds no seat all the same has somebody go first who would go at the end.
 *
 * @throws Error that names everybody for whom it failed; what was done before stays done.
 */
export async function carryOut(
  context: Pick<Context, "api" | "warn">,
  organizationId: string,
  change: RosterChange,
): Promise<void> {
  const { makeRoom, give, demote, remove } = change;
  const next = [...thoseWhoMayGoFirst(change)];
  const gone = new Set<Removal>();
  const attempt = async (step: Step): Promise<string[]> => {
    try {
      await carryOutStep(context, organizationId, step);
      return [];
    } catch (error) {
      const reason = explainFull(error);
      const failure = `${step.email}: ${reason instanceof Error ? reason.message : String(reason)}`;
      // The rest of the program may have taken a seat since they were counted: one for each who comes, else more would go for nothing.
      const leaving = isFull(error) && gone.size < invitees(change).length ? next.shift() : undefined;
      if (leaving === undefined) return [failure];
      gone.add(leaving);
      const failures = await attempt(leaving);
      return failures.length > 0 ? [...failures, failure] : attempt(step);
    }
  };
  const phase = async (steps: readonly Step[]): Promise<void> => {
    const failures = (await Promise.all(steps.map(attempt))).flat();
    if (failures.length > 0) throw failed(failures);
  };
  await phase(makeRoom);
  await phase(give);
  await phase(demote);
  await phase(remove.filter((step) => !gone.has(step)));
}

async function carryOutStep(context: Pick<Context, "api" | "warn">, organizationId: string, step: Step): Promise<void> {
  const { api } = context;
  if (step.kind === "remove") return remove(context, step.place);
  const place = await give(api, organizationId, step);
  const text = undelivered(place, "inviteUrls");
  if (text !== undefined) context.warn(text);
  if (place.role !== step.role) {
    throw new UserError(
      `Peridio answered with the role ${place.role} instead of ${step.role}. Run \`pulumi up --refresh\` to see what Peridio has, and to repair it.`,
    );
  }
}

async function give(
  api: Peridio,
  organizationId: string,
  step: Exclude<Step, { kind: "remove" }>,
): Promise<RosterEntry> {
  if (step.kind === "invite") return api.roster.invite(organizationId, step.email, step.role);
  return step.kind === "setRole" ? setRole(api, step.place, step.role) : inviteAgain(api, step.place, step.role);
}

function failed(failures: readonly string[]): UserError {
  const [shown, more] = [failures.slice(0, 5).join("; "), failures.length - 5];
  return new UserError(more > 0 ? `${shown}; and ${more} more` : shown);
}
