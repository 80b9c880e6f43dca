import { Option } from "commander";
import { listBriefly } from "#framework/messages";
import { endWithSuggestion } from "#framework/documents";
import { duration, hasEnded, type Role, role as roleSchema, roles, toSeconds } from "#provider";
import type { Adoption } from "../edit/adopt";
import { explainRole } from "../edit/people";
import { createRoleEdit } from "../edit/personEdits";
import { getPersonAccess, type PersonAccess } from "../edit/proof";
import { CommandError, MisuseError } from "../exit";
import { type CommandFactory, createCommand, parseBySchema } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions, openEdited } from "./editLayout";

interface Options extends EditOptions {
  readonly organization?: string;
  readonly role?: Role;
  readonly until?: string;
  readonly for?: string;
  readonly end: boolean;
  readonly afterwards?: Role | "none";
}

/** A time to an end. */
const parseTime = parseBySchema(duration("1m", "365d"));

export const createGrantCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("grant", {
    summary: "give a person a role in a layout",
    description:
      "Gives a person a role in an organization of the layout, or changes the role and its end. After the end, the person has the present role again if it is lower. Proves that the edit changes nothing else, and prints the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops grant bob@acme.example --organization acme-dev --role developer",
      "peridio-gitops grant bob@acme.example --organization acme-dev --role developer --until 2027-01-31",
      "peridio-gitops grant bob@acme.example --organization acme-production --role admin --for 4h --reason INC-42",
      "peridio-gitops grant bob@acme.example --organization acme-production --role admin --for 4h --pull-request",
    ],
    codes: editCodes,
  })
    .option("--organization <name>", "the organization")
    .addChoiceOption("--role <role>", "the role", roleSchema.options)
    .addEndOption(
      "--until <end>",
      "the last day of access (UTC), or the moment of its end; by default, new access has no end",
    )
    .option("--no-end", "give access without an end to a person whose access ends")
    .addOption(
      new Option("--for <duration>", "the time from this moment to the end, such as 4h; in whole minutes")
        .conflicts("until")
        .argParser(parseTime),
    )
    .addChoiceOption(
      "--afterwards <role>",
      "the role after the end; by default, the present role if it is lower, or else the role after the present end",
      [...roleSchema.options, "none"],
    );
  return addEditOptions(addPersonArgument(command)).action(
    async (
      person: string,
      { organization, role, until: given, for: time, end: keepsEnd, afterwards: chosen, ...options }: Options,
    ) => {
      if (organization === undefined || role === undefined)
        throw new MisuseError("Name the organization with --organization, and the role with --role.");
      const until = time === undefined ? given : addTime(terminal.now, time);
      if (until !== undefined && !keepsEnd)
        throw new MisuseError("--no-end contradicts --until and --for. Remove one of them.");
      if (until === undefined && chosen !== undefined)
        throw new MisuseError("--afterwards needs an end. Add --until or --for.");
      const title = `Give ${person} the role ${role} in ${organization}`;
      const editable = await openEdited(options, terminal, { keepsReason: true });
      const { organizations } = editable.layout;
      const names = organizations.map(({ name }) => name);
      const present = organizations.find(({ name }) => name === organization);
      if (present === undefined)
        throw new CommandError(
          `The layout does not declare ${organization}. Use one of ${listBriefly(names)}${endWithSuggestion(organization, names)}`,
        );
      const access = getPersonAccess(present, person);
      if (until === undefined && keepsEnd && access?.lastDay !== undefined)
        refuseLostEnd(person, access.lastDay, terminal.now);
      const afterwards = until === undefined ? undefined : chooseAfterwards(access, person, role, chosen);
      const grant = createRoleEdit(person, organization, { role, lastDay: until, afterwards });
      const edit: Adoption["edit"] = (files, layout) => {
        grant.edit(files, layout);
        if (options.reason !== undefined || files.listChanged().length > 0)
          explainRole(files, person, organization, options.reason);
      };
      const code = await editLayout(editable, { ...grant, edit }, { ...options, terminal, title });
      const isPermanent = access?.role !== undefined && access.lastDay === undefined;
      if (isPermanent && until !== undefined && (afterwards ?? chosen) === undefined)
        terminal.say(
          `peridio-gitops: After the end, ${person} has no access to ${organization}. To give a role then, add --afterwards.\n`,
        );
      end(code);
    },
  );
};

/** Returns the moment after a time, in whole minutes. It stays a moment at midnight, so that `renew` does not take it for a last day. */
function addTime(now: Date, time: string): string {
  const minute = 60_000;
  const moment = Math.ceil((now.getTime() + (toSeconds(time) ?? 0) * 1000) / minute) * minute;
  return new Date(moment).toISOString().replace(/:00\.000Z$/, "Z");
}

/**
 * Returns the role after the end: the chosen one, the present one if it is lower than the new role, or else the one after the present end.
 * @throws CommandError if nobody chose between the two, or if the role after the present end is not lower than the new one
 */
function chooseAfterwards(
  access: PersonAccess | undefined,
  person: string,
  role: Role,
  chosen: Role | "none" | undefined,
): string | undefined {
  if (chosen !== undefined) return chosen === "none" ? undefined : chosen;
  const { role: present, lastDay: end, afterwards: next } = access ?? {};
  const isLower = (one: string) => roles.findIndex((known) => known === one) > roles.indexOf(role);
  if (present === undefined) return undefined;
  if (isLower(present)) {
    if (end === undefined) return present;
  } else if (next === undefined || isLower(next)) return next;
  const reason = isLower(present)
    ? `The present role of ${person}, ${present}, ends too (${String(end)}), and a layout cannot declare two ends`
    : `The role of ${person} after ${String(end)}, ${String(next)}, is not lower than ${role}`;
  throw new CommandError(`${reason}. Choose the role after the end with --afterwards, or \`--afterwards none\`.`);
}

/** A role without an end would make a guest permanent. @throws CommandError */
function refuseLostEnd(person: string, end: string, now: Date): never {
  const present = hasEnded(end, now)
    ? `The access of ${person} ended: ${end}. To give access until a new end, add \`--until\`.`
    : `The access of ${person} ends: ${end}. To keep the end, add \`--until ${end}\`.`;
  throw new CommandError(`${present} To give access without an end, add \`--no-end\`.`);
}
