import { listBriefly } from "#framework/messages";
import { findClosest } from "#framework/documents";
import { listRoleEntries, removeAccess } from "../edit/people";
import { explainStay } from "../edit/personEdits";
import { provePerson } from "../edit/proof";
import { CommandError, exitCodes } from "../exit";
import { matches } from "../rules/selector";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions } from "./editLayout";

interface Options extends EditOptions {
  readonly organization: readonly string[];
}

export const createRevokeCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("revoke", {
    summary: "remove a person from a layout",
    description:
      "Removes a person from the layout: roles, teams, groups, and grants for projects and cohorts. With --organization, " +
      "removes the person only from these organizations. Proves that the edit changes no one else's access, and prints " +
      "the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops revoke bob@acme.example",
      "peridio-gitops revoke bob@acme.example --organization 'acme-prod*' --dry-run",
      "peridio-gitops revoke bob@acme.example --reason 'Left on Friday' --pull-request",
    ],
    codes: { ...editCodes, attention: `${editCodes.attention}, or no update removes the person from an organization` },
  }).addOrganizationOption();
  return addEditOptions(addPersonArgument(command)).action(async (person: string, options: Options) => {
    const { organization: patterns } = options;
    const isSelected = (name: string) => patterns.length === 0 || matches(patterns, name);
    const title = `Remove ${person}${patterns.length === 0 ? "" : ` from ${patterns.join(", ")}`}`;
    let stays = "";
    const code = await editLayout({ ...options, terminal, title }, (files, { organizations }) => {
      const selected = organizations.filter(({ name }) => isSelected(name));
      const names = selected.map(({ name }) => name);
      stays = selected
        .map((one) => {
          const reason = explainStay(one, person);
          return reason === undefined ? "" : `- ${one.name}: ${reason}\n`;
        })
        .join("");
      if (names.length === 0)
        throw new CommandError(
          `No organization of the layout matches ${listBriefly(patterns)}. Correct --organization.`,
        );
      removeAccess(files, person, patterns.length === 0 ? undefined : new Set(names));
      const isNamed = organizations.some(({ name }) => listRoleEntries(files, person, name).length > 0);
      if (files.listChanged().length === 0 && !isNamed) {
        const closest = findClosest(
          person,
          organizations.flatMap(({ members }) => Object.keys(members)),
        );
        const remedy = closest === undefined ? "Correct the address." : `Did you mean ${closest}?`;
        throw new CommandError(
          stays === ""
            ? `No file of the layout names ${person}. ${remedy}`
            : `No file of the layout gives ${person} access. ${remedy} No update would remove this person from:\n${stays.trimEnd()}`,
        );
      }
      return provePerson(person, (organization, before) => (isSelected(organization) ? undefined : before));
    });
    if (stays !== "") terminal.say(`peridio-gitops: No update removes ${person} from:\n${stays}`);
    end(code === exitCodes.passed && stays !== "" ? exitCodes.attention : code);
  });
};
