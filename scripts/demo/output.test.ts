import { listChanges, selectRelevantLines } from "./output";

test("leaves out rows of unfinished work and of unchanged resources", () => {
  const text = [
    "Updating (demo):",
    "",
    " ~  peridio:index:Membership dev/bob@acme.example refreshing (0s) ",
    "@ updating......",
    " ~  peridio:index:Membership dev/bob@acme.example updating (0s) [diff: ~role]",
    " ~  peridio:index:Membership dev/bob@acme.example updated (0.05s) [diff: ~role]",
    "    peridio:index:Membership dev/ada@acme.example  ",
    "    pulumi:pulumi:Stack environments-demo  ",
    "Resources:",
    "    ~ 1 updated",
    "Duration: 4s",
  ].join("\n");
  expect(selectRelevantLines(text)).toEqual([
    "Updating (demo):",
    " ~  peridio:index:Membership dev/bob@acme.example updated (0.05s) [diff: ~role]",
    "    ~ 1 updated",
  ]);
});

test("keeps the violations of access rules, also of the stack", () => {
  const violations = [
    "        - [mandatory] [severity: critical]  few admins  (peridio:index:Membership: bob)",
    "        - [mandatory] [severity: critical]  a narrow allowlist  (pulumi:pulumi:Stack: environments-demo)",
  ];
  const text = ["Loading policy packs...: done", "Policies:", ...violations].join("\n");
  expect(selectRelevantLines(text)).toEqual(["Policies:", ...violations]);
});

test("reads rows with colors", () => {
  const row = "\u001b[33m ~ \u001b[0m peridio:index:Membership dev/bob updated (0.05s)";
  expect(
    selectRelevantLines(
      `${row}\n\u001b[33m ~ \u001b[0m peridio:index:Membership dev/bob \u001b[33mupdating (0s)\u001b[0m`,
    ),
  ).toEqual([row]);
});

test("leaves a message out of its row if it is repeated below", () => {
  const text = [
    " -  peridio:index:Membership dev/ada deleted (0.03s) warning: Ada stays.",
    " -  peridio:index:Organization dev **deleting failed** error: There is a device.",
    "Diagnostics:",
    "    error: There is a device.",
  ].join("\n");
  expect(selectRelevantLines(text)).toEqual([
    " -  peridio:index:Membership dev/ada deleted (0.03s)",
    "Diagnostics:",
    "    error: There is a device.",
  ]);
});

test("names each change with its values before and after", () => {
  const step = {
    urn: "urn:pulumi:demo::environments::peridio:index:Membership::dev/bob",
    oldState: { inputs: { role: "viewer" }, outputs: { role: "viewer" } },
  };
  const update = { ...step, op: "update", newState: { inputs: { role: "admin" } }, detailedDiff: { role: {} } };
  const refresh = { ...step, op: "refresh", newState: { outputs: { role: "manager" } }, detailedDiff: { role: {} } };
  const same = { ...step, op: "same", newState: step.oldState, detailedDiff: null };
  expect(listChanges(JSON.stringify({ steps: [same, update, refresh] }))).toEqual([
    "Membership dev/bob: role viewer → admin",
    "Membership dev/bob: role viewer → manager",
  ]);
});
