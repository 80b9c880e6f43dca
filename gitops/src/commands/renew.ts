import { getEndTime } from "#provider";
import { addDays } from "../days";
import { adoptAll } from "../edit/adopt";
import { listRenewals } from "../edit/renewals";
import { chooseExitCode, MisuseError } from "../exit";
import { chooseOrganizations } from "../organizations";
import { compareTexts, formatCount } from "../wording";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, editCodes, type EditOptions, openEdited, writeChanges } from "./editLayout";

interface Options extends EditOptions {
  readonly organization: readonly string[];
  readonly endsWithin: number;
  readonly by?: number;
  readonly until?: string;
}

/** In days. */
const longestPeriod = 3650;

export const createRenewCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("renew", {
    summary: "extend access in a layout that ends soon",
    description:
      "Moves the last days of access in the layout that are within --ends-within days: by --by days, or to --until. Renews no access that has ended. Proves that the edit changes nothing else, and prints the changed lines and the plan. All other bytes of the files stay. In a pull request, a reviewer can restore a former day, so that this access ends then.",
    examples: [
      "peridio-gitops renew --by 90",
      "peridio-gitops renew --organization 'acme-prod*' --ends-within 30 --until 2027-06-30",
      "peridio-gitops renew --by 90 --pull-request",
    ],
    codes: {
      ...editCodes,
      passed: "the layout is edited, --dry-run has shown the edit, or no access ends soon",
      attention: "access that ends soon is not renewed, or a rule requires approval of the change",
    },
  })
    .addOrganizationOption()
    .addNumberOption("--ends-within <days>", "renew access that ends within this number of days", 14, longestPeriod)
    .addNumberOption("--by <days>", "the number of days from each last day to the new one", undefined, longestPeriod)
    .addDayOption("--until <date>", "the new last day (UTC), instead of --by");
  return addEditOptions(command).action(async ({ endsWithin, by, until, ...options }: Options) => {
    if ((by === undefined) === (until === undefined))
      throw new MisuseError("Say how long the access lasts: either --by with days, or --until with a day.");
    if (until !== undefined && getEndTime(until) <= terminal.now.getTime())
      throw new MisuseError(`${until} has passed. Use a later day for --until.`);
    const editable = await openEdited(options, terminal);
    const { layout, files } = editable;
    const names = chooseOrganizations(options.organization, layout.organizations, "of the layout").map(
      ({ name }) => name,
    );
    const list = (days: number) =>
      listRenewals(files, names, { now: terminal.now, days }, (lastDay) => {
        const to = until ?? addDays(new Date(`${lastDay}T00:00:00Z`), by ?? 0);
        return to > lastDay ? { to } : `The access does not end before ${to}.`;
      });
    const renewals = list(endsWithin);
    const describeNextEnd = () => {
      const [next] = [...list(longestPeriod)].sort((one, other) => compareTexts(one.until, other.until));
      const later =
        next === undefined
          ? "No later end is declared."
          : `The next end is ${next.until}, of ${next.name} in ${next.organization}. To renew it, increase --ends-within.`;
      return `No access${scope} ends within ${formatCount(endsWithin, "day")}. ${later}`;
    };
    const edited = adoptAll(editable, renewals);
    const scope = options.organization.length === 0 ? "" : ` in ${options.organization.join(", ")}`;
    const length = until === undefined ? `by ${formatCount(by ?? 0, "day")}` : `until ${until}`;
    const title = `Renew access that ends within ${formatCount(endsWithin, "day")} ${length}${scope}`;
    const { refused, needsAttention } = await writeChanges(editable, edited, { ...options, terminal, title });
    const isNeeded = edited.files.listChanged().length > 0;
    const closed = isNeeded ? undefined : await editable.requests?.withdraw({ title });
    if (closed !== undefined) terminal.say(`peridio-gitops: ${closed}\n`);
    if (renewals.length === 0) terminal.say(`peridio-gitops: ${describeNextEnd()}\n`);
    const left = Array.from(
      edited.refused,
      ([one, reason]) => `- ${one.name} in ${one.organization}, until ${one.until}: ${reason}\n`,
    );
    if (left.length > 0) terminal.say(`peridio-gitops: Not renewed:\n${left.join("")}`);
    end(chooseExitCode({ refused, needsAttention: needsAttention || left.length > 0 }));
  });
};
