import { readFileSync } from "node:fs";
import { z } from "zod";
import { document, organization, type PrintedStep, urn } from "../../test/support/document";
import { readPreview } from "./preview";

const dev = organization("acme-dev", 1);
const read = (text: string, kind: "change" | "drift" = "change") => readPreview(text, "preview.json", kind);

describe("rejects an incomplete preview", () => {
  test.each<[string, string, string]>([
    ["nothing", "", "preview.json is empty. Pass the output of `pulumi preview --json --show-sames`"],
    ["half of one", document([dev]).slice(0, -20), "preview.json is not complete JSON"],
    ["text", "Previewing update (dev)", "preview.json is not complete JSON"],
    [
      "the events that Pulumi prints with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, recorded with Pulumi 3.274.1",
      readFileSync("gitops/test/fixtures/streamedPreview.jsonl", "utf8"),
      "preview.json contains events instead of a preview, because the environment variable PULUMI_ENABLE_STREAMING_JSON_PREVIEW was set. Unset this variable, and run `pulumi preview --json --show-sames` again.",
    ],
    ["other JSON", '{"version": 3, "deployment": {}}', "preview.json is not a Pulumi preview"],
    ["a list", "[]", "preview.json is not a Pulumi preview"],
    [
      "a value with too many levels",
      `{"steps": [${"[".repeat(2000)}${"]".repeat(2000)}]}`,
      "preview.json contains a value with more than 1000 levels",
    ],
    [
      "one of a Pulumi that did not begin",
      '{"duration": 1}',
      "preview.json contains no resource. If `pulumi preview --json --show-sames` failed, its standard error has the reason. If the stack is empty, there is nothing to review.",
    ],
  ])("%s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("one that stopped with errors, which it repeats", () => {
    const message = "error: peridio:index:Membership resource 'bob' has a problem:\nThe organization is full.\n";
    const more = {
      diagnostics: [
        { urn: urn("Membership::bob"), message, severity: "error" },
        { message: "warning: something else", severity: "warning" },
      ],
    };
    expect(() => read(document([dev], { more }))).toThrow(
      "preview.json is incomplete, because the preview stopped with errors. Correct these errors, and run the preview again:\n" +
        "  peridio:index:Membership resource 'bob' has a problem:\n  The organization is full.",
    );
  });

  test("one of a program that failed without an error that Pulumi counts", () => {
    const { before, name } = dev;
    const message = "\u001B[31mError\u001B[0m: unable to resolve type\n";
    const more = { diagnostics: [{ message, severity: "info#err" }] };
    const words =
      "preview.json is incomplete, because Peridio resources are missing. Correct the program, and run the preview again. The program printed:\n  Error: unable";
    expect(() => read(document([], { more }))).toThrow(words);
    expect(() => read(document([{ op: "refresh", name, before, after: before }], { more }))).toThrow(words);
    expect(read(document([dev], { more })).remarks).toMatchObject([{ text: "Error: unable to resolve type" }]);
  });

  test("one without unchanged resources", () => {
    expect(() => read(document([], { more: { changeSummary: { same: 8 } } }))).toThrow(
      "preview.json omits 7 unchanged resources, but a review requires all resources. Run the preview with --show-sames.",
    );
  });

  test("drift instead of a change, and a change instead of drift", () => {
    const drift = document([{ ...dev, op: "refresh" }], { kind: "drift" });
    expect(() => read(drift)).toThrow("review drift with `peridio-gitops review --drift`.");
    expect(() => read(document([dev]), "drift")).toThrow("Remove --drift");
    expect(read(drift, "drift").resources).toHaveLength(1);
  });

  test("one of several stacks", () => {
    const stepsIn = (text: string) => z.object({ steps: z.array(z.unknown()) }).parse(JSON.parse(text)).steps;
    const steps = [...stepsIn(document([dev])), ...stepsIn(document([dev], { stack: "test" }))];
    const text = JSON.stringify({ duration: 1, steps });
    expect(() => read(text)).toThrow(
      "preview.json contains several stacks, such as acme/dev and acme/test. Pass one file for each stack.",
    );
  });
});

test("accepts a deletion of everything as a change", () => {
  const { before } = dev;
  expect(read(document([{ op: "delete", name: "Organization::acme-dev", before }])).resources).toMatchObject([
    { kind: "Organization", after: undefined },
  ]);
});

test("takes the prior state from the step after a refresh, which repeats the old state", () => {
  const { before, name } = dev;
  const seen = { ...before, outputs: { name: "acme-dev", displayName: "By hand" } };
  const steps: readonly PrintedStep[] = [
    { op: "refresh", name, before, after: before },
    { op: "update", name, before: seen, after: { inputs: { name: "acme-dev" } } },
  ];
  expect(read(document(steps)).resources).toMatchObject([{ before: { outputs: { displayName: "By hand" } } }]);
});

test("leaves out a resource that a refresh finds gone and no stack declares", () => {
  const { before, name } = dev;
  expect(read(document([{ op: "refresh", name, before, after: before }])).resources).toEqual([]);
});

test("combines the steps of a replacement into one resource", () => {
  const { before, name } = dev;
  const after = { inputs: { name: "acme-next" } };
  const steps: readonly PrintedStep[] = [
    { op: "create-replacement", name, before, after },
    { op: "replace", name, before, after },
    { op: "delete-replaced", name, before },
  ];
  for (const some of [steps, steps.slice(1, 2)]) {
    expect(read(document(some)).resources).toMatchObject([
      { isReplaced: true, before: { id: before?.id }, after: { id: undefined, inputs: { name: "acme-next" } } },
    ]);
  }
});

test("keeps the id of an existing resource, which a preview does not repeat", () => {
  expect(read(document([dev])).resources).toMatchObject([
    {
      before: { id: dev.before?.id },
      after: { id: dev.before?.id },
      isChanged: false,
      isCreated: false,
      isAdopted: false,
    },
  ]);
});

test("leaves out resources that a program only reads", () => {
  const step = { op: "read", name: "Organization::seen", after: { id: "prn:1:x", external: true } };
  expect(read(document([step])).resources).toMatchObject([
    { before: undefined, after: undefined, readOnlyId: "prn:1:x", isChanged: false },
  ]);
});

test("accepts a preview that refreshes and leaves out unchanged resources", () => {
  const { before, name } = dev;
  const text = document([{ op: "refresh", name, before, after: before }], { more: { changeSummary: { same: 2 } } });
  expect(() => read(text)).toThrow("preview.json omits an unchanged resource");
});

test("leaves out resources that --target omits, and says so", () => {
  const found = read(document([{ op: "same", name: "Membership::eve", before: {}, after: {} }]));
  expect(found.resources).toEqual([]);
  expect(found.unknowns).toEqual(["--target excludes Membership eve, so its change is unknown."]);
});

test("reads an explicit provider before and after, without Pulumi's placeholders", () => {
  const before = { inputs: { endpoint: "https://api.peridio.com", apiKey: "[secret]" } };
  const after = { inputs: { endpoint: "https://evil.example", apiKey: "[secret]" } };
  const step = { op: "update", name: "pulumi:providers:peridio::acme", before, after, differs: ["endpoint", "apiKey"] };
  const secret = { reason: "secret" };
  expect(read(document([step]))).toMatchObject({
    others: [],
    providers: [
      {
        name: "acme",
        before: { inputs: { endpoint: "https://api.peridio.com", apiKey: secret }, options: {} },
        after: { inputs: { endpoint: "https://evil.example", apiKey: secret }, options: {} },
        differences: ["endpoint", "apiKey"],
      },
    ],
  });
});

test("rejects a step that this version does not know", () => {
  const step = { op: "graft", name: "Membership::eve", before: {}, after: {} };
  expect(() => read(document([step]))).toThrow(
    'has a step "graft", which this version of peridio-gitops does not know.',
  );
});

test("rejects a preview that omits a step that its summary counts", () => {
  for (const op of ["create", "import", "replace", "discard"]) {
    const more = { changeSummary: { same: 2, [op]: 1 } };
    expect(() => read(document([dev], { more }))).toThrow(`omits a step "${op}" that its \`changeSummary\` counts.`);
  }
});

describe("a resource of an unknown type", () => {
  const readContact = (step: Omit<PrintedStep, "name">, kind: "change" | "drift" = "change") => {
    const { resources, unknownTypes, unknowns, others } = read(document([{ ...step, name: contact }], { kind }), kind);
    expect([resources, others]).toEqual([[], []]);
    return { unknownTypes, unknowns };
  };
  const contact = "peridio:index:OrganizationContact::ops";
  const state = { id: "prn:1:x" };
  const createChange = (change: string) => ({
    type: "peridio:index:OrganizationContact",
    name: "ops",
    change,
    usesDefaultProvider: true,
  });

  test.each([
    ["create", "creation"],
    ["update", "change"],
    ["delete", "deletion"],
    ["replace", "replacement"],
    ["import", "import"],
    ["discard", "release"],
  ])("reports the step %s", (op, noun) => {
    expect(readContact({ op, before: state, after: state })).toEqual({
      unknownTypes: [createChange(noun)],
      unknowns: [],
    });
  });

  test("reports a change and a deletion outside Pulumi", () => {
    const update = readContact({ op: "update", before: state, after: state }, "drift");
    expect(update.unknownTypes).toEqual([createChange("change")]);
    expect(readContact({ op: "delete", before: state }, "drift").unknownTypes).toEqual([createChange("deletion")]);
  });

  test("reports an unchanged resource, which does not count as a change", () => {
    const sentence =
      "Unchanged resources of the type OrganizationContact are not reviewed, because this version of peridio-gitops does not know the type. To include these resources, use the version of peridio-gitops that matches the provider.";
    const expected = { unknownTypes: [], unknowns: [sentence] };
    expect(readContact({ op: "same", before: state, after: state })).toEqual(expected);
    expect(readContact({ op: "refresh", before: state, after: state }, "drift")).toEqual(expected);
  });

  test("reports the first reading, because a plugin runs code", () => {
    const after = { external: true, id: "prn:1:x" };
    expect(readContact({ op: "read", after })).toEqual({ unknownTypes: [createChange("reading")], unknowns: [] });
    expect(readContact({ op: "read", before: state, after }).unknownTypes).toEqual([]);
  });

  test("reports that --target excludes it", () => {
    expect(readContact({ op: "same", before: {}, after: {} })).toEqual({
      unknownTypes: [],
      unknowns: ["--target excludes OrganizationContact ops, so its change is unknown."],
    });
  });

  test("counts the steps of a replacement once, and reports resources of the dynamic provider and other modules", () => {
    const steps: readonly PrintedStep[] = [
      { op: "create-replacement", name: contact, before: state, after: state },
      { op: "replace", name: contact, before: state, after: state },
      { op: "delete-replaced", name: contact, before: state },
      { op: "create", name: "pulumi-nodejs:dynamic/peridio:Team::ops", after: {} },
      { op: "create", name: "peridio:next:Membership::bob", after: {} },
    ];
    expect(read(document(steps))).toMatchObject({
      resources: [],
      unknownTypes: [
        createChange("replacement"),
        { type: "pulumi-nodejs:dynamic/peridio:Team", name: "ops", change: "creation", usesDefaultProvider: true },
        { type: "peridio:next:Membership", name: "bob", change: "creation", usesDefaultProvider: true },
      ],
    });
  });
});

test("ignores components, because each of their resources has a step", () => {
  const step = { op: "create", name: "peridio:index:Layout::acme", after: { custom: false } };
  expect(read(document([step, dev]))).toMatchObject({ resources: [{}], unknownTypes: [], unknowns: [], others: [] });
});

test("accepts deletions alone as a destroy or as a refresh", () => {
  const text = JSON.stringify({
    duration: 1,
    steps: [{ op: "delete", urn: urn("Organization::acme-dev"), oldState: { id: "prn:1:x", inputs: {} } }],
  });
  const previews = [read(text), read(text, "drift")];
  expect(previews.map(({ resources }) => resources.map(({ after }) => after))).toEqual([[undefined], [undefined]]);
});

test("keeps the text and the resource of remarks, without the severity in front", () => {
  const more = {
    diagnostics: [
      { urn: urn("Membership::bob"), message: "warning: Peridio sends a new e-mail.\n", severity: "warning" },
      { message: "hello", severity: "info#err" },
      { message: "quiet", severity: "debug" },
      { message: "\n", severity: "info" },
    ],
  };
  expect(read(document([dev], { more })).remarks).toEqual([
    {
      severity: "warning",
      urn: urn("Membership::bob"),
      about: "Membership bob",
      text: "Peridio sends a new e-mail.",
    },
    { severity: "info", urn: "", about: "", text: "hello" },
  ]);
});

test("lists resources of other providers that change, each once", () => {
  const bucket = "aws:s3/bucket:Bucket::logs";
  const steps = [
    { op: "replace", name: bucket, before: {}, after: {} },
    { op: "delete-replaced", name: bucket, before: {} },
    { op: "same", name: "aws:s3/bucket:Bucket::other", before: {}, after: {} },
    { op: "create", name: "acme:index:Component::web", after: { custom: false } },
    { op: "create", name: "pulumi:providers:command::local", after: {} },
    { op: "create", name: "pulumi:pulumi:StackReference::other", after: {} },
  ];
  expect(read(document(steps)).others).toEqual([
    { type: "aws:s3/bucket:Bucket", name: "logs", change: "replacement", usesDefaultProvider: true },
    { type: "acme:index:Component", name: "web", change: "creation", usesDefaultProvider: true },
    { type: "pulumi:providers:command", name: "local", change: "creation", usesDefaultProvider: true },
  ]);
});
