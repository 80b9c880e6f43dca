import type { Step as EngineStep } from "../support/engine";
import type { Backend } from "./backends";
import { declared } from "./declaring";
import { type Declarations, declaredPeople, describeDeclaration, organizations } from "./declarations";
import { byHand } from "./hands";
import type { History, Mishap, Step } from "./history";
import { asKnown } from "./known";
import { person } from "./people";
import { type About, explained, ofGone, type UserError, undeclared } from "./refusals";
import { remedy } from "./remedies";
import { bearable, describeMishap } from "./road";
import { type Outcome, Stage } from "./stage";
import { describeChange, type Inside, placeOf } from "./world";

/** A rule that was broken, with the story so far, one line for each thing that happened. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** The end of a history: `in force`, or the name of a correct rejection. */
export type Ending = string;

/** The highest number of `pulumi up` runs, with remedies between them. */
const enough = 24;

/** Plays a history on a new stage, and then applies the program. Throws `Broken` if a rule is violated. */
export async function play(history: History, backend: Backend): Promise<Ending> {
  return new Play(await Stage.of(backend)).through(history);
}

class Play {
  readonly #story: string[] = [];
  /** True if nothing has happened since a successful `up`. */
  #settled = false;

  constructor(private readonly stage: Stage) {}

  async through(history: History): Promise<Ending> {
    for (const step of history) await this.#take(step);
    return this.#settle();
  }

  async #take(step: Step): Promise<void> {
    const { stage } = this;
    switch (step.do) {
      case "up":
        await this.#up(step);
        return;
      case "preview":
        await this.#preview(step.mishaps);
        return;
      case "refresh":
        await this.#refresh(step.mishaps);
        return;
      case "destroy":
        await this.#destroy(step);
        return;
      case "grow old":
        stage.growOld();
        this.#happens("the state is an older one");
        return;
      case "wait":
        this.#settled = false;
        stage.emulator.control.advance(step.days * 86_400);
        this.#story.push(`${step.days} days pass`);
        return;
      case "by hand": {
        const done = await byHand(stage.emulator, step.organization, step.hand);
        if (done !== undefined) this.#happens(`by hand: ${done}`);
        return;
      }
      default: {
        const declarations = declared(step, stage.declarations);
        if (declarations === undefined) return;
        stage.declarations = declarations;
        this.#happens(`declare ${step.organization}: ${describeDeclaration(declarations[step.organization])}`);
      }
    }
  }

  #happens(what: string): void {
    this.#settled = false;
    this.#story.push(what);
  }

  async #up({ mishaps, replace, parallel, goOn }: Extract<Step, { do: "up" }>): Promise<void> {
    const replaced = replace.filter((name) => name in this.stage.program && this.stage.engine.state.has(name));
    const details = [
      ...(replaced.length > 0 ? [`replacing ${replaced.join(", ")}`] : []),
      ...(parallel ? ["side by side"] : []),
      ...(goOn ? ["continuing on error"] : []),
      ...mishaps.map(describeMishap),
    ];
    const outcome = await this.stage.up(mishaps, { replace: replaced, parallel, goOn });
    this.#tell(named("up", details), outcome);
    this.#settled = "steps" in outcome && !this.stage.road.interfered;
    this.#judge(outcome, mishaps, goOn || parallel);
  }

  async #destroy({ mishaps, parallel, goOn, refresh }: Extract<Step, { do: "destroy" }>): Promise<void> {
    const details = [
      ...(refresh ? ["with a refresh"] : []),
      ...(parallel ? ["side by side"] : []),
      ...(goOn ? ["continuing on error"] : []),
      ...mishaps.map(describeMishap),
    ];
    const outcome = await this.stage.destroy(mishaps, { parallel, goOn, refresh });
    this.#tell(named("destroy", details), outcome);
    this.#judge(outcome, mishaps, goOn || parallel);
  }

  async #preview(mishaps: readonly Mishap[]): Promise<void> {
    const settled = this.#settled;
    const outcome = await this.stage.preview(mishaps);
    this.#tell(named("preview", mishaps.map(describeMishap)), outcome);
    this.#settled = settled;
    if (settled && (mishaps.every(bearable) || "steps" in outcome)) this.#isEmpty(outcome);
    else this.#judge(outcome, mishaps);
  }

  async #refresh(mishaps: readonly Mishap[] = []): Promise<Outcome> {
    const outcome = await this.stage.refresh(mishaps);
    this.#tell(named("refresh", mishaps.map(describeMishap)), outcome);
    this.#judge(outcome, mishaps);
    return outcome;
  }

  /** Explains a failure by a fault or by a rule. */
  #judge(outcome: Outcome, mishaps: readonly Mishap[], moreIsDone = false): void {
    if ("steps" in outcome || (this.stage.road.disturbed && !mishaps.every(bearable))) return;
    if (this.#isOfGone(outcome.failure)) return;
    // A parallel or later step may remove the reason.
    const before = this.#explanation(outcome.failure, this.stage.past);
    if (!moreIsDone || typeof before === "string") this.#explain(outcome.failure);
  }

  /** Reports whether a deleted organization in the state causes a failure. */
  #isOfGone(failure: string): boolean {
    return ofGone(this.stage).length > 0 && failure.includes("Peridio returned 404: ");
  }

  /** The preview showed what was done; what has been replaced before, the engine deletes without a word. */
  #isForeseen(foreseen: Outcome, done: readonly EngineStep[] | undefined): void {
    if ("failure" in foreseen) throw this.#broken("a preview refuses what `up` does");
    if (done === undefined) return;
    // Another resource may already have deleted the object to replace.
    const text = (steps: readonly EngineStep[]) =>
      steps.map(({ op, name }) => `${op === "replace" ? "create" : op} ${name}`).sort();
    const [shown, actual] = [text(foreseen.steps).join(", "), text(done).join(", ")];
    if (shown !== actual) throw this.#broken(`a preview shows ${shown}, and \`up\` does ${actual}`);
  }

  /** Reports whether a preview rejects an operation that may succeed. */
  #mayPass(foreseen: Outcome): boolean {
    if ("steps" in foreseen) return false;
    const explanation = this.#explanation(foreseen.failure);
    return typeof explanation !== "string" && (explanation.refusal.mayPass?.(explanation.about) ?? false);
  }

  #isEmpty(outcome: Outcome): void {
    if ("failure" in outcome) throw this.#broken(`the preview after a whole up fails: ${outcome.failure}`);
    const busy = outcome.steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
    if (busy.length > 0) throw this.#broken(`the preview after a whole up is not empty: ${busy.join(", ")}`);
  }

  /** Runs `up`, with the remedies that refusals name, until the program is in force or nothing helps. */
  async #settle(): Promise<Ending> {
    const { stage } = this;
    if ("failure" in (await this.#refresh())) await this.#forgetGone();
    /** Programs that remedies have put aside, to be declared again. */
    const aside: Declarations[] = [];
    for (let run = 1; run <= enough; run++) {
      // Of what is in an organization that is still to be made, a preview knows nothing.
      const known = organizations.every((name) => !(name in stage.program) || stage.engine.state.has(name));
      const pending = stage.engine.doomed.length > 0;
      const foreseen = await stage.preview();
      this.#tell("preview", foreseen);
      const mayPass = this.#mayPass(foreseen);
      const outcome = await stage.up();
      this.#tell("up", outcome);
      if ("steps" in outcome) {
        if (!mayPass) this.#isForeseen(foreseen, pending ? undefined : outcome.steps);
        const then = aside.pop();
        if (then === undefined) return this.#inForce();
        stage.declarations = then;
        this.#happens("declare the same again");
        continue;
      }
      const { refusal, about } = this.#explain(outcome.failure);
      if (known && "steps" in foreseen && refusal.unforeseen !== true)
        throw this.#broken("a preview does not show a rejection");
      const done = await remedy(stage, refusal.remedy, about, outcome.failure);
      if (done === undefined) return refusal.name;
      this.#tell(done.what, done.outcome);
      if (done.then !== undefined) aside.push(done.then);
      if (done.outcome && "failure" in done.outcome) throw this.#broken(`the remedy fails: ${done.outcome.failure}`);
    }
    throw this.#broken(`the program is not in force after ${enough} runs`);
  }

  /** `pulumi state delete` for everything in organizations that are gone. */
  async #forgetGone(): Promise<void> {
    const gone = ofGone(this.stage);
    this.stage.forget(gone);
    this.#story.push(`pulumi state delete ${gone.map(({ name }) => name).join(", ")}`);
    await this.#refresh();
  }

  async #inForce(): Promise<Ending> {
    const outcome = await this.stage.preview();
    this.#tell("preview", outcome);
    this.#isEmpty(outcome);
    for (const organization of organizations) {
      const inside = this.stage.world.get(organization);
      if (!(organization in this.stage.program)) continue;
      const known = inside && asKnown(inside, this.stage.entries, this.stage.declarations[organization]);
      const problems = known === undefined ? ["it is not there"] : this.#missing(organization, known);
      if (problems.length > 0) throw this.#broken(`${organization} is not as declared: ${problems.join(", ")}`);
    }
    return "in force";
  }

  /** Returns the differences from the program. */
  #missing(organization: (typeof organizations)[number], inside: Inside): string[] {
    const declaration = this.stage.declarations[organization];
    const { memberships, roster, policy } = declaration;
    const people = declaredPeople(declaration);
    const ignoring = Object.values(memberships).filter(({ ignoreExpired }) => ignoreExpired);
    const absent = [...people].flatMap(([name, role]) => {
      const place = placeOf(inside, name);
      if (place?.role !== role) return [`${name} is no ${role}`];
      const expired = place.kind === "invitation" && place.status === "expired";
      return expired && !ignoring.some((wanted) => person(wanted.person) === name) ? [`${name} is not invited`] : [];
    });
    const strangers = roster === undefined ? [] : undeclared(inside, roster);
    const { two_factor_required } = inside.security;
    const lax = (policy?.requireTwoFactor ?? two_factor_required) !== two_factor_required;
    return [
      ...absent,
      ...strangers.map((place) => `${place.person} is still there`),
      ...(lax ? ["two factors are not as declared"] : []),
    ];
  }

  #explain(failure: string): { readonly refusal: UserError; readonly about: About } {
    const explanation = this.#explanation(failure);
    if (typeof explanation === "string") throw this.#broken(explanation);
    return explanation;
  }

  #explanation(failure: string, world = this.stage.world): ReturnType<typeof explained> {
    const { backend, running: declarations, entries } = this.stage;
    return explained(failure, { backend, declarations, entries, world });
  }

  /** Adds an operation to the story. Throws if it has broken a rule. */
  #tell(operation: string, outcome?: Outcome): void {
    this.#settled = false;
    const { seen, broken } = this.stage.witness;
    const done = seen.length === 0 ? "nothing" : seen.map(describeChange).join(", ");
    const end = outcome && "failure" in outcome ? `, then: ${shortened(outcome.failure)}` : "";
    this.#story.push(outcome === undefined ? operation : `${operation}: ${done}${end}`);
    const [rule] = broken;
    if (rule !== undefined) throw this.#broken(rule);
  }

  #broken(rule: string): Broken {
    return new Broken([rule, ...this.#story.map((line) => `  ${line}`)].join("\n"));
  }
}

function named(operation: string, details: readonly string[]): string {
  return details.length === 0 ? operation : `${operation} (${details.join("; ")})`;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
