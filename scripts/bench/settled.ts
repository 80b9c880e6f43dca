import { writeOnce } from "./life";
import { formatCount, formatFigure, computeMedian, type Section, renderTable, type Verdict } from "./section";
import { blindNoop, operations, provider, type Side } from "./cases";
import { EmulatedPeridio, type Requests } from "./peridio";
import { type Form, type Size, declareAll } from "./program";
import { Project } from "./project";

const forms: readonly Form[] = ["Membership", "OrganizationMembers"];

/** The target for an unchanged `up`: its time divided by the time of the no-op provider. */
const most = 1;

/** Measures an unchanged `up` after all people have accepted. This `up` reads no invitations. */
export async function measureSettled(size: Size, runs: number, say: (text: string) => void): Promise<Section> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const form of forms) {
    const idle: number[] = [];
    const taken: number[] = [];
    let requests: Requests | undefined;
    for (let run = 1; run <= runs; run += 1) {
      const without = await measureUnchangedUp(blindNoop, form, size);
      const cost = await measureUnchangedUp(provider, form, size);
      say(`run ${run}: ${form} ${formatFigure(without.seconds, 2)} s, ${formatFigure(cost.seconds, 2)} s`);
      idle.push(without.seconds);
      taken.push(cost.seconds);
      requests = cost.requests;
    }
    const value = computeMedian(taken) / computeMedian(idle);
    const reads = formatCount(requests?.reads ?? NaN);
    rows.push([
      form,
      formatFigure(computeMedian(idle), 2),
      formatFigure(computeMedian(taken), 2),
      formatFigure(value, 2),
      reads,
    ]);
    verdicts.push({
      what: `${form}: unchanged up without pending invitations, against the ${blindNoop.name}`,
      value,
      most,
      unit: "ratio",
    });
  }
  return {
    title: "Unchanged up without pending invitations",
    body: [
      `Medians of ${runs} runs. Pulumi writes its state once at the end.`,
      renderTable(["seconds", blindNoop.name, provider.name, "ratio", "reads"], rows),
    ].join("\n\n"),
    verdicts,
  };
}

async function measureUnchangedUp(
  side: Side,
  form: Form,
  size: Size,
): Promise<{ readonly seconds: number; readonly requests: Requests }> {
  const peridio = await EmulatedPeridio.start();
  try {
    const environment = { ...peridio.environment, ...writeOnce, ...side.environment };
    const project = await Project.begin(declareAll(size, form), side.plugin, environment);
    try {
      await project.run(...operations.up);
      if (side === provider) await peridio.acceptAll(size);
      // Writes the accepted invitations to the state.
      await project.run("refresh", "--yes", "--skip-preview");
      await peridio.countRequests();
      const { seconds } = await project.run(...operations["unchanged up"]);
      return { seconds, requests: await peridio.countRequests() };
    } finally {
      project.end();
    }
  } finally {
    await peridio.stop();
  }
}
