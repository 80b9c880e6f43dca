import * as fc from "fast-check";
import { fitSections, type MarkdownRow, ranks, type MarkdownSection } from "./fit";

const row = fc.record({
  text: fc.integer({ min: 1, max: 60 }).map((length) => `${"x".repeat(length)}\n`),
  rank: fc.constantFrom(...ranks),
  size: fc.integer({ min: 1, max: 3 }),
  classes: fc.subarray(["grants admin", "adds a person", "lowers a role"]),
});

/** A section whose rows begin with their numbers. */
function arbitrarySection(name: string): fc.Arbitrary<MarkdownSection> {
  return fc
    .record({ rows: fc.array(row, { maxLength: 30 }), open: fc.constantFrom(0, 3, 100) })
    .map(({ rows, open }) => ({
      title: name,
      open,
      head: "head\n",
      noun: `${name}-thing`,
      rows: rows
        .toSorted((one, other) => ranks.indexOf(one.rank) - ranks.indexOf(other.rank))
        .map((one, index) => ({ ...one, text: `${name}${index} ${one.text}` })),
    }));
}

const sections = fc.tuple(arbitrarySection("a"), arbitrarySection("b"), arbitrarySection("c"));

function shownRows(text: string, { title, rows }: MarkdownSection): readonly MarkdownRow[] {
  return rows.filter((_, index) => new RegExp(`^${title}${index} `, "m").test(text));
}

test("shows texts that fit completely, and cuts others to the room", () => {
  fc.assert(
    fc.property(sections, fc.integer({ min: 100, max: 3000 }), (some, room) => {
      const whole = fitSections(some, Infinity);
      expect(whole).not.toContain("Omitted");
      const text = fitSections(some, room);
      if (whole.length <= room) expect(text).toBe(whole);
      else expect(text.length).toBeLessThanOrEqual(room);
    }),
  );
});

test("counts omissions, by class if there is room", () => {
  fc.assert(
    fc.property(sections, fc.integer({ min: 100, max: 3000 }), (some, room) => {
      const text = fitSections(some, room);
      for (const section of some) {
        const out = section.rows.slice(shownRows(text, section).length);
        const size = out.reduce((sum, one) => sum + one.size, 0);
        const [, omitted = "0", classes = ""] =
          new RegExp(`_Omitted for length:.*?\\b(\\d+) ${section.title}-things?(?:: (.*)\\._)?`).exec(text) ?? [];
        expect(Number(omitted)).toBe(size);
        for (const [, name = "", count] of classes.matchAll(/([a-z ]+) \((\d+)\)/g)) {
          expect(Number(count)).toBe(out.filter((one) => one.classes.includes(name.trim())).length);
        }
      }
    }),
  );
});

test("shows nothing in place of more important rows", () => {
  fc.assert(
    fc.property(sections, fc.integer({ min: 100, max: 3000 }), (some, room) => {
      const text = fitSections(some, room);
      const seen = some.flatMap((section) => shownRows(text, section));
      const out = some.flatMap((section) => section.rows).filter((one) => !seen.includes(one));
      const worst = Math.min(...out.map(({ rank }) => ranks.indexOf(rank)));
      for (const { rank } of seen) expect(ranks.indexOf(rank)).toBeLessThanOrEqual(worst);
    }),
  );
});

test("a long section leaves room for a short one of equal importance", () => {
  const rows = (name: string, count: number): readonly MarkdownRow[] =>
    Array.from({ length: count }, (_, index) => ({ text: `${name}${index}\n`, rank: "high", size: 1, classes: [] }));
  const [long, short]: readonly MarkdownSection[] = [
    { title: "long", open: 1000, head: "", rows: rows("l", 1000), noun: "l" },
    { title: "short", open: 1000, head: "", rows: rows("s", 5), noun: "s" },
  ];
  if (long === undefined || short === undefined) throw new Error("there are two");
  expect(fitSections([long, short], 1000)).toContain("s4\n");
});

test("an ordinary comment counts omissions in each section, and those of folded sections in one line", () => {
  const rows = (rank: MarkdownRow["rank"], classes: readonly string[]): readonly MarkdownRow[] =>
    Array.from({ length: 30 }, (_, index) => ({ text: `${index}\n`.padStart(40, "-"), rank, size: 1, classes }));
  const people: MarkdownSection = {
    title: "People",
    open: 3,
    head: "",
    rows: rows("low", ["adds a person"]),
    noun: "one",
  };
  const notes: MarkdownSection = { title: "Notes", open: 0, head: "", rows: rows("detail", []), noun: "note" };
  expect(fitSections([people, notes], 345)).toBe(
    [
      ...["### People", "", ...[0, 1, 2].map((index) => `${index}`.padStart(39, "-")), ""],
      ...["<details>", "<summary>27 more ones</summary>", "", "3".padStart(39, "-"), "", "</details>", ""],
      ...["_Omitted for length: 26 ones: adds a person (26)._", "", "_Omitted for length: 30 notes._", ""],
    ].join("\n"),
  );
});
