import * as z from "zod";
import type { UnsupportedFeature } from "./client";
import {
  explainUnsupportedInState,
  explainUnsupported,
  findRequirements,
  type ComponentRequirement,
  rejectUnmet,
  findUnmet,
  findUnmetInComponent,
  toFailures,
} from "./requirements";
import type { Child } from "./component";
import type { Path } from "./path";
import { thingIn, Warehouse } from "../test/support/thing";
import { unknownValue, type Values } from "./values";

const explain = (feature: string): UnsupportedFeature | undefined =>
  feature === "activity" || feature === "role viewer" ? { reason: `there is no ${feature}: leave it out` } : undefined;
const api = { explainUnsupported: explain, name: "The Plain API" };

const text = z.string();
const role = z.enum(["admin", "viewer"]).meta({ valueRequires: { viewer: "role viewer" } });
const subject = {
  requires: "ownership",
  inputs: z.object({
    idle: text.meta({ requires: "activity" }).optional(),
    members: z.record(text, role).optional(),
    roles: z.array(role.optional()).optional(),
    strict: z
      .boolean()
      .optional()
      .meta({ valueRequires: { true: "strictness" } }),
  }),
};
const requirement = (feature: string, ...path: Path) => ({ feature, path });

describe("a declaration requires", () => {
  test("the feature of the whole resource", () => {
    expect(findRequirements(subject, {})).toEqual([requirement("ownership")]);
    expect(findRequirements({ inputs: subject.inputs }, {})).toEqual([]);
  });

  test("the features of declared properties, even unknown ones", () => {
    const ofIdle = [requirement("ownership"), requirement("activity", "idle")];
    expect(findRequirements(subject, { idle: "" })).toEqual(ofIdle);
    expect(findRequirements(subject, { idle: unknownValue })).toEqual(ofIdle);
  });

  test("the features of values, of items and of entries", () => {
    const declared = {
      members: { "bob@acme.example": "viewer", "ada@acme.example": "admin" },
      roles: ["admin", "viewer"],
    };
    expect(findRequirements(subject, { ...declared, strict: true })).toEqual([
      requirement("ownership"),
      requirement("role viewer", "members", "bob@acme.example"),
      requirement("role viewer", "roles", 1),
      requirement("strictness", "strict"),
    ]);
  });

  test("the features of the properties of objects, in lists and maps too", () => {
    const box = z.object({ idle: text.meta({ requires: "activity" }).optional(), role: role.optional() });
    const inputs = z.object({ box, boxes: z.array(z.union([role, box])), named: z.record(text, z.object({ box })) });
    const [idle, viewer] = [{ idle: "x" }, { role: "viewer" }];
    const declared = { box: { ...idle, ...viewer }, boxes: ["viewer", viewer, {}], named: { a: { box: idle } } };
    expect(findRequirements({ inputs }, declared)).toEqual([
      requirement("activity", "box", "idle"),
      requirement("role viewer", "box", "role"),
      requirement("role viewer", "boxes", 0),
      requirement("role viewer", "boxes", 1, "role"),
      requirement("activity", "named", "a", "box", "idle"),
    ]);
  });

  test("nothing for a list whose only item is such a value", () => {
    const inputs = z.object({ names: z.array(text).meta({ valueRequires: { viewer: "role viewer" } }) });
    expect(findRequirements({ inputs }, { names: ["viewer"] })).toEqual([]);
  });

  test("nothing for other values and unknown ones", () => {
    const declared = { members: { "bob@acme.example": unknownValue }, roles: unknownValue, strict: false };
    expect(findRequirements(subject, declared)).toEqual([requirement("ownership")]);
  });
});

const { inputs } = subject;
const activity = { requires: "activity", inputs };

test("only unsupported features are unmet", () => {
  expect(findUnmet(api, subject, { idle: "x" })).toEqual([
    { feature: "activity", path: ["idle"], unsupported: explain("activity") },
  ]);
  expect(findUnmet({}, subject, { idle: "x" })).toEqual([]);
});

test("a resource is unsupported if the API lacks the feature that it requires", () => {
  expect(explainUnsupported(api, undefined)).toBeUndefined();
  expect(explainUnsupported(api, "ownership")).toBeUndefined();
  expect(explainUnsupported(api, "activity")).toEqual(explain("activity"));
});

test("each failure has the path of its property, and the reason", () => {
  const unmet = findUnmet(api, subject, { idle: "x", members: { "bob@acme.example": "viewer" } });
  expect(toFailures(unmet, "Acme")).toEqual([
    { path: "idle", reason: "there is no activity: leave it out" },
    {
      path: 'members["bob@acme.example"]',
      reason: `there is no role viewer: leave it out`,
    },
  ]);
});

test("a failure of a resource in the state explains how to remove it", () => {
  const [failure] = toFailures(findUnmet(api, activity, {}), "Acme", "urn:policy");
  const way =
    "To remove the resource from the state only, run `pulumi state delete --force 'urn:policy'`. This changes nothing in Acme";
  expect(failure?.reason).toBe(`there is no activity: leave it out. ${way}`);
  expect(explainUnsupportedInState({ reason: "it is not kept: look" }, "urn:policy", "Acme").message).toBe(
    `it is not kept: look. ${way}.`,
  );
});

test("a failure of a property of a resource in the state explains no removal, because the property can leave", () => {
  expect(toFailures(findUnmet(api, { inputs }, { idle: "x" }), "Acme", "urn:policy")).toEqual([
    { path: "idle", reason: "there is no activity: leave it out" },
  ]);
});

test("a failure of a resource outside the state explains no removal", () => {
  expect(toFailures(findUnmet(api, activity, {}), "Acme")).toEqual([
    { path: "", reason: "there is no activity: leave it out" },
  ]);
});

describe("for a component", () => {
  const demand = (
    feature: string,
    what: string,
    at?: readonly [file: string, line: number, column: number],
  ): ComponentRequirement => ({
    feature,
    path: [],
    source: { input: what, location: at && { file: at[0], line: at[1], column: at[2] } },
    unsupported: explain(feature) ?? { reason: "" },
  });

  test("the error has each reason once, with its places", () => {
    const demands = [
      demand("role viewer", "bob", ["a.yaml", 1, 1]),
      demand("activity", "idle", ["a.yaml", 2, 1]),
      demand("role viewer", "carl", ["a.yaml", 1, 1]),
      demand("role viewer", "bob", ["a.yaml", 1, 1]),
    ];
    expect(() => {
      rejectUnmet("Layout acme", api, demands);
    }).toThrow(
      new Error(
        [
          "Layout acme requires features that The Plain API does not support, so the provider declared no resources:",
          "  there is no role viewer: leave it out.",
          "    a.yaml:1:1: bob",
          "    a.yaml:1:1: carl",
          "  there is no activity: leave it out.",
          "    a.yaml:2:1: idle",
        ].join("\n"),
      ),
    );
  });

  test("inputs without a file come first, then inputs by file, line and column", () => {
    const demands = [
      demand("activity", "f", ["b.yaml", 1, 1]),
      demand("activity", "e", ["a.yaml", 11, 2]),
      demand("activity", "d", ["a.yaml", 2, 51]),
      demand("activity", "c", ["a.yaml", 2, 6]),
      demand("activity", "b"),
      demand("activity", "a"),
    ];
    const places = ["b", "a", "a.yaml:2:6: c", "a.yaml:2:51: d", "a.yaml:11:2: e", "b.yaml:1:1: f"];
    expect(() => {
      rejectUnmet("Layout acme", api, demands);
    }).toThrow(places.map((place) => `    ${place}`).join("\n"));
  });

  test("the error counts the places beyond the first 50 of a reason", () => {
    const demands = Array.from({ length: 53 }, (_, index) => demand("activity", `place ${index}`));
    expect(() => {
      rejectUnmet("Layout acme", api, demands);
    }).toThrow(/ {4}place 49\n {4}and 3 more$/);
  });

  test("the requirements of its children have the sources of their paths", () => {
    const child = (type: string, inputs: Values): Child => ({ type, name: "a", inputs, from: [] });
    const thing = { ...thingIn(new Warehouse()), inputs: subject.inputs };
    const children = [
      child("test:index:Thing", { idle: "x" }),
      child("test:index:Thing", {}),
      child("test:index:Other", { idle: "x" }),
    ];
    const findSources = ({ name }: Child, path: Path) => [{ input: `${name} ${path.join()}` }, { input: "defaults" }];
    const unmet = { feature: "activity", path: ["idle"], unsupported: explain("activity") };
    expect(findUnmetInComponent(api, [thing], { children, findSources })).toEqual([
      { ...unmet, source: { input: "a idle" } },
      { ...unmet, source: { input: "defaults" } },
    ]);
  });

  test("only its own unsupported features are named, each with its sources", () => {
    const child: Child = { type: "test:index:Thing", name: "a", inputs: { idle: "x" }, from: [] };
    const thing = { ...thingIn(new Warehouse()), inputs: subject.inputs };
    const sources = [{ input: "key a" }, { input: "key b" }];
    const find = (...features: string[]) =>
      findUnmetInComponent(api, [thing], {
        children: [child],
        findSources: () => [{ input: "child" }],
        requires: features.map((feature) => ({ feature, sources })),
      });
    const unmet = { feature: "activity", path: [], unsupported: explain("activity") };
    expect(find("ownership", "activity")).toEqual(sources.map((source) => ({ ...unmet, source })));
    expect(find("ownership")).toEqual([{ ...unmet, path: ["idle"], source: { input: "child" } }]);
  });

  test("no error is thrown if every feature is supported", () => {
    expect(() => {
      rejectUnmet("Layout acme", api, []);
    }).not.toThrow();
  });
});
