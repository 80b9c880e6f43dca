import { moveToTeam } from "../edit/people";
import { MisuseError } from "../exit";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, addPersonArgument, editCodes, editLayout, type EditOptions } from "./editLayout";

interface Options extends EditOptions {
  readonly from?: string;
  readonly to?: string;
}

export const createMoveCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("move", {
    summary: "move a person from one team of a layout to another",
    description:
      "Moves a person from one team of the layout to another. Proves that the edit changes no one else's access, and " +
      "prints the changed lines and the plan. All other bytes of the files stay.",
    examples: ["peridio-gitops move bob@acme.example --from firmware --to cloud"],
    codes: editCodes,
  })
    .option("--from <team>", "the team that the person leaves")
    .option("--to <team>", "the team that the person joins");
  return addEditOptions(addPersonArgument(command)).action((person: string, { from, to, ...options }: Options) => {
    if (from === undefined || to === undefined) throw new MisuseError("Name both teams with --from and --to.");
    end(
      editLayout(person, { ...options, terminal }, (files) => {
        moveToTeam(files, person, from, to);
        return "any";
      }),
    );
  });
};
