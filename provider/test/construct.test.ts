import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as z from "zod";
import { type Child, ChildId, type Component, UserError } from "#framework";
import { formatPath } from "#framework/messages";
import { construct, type ComponentProvider, receiveInputs } from "#framework/testing";
import { secret, unknown, type Wire } from "./support/engine";
import { type Fate, MonitorStub } from "./support/monitor";

const inputs = z.object({
  name: z.string().meta({ description: "The name of the box." }),
  labels: z.array(z.string()).optional().meta({ description: "What is on it." }),
});
const outputs = z.object({ boxIds: z.record(z.string(), z.string()).meta({ description: "Ids by name." }) });

/** A box, what lies in it, a seal that comes last, and a bill if there are labels. */
const crate: Component = {
  token: "peridio:index:Crate",
  description: "A box with what belongs to it.",
  example: "",
  importInstead: "",
  inputs,
  outputs,
  confidential: () => [],
  compose({ now }, values) {
    const { name, labels } = inputs.parse(values);
    if (name === "") throw new UserError("a box needs a name");
    const box: Child = {
      type: "peridio:index:Box",
      name,
      inputs: { name, today: now.toISOString().slice(0, 10) },
      from: ["name"],
      protect: true,
    };
    const label: Child = {
      type: "peridio:index:Label",
      name,
      inputs: { boxId: new ChildId(box), labels },
      from: ["labels"],
    };
    const seal: Child = {
      type: "peridio:index:Seal",
      name: `${name}-seal`,
      inputs: { boxId: new ChildId(box) },
      from: [],
      after: [label],
    };
    const bill: Child = {
      type: "peridio:index:Bill",
      name: `${name}-bill`,
      inputs: { items: { of: labels, ids: [new ChildId(box), new ChildId(label)] } },
      from: ["labels"],
    };
    return {
      children: [box, label, seal, ...(labels === undefined ? [] : [bill])],
      findSources: (_, path) => [{ input: formatPath(path) }],
      outputs: { boxIds: { [name]: box } },
      warnings: labels?.length === 0 ? ["The box has no label."] : [],
    };
  },
};

const surroundings = { now: new Date("2027-01-31"), version: "1.2.3", folder: "/" };
let monitor: MonitorStub | undefined;

afterEach(() => {
  monitor?.end();
  monitor = undefined;
});

function requestFor(values: Wire, change: (request: ConstructRequest) => unknown = () => undefined): ConstructRequest {
  const request = new ConstructRequest().setType(crate.token).setName("mine").setInputs(Struct.fromJavaScript(values));
  change(request);
  return request;
}

async function made(
  values: Wire,
  change?: (request: ConstructRequest) => unknown,
  fates: Readonly<Record<string, Fate>> = {},
): Promise<ConstructResponse> {
  monitor = await MonitorStub.begin(fates);
  return run(monitor, requestFor(values, change));
}

function run(to: MonitorStub, request: ConstructRequest, maker: ComponentProvider = {}): Promise<ConstructResponse> {
  const received = receiveInputs(request.getInputs(), crate);
  return construct(crate, request.setMonitorendpoint(to.address), received, surroundings, {
    reference: "urn:of:this::1",
    ...maker,
  });
}

const declared = (type: string, name: string): RegisterResourceRequest => {
  if (monitor === undefined) throw new Error("nothing was declared");
  return monitor.of(type, name);
};
const inputsOf = (request: RegisterResourceRequest) => request.getObject()?.toJavaScript();
const box = "urn:pulumi:test::lifecycle::peridio:index:Box::big";
const crateUrn = "urn:pulumi:test::lifecycle::peridio:index:Crate::mine";

test("registers a component before its children, which have it as their parent", async () => {
  await made({ name: "big" });
  expect(monitor?.names()).toEqual(["Crate mine", "Box big", "Label big", "Seal big-seal"]);
  expect(declared("Crate", "mine").getCustom()).toBe(false);
  expect(declared("Box", "big").getParent()).toBe(crateUrn);
  expect(declared("Box", "big").getVersion()).toBe("1.2.3");
  expect(inputsOf(declared("Box", "big"))).toEqual({ name: "big", today: "2027-01-31" });
});

test("a child gets the id of another one, depends on it, and goes with it", async () => {
  await made({ name: "big", labels: ["fragile"] });
  const label = declared("Label", "big");
  expect(inputsOf(label)).toEqual({ labels: ["fragile"], boxId: "id-of-big" });
  expect(label.getDependenciesList()).toEqual([box]);
  expect(label.getPropertydependenciesMap().get("boxId")?.getUrnsList()).toEqual([box]);
  expect(declared("Seal", "big-seal").getDependenciesList()).toHaveLength(2);
});

test("a child gets the ids of others inside a list, depends on them, and comes after them", async () => {
  await made({ name: "big", labels: ["fragile"] }, (request) => {
    const urns = new ConstructRequest.PropertyDependencies().setUrnsList(["urn:of:labels"]);
    request.getInputdependenciesMap().set("labels", urns);
  });
  const bill = declared("Bill", "big-bill");
  const label = "urn:pulumi:test::lifecycle::peridio:index:Label::big";
  expect(inputsOf(bill)).toEqual({ items: { of: ["fragile"], ids: ["id-of-big", "id-of-big"] } });
  expect(bill.getDependenciesList()).toEqual(["urn:of:labels", box, label]);
  expect(bill.getPropertydependenciesMap().get("items")?.getUrnsList()).toEqual(["urn:of:labels", box, label]);
});

test("an id inside a secret input is secret, and unknown in the preview of its creation", async () => {
  await made({ name: "big", labels: secret(["fragile"]) }, undefined, { big: "unknown" });
  expect(inputsOf(declared("Bill", "big-bill"))).toEqual({
    items: secret({ of: ["fragile"], ids: [unknown, unknown] }),
  });
});

test("the ids of children are outputs, which depend on them", async () => {
  const response = await made({ name: "big" });
  expect(response.getUrn()).toBe(crateUrn);
  expect(response.getState()?.toJavaScript()).toEqual({ boxIds: { big: "id-of-big" } });
  expect(response.getStatedependenciesMap().get("boxIds")?.getUrnsList()).toEqual([box]);
  expect(monitor?.outputs).toEqual({ [crateUrn]: { boxIds: { big: "id-of-big" } } });
});

test("an id is unknown in the preview of its creation", async () => {
  const response = await made({ name: "big" }, undefined, { big: "unknown" });
  expect(inputsOf(declared("Seal", "big-seal"))).toEqual({ boxId: unknown });
  expect(response.getState()?.toJavaScript()).toEqual({ boxIds: { big: unknown } });
});

test("a child whose inputs come from a secret has secret inputs; others have none", async () => {
  await made({ name: "big", labels: secret(["fragile"]) });
  expect(inputsOf(declared("Label", "big"))).toEqual({ labels: secret(["fragile"]), boxId: "id-of-big" });
  expect(inputsOf(declared("Box", "big"))).toMatchObject({ name: "big" });
});

test("a child depends on what the inputs that it comes from depend on, and on what the component does", async () => {
  await made({ name: "big", labels: ["fragile"] }, (request) => {
    const urns = new ConstructRequest.PropertyDependencies().setUrnsList(["urn:of:labels"]);
    request.getInputdependenciesMap().set("labels", urns);
    request.setDependenciesList(["urn:of:another"]);
  });
  expect(declared("Box", "big").getDependenciesList()).toEqual(["urn:of:another"]);
  expect(declared("Label", "big").getDependenciesList()).toEqual(["urn:of:another", "urn:of:labels", box]);
  expect(declared("Label", "big").getPropertydependenciesMap().get("labels")?.getUrnsList()).toEqual(["urn:of:labels"]);
});

test.each([
  { said: "nothing", protect: undefined, box: true, crate: false },
  { said: "true", protect: true, box: false, crate: true },
  { said: "false", protect: false, box: false, crate: false },
])("protect of a component: $said", async ({ protect, ...expected }) => {
  await made({ name: "big" }, (request) => protect !== undefined && request.setProtect(protect));
  // Options of the program reach children through the engine.
  expect(declared("Box", "big").getProtect() === true).toBe(expected.box);
  expect(declared("Crate", "mine").hasProtect()).toBe(protect !== undefined);
  expect(declared("Crate", "mine").getProtect() === true).toBe(expected.crate);
});

test("the provider that makes a component serves its children", async () => {
  await made({ name: "big" });
  expect(declared("Crate", "mine").getProvider()).toBe("");
  expect(declared("Box", "big").getProvider()).toBe("urn:of:this::1");
});

test("providers that the program names reach the component and its children", async () => {
  await made({ name: "big" }, (request) => request.getProvidersMap().set("peridio", "urn::id"));
  for (const request of monitor?.declared ?? []) {
    expect(request.getProvidersMap().get("peridio")).toBe("urn::id");
    expect(request.getProvider()).toBe("");
  }
});

test("what the program says of the component is said of it", async () => {
  const alias = new Alias().setSpec(new Alias.Spec().setName("former"));
  const parent = "urn:pulumi:test::lifecycle::pulumi:pulumi:Stack::lifecycle-test";
  await made({ name: "big" }, (request) =>
    request
      .setParent(parent)
      .setAliasesList([alias])
      .setDeletedwith("urn:of:another")
      .setRetainondelete(true)
      .setResourceHooks(new ConstructRequest.ResourceHooksBinding().setAfterCreateList(["greet"])),
  );
  const itself = declared("Crate", "mine");
  expect(itself.getParent()).toBe(parent);
  expect(itself.getAliasesList().map((one) => one.getSpec()?.getName())).toEqual(["former"]);
  expect(itself.getDeletedwith()).toBe("urn:of:another");
  expect(itself.getRetainondelete()).toBe(true);
  expect(itself.getHooks()?.getAfterCreateList()).toEqual(["greet"]);
});

test("a child may have been declared at the root, or beside the component", async () => {
  await made({ name: "big" }, (request) => request.setParent("urn:pulumi:test::lifecycle::acme:index:Site::hq"));
  const aliases = declared("Box", "big").getAliasesList();
  expect(aliases.map((one) => [one.getSpec()?.getNoparent(), one.getSpec()?.getParenturn()])).toEqual([
    [true, ""],
    [false, "urn:pulumi:test::lifecycle::acme:index:Site::hq"],
  ]);
});

test("warnings concern the component, and appear once", async () => {
  monitor = await MonitorStub.begin();
  const warnings: string[] = [];
  const warn = (urn: string, text: string) => warnings.push(`${urn} ${text}`);
  await run(monitor, requestFor({ name: "big", labels: [] }), { warn });
  await run(monitor, requestFor({ name: "big" }), { warn });
  expect(warnings).toEqual([`${crateUrn} The box has no label.`]);
});

test("mistakes are refused before anything is declared", async () => {
  await expect(made({ name: "" })).rejects.toThrow("a box needs a name");
  expect(monitor?.names()).toEqual([]);
});

describe("what the provider could not serve", () => {
  const refused: ComponentProvider = {
    checkChildren: ({ children, findSources: findSources }) => {
      if (children.length > 0)
        throw new UserError(
          children.map((child) => `${child.type} ${findSources(child, ["size"])[0]?.input ?? ""}`).join(", "),
        );
    },
  };

  async function vetted(served: Record<string, string>): Promise<ConstructResponse> {
    monitor = await MonitorStub.begin();
    const request = requestFor({ name: "big" });
    for (const [name, reference] of Object.entries(served)) request.getProvidersMap().set(name, reference);
    return run(monitor, request, refused);
  }

  test.each([
    ["no other provider is named", {}],
    ["the program names this one", { peridio: "urn:of:this::1" }],
    ["one of another package is named", { acme: "urn:of:another::1" }],
  ])("is refused before anything is declared, where %s", async (_, served) => {
    await expect(vetted(served)).rejects.toThrow(
      "peridio:index:Box size, peridio:index:Label size, peridio:index:Seal size",
    );
    expect(monitor?.names()).toEqual([]);
  });

  test("is left to the provider that the program names for the children", async () => {
    await vetted({ peridio: "urn:of:another::1" });
    expect(monitor?.names()).toHaveLength(4);
  });
});

test("an input that a preview does not know is refused with its name", async () => {
  await expect(made({ name: "big", labels: [unknown] })).rejects.toThrow(
    "labels: the value is not known before the update",
  );
  expect(monitor?.names()).toEqual([]);
});

test("a refused child fails the component with the engine's reason, once the others have ended", async () => {
  await expect(made({ name: "big" }, undefined, { "big-seal": "refused" })).rejects.toThrow("big-seal is refused");
  expect(monitor?.names()).toHaveLength(4);
});

describe("with --continue-on-error, registers resources that depend on a failed child", () => {
  const all = ["Crate mine", "Box big", "Label big", "Seal big-seal"];

  test("and the id stays an output, if there is one", async () => {
    const response = await made({ name: "big" }, undefined, { big: "failed" });
    expect(monitor?.names()).toEqual(all);
    expect(inputsOf(declared("Seal", "big-seal"))).toEqual({ boxId: "id-of-big" });
    expect(response.getState()?.toJavaScript()).toEqual({ boxIds: { big: "id-of-big" } });
  });

  test("with an unknown id, if there is none", async () => {
    const response = await made({ name: "big" }, undefined, { big: "not created" });
    expect(monitor?.names()).toEqual(all);
    expect(inputsOf(declared("Seal", "big-seal"))).toEqual({ boxId: unknown });
    expect(response.getState()?.toJavaScript()).toEqual({ boxIds: {} });
  });
});

test("components of two runs at once declare to their own engines", async () => {
  const [one, other] = await Promise.all([MonitorStub.begin(), MonitorStub.begin()]);
  await Promise.all([run(one, requestFor({ name: "one" })), run(other, requestFor({ name: "other" }))]);
  expect(one.names()).toEqual(["Crate mine", "Box one", "Label one", "Seal one-seal"]);
  expect(other.names()).toEqual(["Crate mine", "Box other", "Label other", "Seal other-seal"]);
  one.end();
  other.end();
});
