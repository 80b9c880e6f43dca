import { byPlace, toldOf } from "./place";

const at = (file: string, line: number, column: number) => ({ file, line, column });

test("places are sorted by file, line and column, after those without a file", () => {
  const read = [undefined, at("a.yaml", 2, 9), at("a.yaml", 3, 1), at("a.yaml", 3, 4), at("b.yaml", 1, 1)];
  for (const shift of read.keys()) {
    const mixed = [...read.slice(shift), ...read.slice(0, shift)];
    expect(mixed.map((place) => ({ place })).sort((a, b) => byPlace(a.place, b.place))).toEqual(
      read.map((place) => ({ place })),
    );
  }
});

test.each([
  [{ what: "defaults.security" }, "defaults.security"],
  [{ what: "defaults.security", whom: "acme-dev" }, "defaults.security, for acme-dev"],
  [{ what: "people", place: at("acme.yaml", 3, 5) }, "acme.yaml:3:5: people"],
])("%j is formatted as %s", (said, text) => {
  expect(toldOf(said)).toBe(text);
});
