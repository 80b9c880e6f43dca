import { version } from "#provider";
import { type ConnectionOptions, createRawReader, getDestination } from "../connection";
import { examine } from "../doctor/doctor";
import { formatText, hasDifferences } from "../doctor/report";
import { chooseExitCode } from "../exit";
import { writeText } from "../terminal/files";
import { formatJson } from "../terminal/text";
import { type CommandFactory, createCommand } from "./command";

interface Options extends ConnectionOptions {
  readonly organization?: string;
  readonly jsonFile?: string;
  readonly json?: true;
}

export const createDoctorCommand: CommandFactory = (terminal, end) =>
  createCommand("doctor", {
    summary: "compare the API with the assumptions of this project",
    description:
      "Reads one organization, and compares each response with what this project assumes about the API. The report contains names of properties, forms and counts, but no values, names, addresses, ids or hosts. Sends at most 120 requests in 15 minutes, all of them GET. Changes nothing.",
    examples: [
      "peridio-gitops doctor --backend connect",
      "peridio-gitops doctor --backend connect --organization acme-dev --json-file report.json",
    ],
    codes: {
      passed: "everything that the organization shows is as assumed",
      failed: "the comparison is incomplete, or could not start",
      attention: "the API differs from an assumption",
    },
  })
    .option("--organization <name>", "the name or the id of the organization; by default, the first one")
    .addConnectionOptions()
    .option("--json-file <file>", "also write the JSON to this file, to attach it to an issue")
    .option("--json", "print JSON instead of text")
    .action(async (options: Options) => {
      const { backend } = getDestination(options, terminal);
      const { organization, jsonFile, json } = options;
      const { read, apiKey } = createRawReader(options, terminal);
      const report = await examine(read, { backend, apiKey, organization, version });
      if (jsonFile !== undefined) writeText(terminal, jsonFile, formatJson(report));
      terminal.print(json === true ? formatJson(report) : formatText(report, terminal.columns));
      if (!report.complete) {
        const reason = report.gaps.join("; ") || "no response could be compared";
        terminal.say(
          `peridio-gitops: The comparison is incomplete: ${reason}. Check the API key, --backend and --endpoint, and run the command again.\n`,
        );
      }
      end(chooseExitCode({ failed: !report.complete, needsAttention: hasDifferences(report) }));
    });
