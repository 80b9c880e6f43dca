import { runHistory } from "../harness/randomHistories";
import { type Command, declare, up } from "./commands";
import type { ObjectDeclaration } from "./declarations";
import { ground } from "./histories";

// The shortest histories that once violated a rule.

const closed: ObjectDeclaration = { isRenamed: false, everyoneEnabled: false, project: "firmware" };

const withoutDescription: ObjectDeclaration = { ...closed, access: { users: ["bob"], groups: [] } };

const described: ObjectDeclaration = { ...withoutDescription, description: "first" };

const histories: readonly [fact: string, history: readonly Command[]][] = [
  [
    "removes a description after a rejected update",
    [
      declare("objects", "firmware", described),
      up(),
      declare("objects", "firmware", withoutDescription),
      up({ faults: [{ on: "write", at: 1, effect: { kind: "answer", answer: "422", when: "before", times: 1 } }] }),
    ],
  ],
  [
    "removes a description after an update without any response",
    [
      declare("objects", "firmware", described),
      up(),
      declare("objects", "firmware", withoutDescription),
      up({ faults: [{ on: "write", at: 1, effect: { kind: "answer", answer: "500", when: "before", times: 4 } }] }),
    ],
  ],
];

test.each(histories)("%s", async (_fact, history) => {
  expect(await runHistory(ground, history)).toBe("in force");
});
