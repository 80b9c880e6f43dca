import { compareLocations, formatSource } from "./source";

const at = (file: string, line: number, column: number) => ({ file, line, column });

test("places are sorted by file, line and column, after those without a file", () => {
  const read = [undefined, at("a.yaml", 2, 9), at("a.yaml", 3, 1), at("a.yaml", 3, 4), at("b.yaml", 1, 1)];
  for (const shift of read.keys()) {
    const mixed = [...read.slice(shift), ...read.slice(0, shift)];
    expect(mixed.map((place) => ({ place })).sort((a, b) => compareLocations(a.place, b.place))).toEqual(
      read.map((place) => ({ place })),
    );
  }
});

test.each([
  [{ input: "defaults.security" }, "defaults.security"],
  [{ input: "defaults.security", subject: "acme-dev" }, "defaults.security, for acme-dev"],
  [{ input: "people", location: at("acme.yaml", 3, 5) }, "acme.yaml:3:5: people"],
  [{ input: "people", location: at("ac\nme.yaml", 3, 5) }, "ac\\nme.yaml:3:5: people"],
])("%j is formatted as %s", (source, text) => {
  expect(formatSource(source)).toBe(text);
});
