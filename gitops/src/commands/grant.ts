import { Option } from "commander";
import { listBriefly } from "#framework";
import { suggest } from "#framework/documents";
import { type Role, role as roleSchema } from "#provider";
import { setRole } from "../edit/people";
import { CommandError } from "../exit";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions } from "./editLayout";

interface Options extends EditOptions {
  readonly organization: string;
  readonly role: Role;
  readonly until?: string;
}

export const createGrantCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("grant", {
    summary: "give a person a role in a layout",
    description:
      "Gives a person a role in an organization of the layout, or changes the role and its end. Proves that the edit changes " +
      "nothing else, and prints the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops grant bob@acme.example --organization acme-dev --role developer",
      "peridio-gitops grant bob@acme.example --organization acme-dev --role developer --until 2027-01-31",
    ],
    codes: editCodes,
  })
    .requiredOption("--organization <name>", "the organization")
    .addOption(new Option("--role <role>", "the role").choices(roleSchema.options).makeOptionMandatory())
    .addDayOption("--until <date>", "the last day of access, UTC; by default, the access has no end");
  return addEditOptions(addPersonArgument(command)).action(
    (person: string, { organization, role, until, ...options }: Options) => {
      end(
        editLayout(person, { ...options, terminal }, (files, { organizations }) => {
          const names = organizations.map(({ name }) => name);
          if (!names.includes(organization))
            throw new CommandError(
              `The layout does not declare ${organization}. Use one of ${listBriefly(names)}${suggest(organization, names)}.`,
            );
          setRole(files, person, organization, until === undefined ? role : { role, until });
          return (name, before) => (name === organization ? { role, until, objects: before?.objects ?? [] } : before);
        }),
      );
    },
  );
};
