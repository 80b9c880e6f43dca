import { type Command, declareObject, edit, up } from "./commands";
import type { ObjectDeclaration } from "./declarations";
import { runHistory } from "./histories";

// The shortest histories that once violated a rule.

const closed: ObjectDeclaration = { isRenamed: false, everyoneEnabled: false, project: "firmware" };

const described = { ...closed, description: "first", access: { users: ["bob"], groups: [] } } as const;

const histories: readonly [fact: string, history: readonly Command[]][] = [
  [
    "removes a description after a rejected update",
    [
      declareObject("firmware", described),
      up(),
      edit("firmware", "remove the description"),
      up([{ on: "write", at: 1, effect: { kind: "answer", answer: "422", when: "before", times: 1 } }]),
    ],
  ],
  [
    "removes a description after an update without any response",
    [
      declareObject("firmware", described),
      up(),
      edit("firmware", "remove the description"),
      up([{ on: "write", at: 1, effect: { kind: "answer", answer: "500", when: "before", times: 4 } }]),
    ],
  ],
];

test.each(histories)("%s", async (_fact, history) => {
  expect(await runHistory(history)).toBe("in force");
});
