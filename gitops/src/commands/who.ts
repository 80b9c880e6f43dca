import { connect, type ConnectionOptions } from "../connection";
import { chooseExitCode, MisuseError } from "../exit";
import { buildModel } from "../model/model";
import { readPreviewFiles } from "../preview/preview";
import type { Terminal } from "../terminal/terminal";
import { formatJson } from "../terminal/text";
import { answer, type Question } from "../who/answer";
import { computeLayoutAccess } from "../who/layout";
import { readLive } from "../who/live";
import { computePreviewAccess } from "../who/preview";
import { createReport } from "../who/report";
import type { Source } from "../who/source";
import { formatText } from "../who/text";
import { type CommandFactory, createCommand } from "./command";
import { printWarnings } from "../access/layout";
import { openLayout } from "../edit/editableLayout";

interface Options extends ConnectionOptions {
  readonly project?: string;
  readonly organization: readonly string[];
  readonly preview: readonly string[];
  readonly layout?: string;
  readonly json?: true;
}

export const createWhoCommand: CommandFactory = (terminal, end) =>
  createCommand("who", {
    summary: "show who can reach which project, and why",
    description:
      "Shows the projects and cohorts to which a person has access, or the people with access to a project or cohort. Names every reason: the role, a project that is open to everyone, a direct grant, or a group. Reads the organizations that the API key can see, the state after a change (with --preview), or a layout. Changes nothing.",
    examples: [
      "peridio-gitops who dora@acme.example --backend connect",
      "peridio-gitops who --project firmware --organization acme-production --backend connect",
      "peridio-gitops who --project firmware/canary --backend connect --json",
      "pulumi preview --json --show-sames --refresh | peridio-gitops who dora@acme.example --preview -",
      "peridio-gitops who --project firmware --layout layout.yaml",
    ],
    codes: {
      passed: "the answer is printed",
      failed: "no organization has the person or the project, the answer is incomplete, or the command failed",
    },
  })
    .argument("[person]", "the e-mail address of a person; with --project, only this person's access to the project")
    .option("--project <name>", "a project, such as firmware, or a cohort, such as firmware/canary")
    .addOrganizationOption()
    .addPreviewOption(["layout", "endpoint", "backend"])
    .addExclusiveOption("--layout <path>", "a layout file or folder, for the access that it declares", [
      "endpoint",
      "backend",
    ])
    .addConnectionOptions()
    .option("--json", "print JSON instead of a table")
    .action(async (person: string | undefined, options: Options) => {
      const { project, json } = options;
      if (person === undefined && project === undefined)
        throw new MisuseError(
          "There is no question. Pass a person's e-mail address, or add --project. To see everyone in an organization, use `graph`.",
        );
      const question: Question = { person, project };
      const found = answer(await readSource(options, question, terminal), question);
      terminal.print(json === true ? formatJson(createReport(found)) : formatText(found, terminal.columns));
      const isComplete = found.unreadable.length === 0;
      if (!isComplete) terminal.say("peridio-gitops: The answer is incomplete. It names each part that is missing.\n");
      end(chooseExitCode({ failed: !isComplete }));
    });

async function readSource(options: Options, question: Question, terminal: Terminal): Promise<Source> {
  const { preview, layout, organization } = options;
  if (layout !== undefined) {
    const opened = openLayout(layout, terminal);
    printWarnings(opened.layout, terminal);
    return computeLayoutAccess(opened, organization);
  }
  if (preview.length === 0) return readLive(connect(options, terminal), organization, question);
  const previews = await readPreviewFiles(preview, "change", terminal);
  return computePreviewAccess(buildModel(previews, "change"), organization);
}
