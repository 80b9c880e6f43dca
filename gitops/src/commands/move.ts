import type { Adoption } from "../edit/adopt";
import { listOverridden, moveToTeam } from "../edit/people";
import { provePerson } from "../edit/proof";
import { MisuseError } from "../exit";
import { joinAnd } from "../wording";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions, openEdited } from "./editLayout";

interface Options extends EditOptions {
  readonly from?: string;
  readonly to?: string;
}

export const createMoveCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("move", {
    summary: "change the teams of a person in a layout",
    description:
      "Moves a person from one team of the layout to another. With --to alone, the person joins a team, and with --from alone, leaves it. Proves that the edit changes no one else's access, and prints the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops move bob@acme.example --from firmware --to cloud",
      "peridio-gitops move hugo@acme.example --to cloud",
      "peridio-gitops move bob@acme.example --from firmware",
    ],
    codes: editCodes,
  })
    .option("--from <team>", "the team that the person leaves")
    .option("--to <team>", "the team that the person joins");
  return addEditOptions(addPersonArgument(command)).action(
    async (person: string, { from, to, ...options }: Options) => {
      if (from === undefined && to === undefined)
        throw new MisuseError(
          "Name the team that the person leaves with --from, the one that the person joins with --to, or both.",
        );
      const [leave, join] = [from && ` from ${from}`, to && ` to ${to}`];
      const title = `Move ${person}${leave ?? ""}${join ?? ""}`;
      const editable = await openEdited(options, terminal);
      const move: Adoption = {
        effect: "moves the person",
        edit: (files) => {
          moveToTeam(files, person, from, to);
        },
        prove: provePerson(person, "any"),
      };
      const code = await editLayout(editable, move, { ...options, terminal, title });
      const overridden = listOverridden(editable.files, person, [from ?? [], to ?? []].flat());
      if (overridden.length > 0)
        terminal.say(
          `peridio-gitops: In ${joinAnd(overridden)}, the own entry of ${person} overrides the teams. To use the role of a team there, delete the own entry.\n`,
        );
      end(code);
    },
  );
};
