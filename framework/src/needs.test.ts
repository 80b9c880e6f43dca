import type { UnsupportedFeature } from "./client";
import { cannotKeep, lackOf, type Demand, refuseTogether, unmet, unmetFailures } from "./needs";
import type { Need } from "./resource";

const overview = "This API has neither colours nor sizes.";
const explainUnsupported = (feature: string): UnsupportedFeature | undefined =>
  feature === "activity" || feature === "role viewer"
    ? { reason: `there is no ${feature}: leave it out`, overview }
    : undefined;
const api = { explainUnsupported, name: "The Plain API" };

const asking = (...needs: readonly Need[]) => ({ needs: () => needs });
const activity: Need = { feature: "activity", path: ["idle"] };
const viewer: Need = { feature: "role viewer", path: ["members", "bob@acme.example"] };
const owner: Need = { feature: "ownership", path: [] };

test("only unsupported features are unmet", () => {
  expect(unmet(api, asking(activity, owner), {})).toEqual([{ ...activity, lack: explainUnsupported("activity") }]);
  expect(unmet(api, {}, {})).toEqual([]);
});

test("a resource is unsupported as a whole only if the path is empty", () => {
  expect(lackOf(api, asking(viewer))).toBeUndefined();
  expect(lackOf(api, asking({ ...viewer, path: [] }))).toEqual(explainUnsupported("role viewer"));
});

test("each failure has the path of its property, and the last one has the overview", () => {
  expect(unmetFailures(unmet(api, asking(activity, viewer), {}), "Acme")).toEqual([
    { path: "idle", reason: "there is no activity: leave it out" },
    {
      path: 'members["bob@acme.example"]',
      reason: `there is no role viewer: leave it out. ${overview}`,
    },
  ]);
});

test("a failure of a resource in the state explains how to remove it", () => {
  const [failure] = unmetFailures(unmet(api, asking({ ...activity, path: [] }), {}), "Acme", "urn:policy");
  const way =
    "What the state has of it goes with `pulumi state delete --force 'urn:policy'`, which changes nothing in Acme";
  expect(failure?.reason).toBe(`there is no activity: leave it out. ${way}. ${overview}`);
  expect(cannotKeep({ reason: "it is not kept: look", overview: null }, "urn:policy", "Acme").message).toBe(
    `it is not kept: look. ${way}.`,
  );
});

describe("for a component", () => {
  const demand = (
    feature: string,
    what: string,
    at?: readonly [file: string, line: number, column: number],
  ): Demand => ({
    feature,
    path: [],
    said: { what, place: at && { file: at[0], line: at[1], column: at[2] } },
    lack: explainUnsupported(feature) ?? { reason: "", overview: null },
  });

  test("the error has each reason once, with its places, and the overview at the end", () => {
    const demands = [
      demand("role viewer", "bob", ["a.yaml", 1, 1]),
      demand("activity", "idle", ["a.yaml", 2, 1]),
      demand("role viewer", "carl", ["a.yaml", 1, 1]),
      demand("role viewer", "bob", ["a.yaml", 1, 1]),
    ];
    expect(() => {
      refuseTogether("Layout acme", api, demands);
    }).toThrow(
      new Error(
        [
          "Layout acme asks for what The Plain API does not have, so nothing of it is declared:",
          "  there is no role viewer: leave it out.",
          "    a.yaml:1:1: bob",
          "    a.yaml:1:1: carl",
          "  there is no activity: leave it out.",
          "    a.yaml:2:1: idle",
          overview,
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
      refuseTogether("Layout acme", api, demands);
    }).toThrow(places.map((place) => `    ${place}`).join("\n"));
  });

  test("the error counts the places beyond the first 50 of a reason", () => {
    const demands = Array.from({ length: 53 }, (_, index) => demand("activity", `place ${index}`));
    expect(() => {
      refuseTogether("Layout acme", api, demands);
    }).toThrow(/ {4}place 49\n {4}and 3 more\nThis API/);
  });

  test("no error is thrown if every feature is supported", () => {
    expect(() => {
      refuseTogether("Layout acme", api, []);
    }).not.toThrow();
  });
});
