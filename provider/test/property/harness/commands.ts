import type { AsyncCommand } from "fast-check";
import type { OutsideChange } from "./outsideChange";
import { describeFault, type Fault } from "./proxy";
import type { Stage } from "./stage";

/** One event of a history. fast-check separates a model from the system under test. A stage is both. */
export type Command<Area extends object> = AsyncCommand<Area, Area>;

/** A history skips a command while `isPossible` is false. */
export function command<Area extends object>(
  text: string,
  run: (stage: Area) => unknown,
  isPossible: (stage: Readonly<Area>) => boolean = () => true,
): Command<Area> {
  return {
    check: isPossible,
    run: async (_, stage) => {
      await run(stage);
    },
    toString: () => text,
  };
}

/** Changes the declarations of the program. `change` returns undefined if it has nothing to change. `describe` words the result for the log. */
export function declare<Declarations>(
  text: string,
  change: (declarations: Declarations) => Declarations | undefined,
  describe: (declarations: Declarations) => string = () => text,
): Command<Pick<Stage<unknown, Declarations>, "declarations" | "declare">> {
  return command(
    text,
    (stage) => {
      const declarations = change(stage.declarations) ?? stage.declarations;
      stage.declare(declarations, describe(declarations));
    },
    ({ declarations }) => change(declarations) !== undefined,
  );
}

export function changeOutside(change: OutsideChange): Command<Pick<Stage<unknown, unknown>, "changeOutside">> {
  return command(`outside Pulumi: ${change.text}`, (stage) => stage.changeOutside(change));
}

/** Lets days pass, so that invitations expire. */
export function wait(days: number): ReturnType<typeof changeOutside> {
  const apply: OutsideChange["apply"] = ({ control }) => {
    control.advance(days * 86_400);
  };
  return changeOutside({ text: `${days} days pass`, apply });
}

/** An operation of the engine with faults. `details` describes its other options. */
export function operate<Area extends object>(
  operation: string,
  faults: readonly Fault[],
  run: (stage: Area, text: string) => unknown,
  details: readonly string[] = [],
): Command<Area> {
  const all = [...details, ...faults.map(describeFault)];
  const text = all.length === 0 ? operation : `${operation} (${all.join("; ")})`;
  return command(text, (stage) => run(stage, text));
}

/** Combines commands of which the later ones depend on the earlier ones. */
export function combine<Area extends object>(...commands: readonly Command<Area>[]): Command<Area> {
  return command(commands.join(", "), async (stage) => {
    for (const each of commands) await each.run(stage, stage);
  });
}
