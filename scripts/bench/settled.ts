import { writeOnce } from "./life";
import { count, figure, median, type Section, table, type Verdict } from "./section";
import { blindNoop, operations, provider, type Side } from "./cases";
import { EmulatedPeridio, type Requests } from "./peridio";
import { type Form, type Size, wholeProgram } from "./program";
import { Project } from "./project";

const forms: readonly Form[] = ["Membership", "OrganizationMembers"];

/** The target for an unchanged `up`: its time divided by the time of the no-op provider. */
const most = 1.05;

/** Measures an unchanged `up` after all people have accepted. It reads no invitations. */
export async function settled(size: Size, runs: number, say: (text: string) => void): Promise<Section> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const form of forms) {
    const idle: number[] = [];
    const taken: number[] = [];
    let requests: Requests | undefined;
    for (let run = 1; run <= runs; run += 1) {
      const without = await unchangedUp(blindNoop, form, size);
      const cost = await unchangedUp(provider, form, size);
      say(`run ${run}: ${form} ${figure(without.seconds, 2)} s, ${figure(cost.seconds, 2)} s`);
      idle.push(without.seconds);
      taken.push(cost.seconds);
      requests = cost.requests;
    }
    const value = median(taken) / median(idle);
    const reads = count(requests?.reads ?? NaN);
    rows.push([form, figure(median(idle), 2), figure(median(taken), 2), figure(value, 2), reads]);
    verdicts.push({ what: `${form}: unchanged up without pending invitations`, value, most, unit: "ratio" });
  }
  return {
    title: "Unchanged up without pending invitations",
    body: [
      `Medians of ${runs} runs, state written once at the end.`,
      table(["seconds", blindNoop.name, provider.name, "ratio", "reads"], rows),
    ].join("\n\n"),
    verdicts,
  };
}

async function unchangedUp(
  side: Side,
  form: Form,
  size: Size,
): Promise<{ readonly seconds: number; readonly requests: Requests }> {
  const peridio = await EmulatedPeridio.start();
  try {
    const environment = { ...peridio.environment, ...writeOnce, ...side.environment };
    const project = await Project.begin(wholeProgram(size, form), side.plugin, environment);
    try {
      await project.run(...operations.up);
      if (side === provider) await peridio.settle(size);
      // Writes the accepted invitations to the state.
      await project.run("refresh", "--yes", "--skip-preview");
      await peridio.requests();
      const { seconds } = await project.run(...operations["unchanged up"]);
      return { seconds, requests: await peridio.requests() };
    } finally {
      project.end();
    }
  } finally {
    await peridio.stop();
  }
}
