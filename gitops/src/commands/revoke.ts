import { findClosest } from "#framework/documents";
import type { Adoption } from "../edit/adopt";
import { listRoleEntries } from "../edit/people";
import { createRemoval, explainStay } from "../edit/personEdits";
import { CommandError, exitCodes } from "../exit";
import { chooseOrganizations } from "../organizations";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions, openEdited } from "./editLayout";

interface Options extends EditOptions {
  readonly organization: readonly string[];
}

export const createRevokeCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("revoke", {
    summary: "remove a person from a layout",
    description:
      "Removes a person from the layout: roles, teams, groups, and grants for projects and cohorts. With --organization, removes the person only from these organizations. Proves that the edit changes no one else's access, and prints the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops revoke bob@acme.example",
      "peridio-gitops revoke bob@acme.example --organization 'acme-prod*' --dry-run",
      "peridio-gitops revoke bob@acme.example --reason 'Left on Friday' --pull-request",
    ],
    codes: { ...editCodes, attention: `${editCodes.attention}, or no update removes the person from an organization` },
  }).addOrganizationOption();
  return addEditOptions(addPersonArgument(command)).action(async (person: string, options: Options) => {
    const { organization: patterns } = options;
    const title = `Remove ${person}${patterns.length === 0 ? "" : ` from ${patterns.join(", ")}`}`;
    const editable = await openEdited(options, terminal);
    const { organizations } = editable.layout;
    const selected = chooseOrganizations(patterns, organizations, "of the layout");
    const stays = selected
      .map((one) => {
        const reason = explainStay(one, person);
        return reason === undefined ? "" : `- ${one.name}: ${reason}\n`;
      })
      .join("");
    const removal = createRemoval(person, patterns.length === 0 ? undefined : selected.map(({ name }) => name));
    const edit: Adoption["edit"] = (files, layout) => {
      removal.edit(files, layout);
      const isNamed = organizations.some(({ name }) => listRoleEntries(files, person, name).length > 0);
      if (files.listChanged().length > 0 || (isNamed && stays === "")) return;
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
    };
    const code = await editLayout(editable, { ...removal, edit }, { ...options, terminal, title });
    if (stays !== "") terminal.say(`peridio-gitops: No update removes ${person} from:\n${stays}`);
    end(code === exitCodes.passed && stays !== "" ? exitCodes.attention : code);
  });
};
