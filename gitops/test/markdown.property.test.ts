import * as fc from "fast-check";
import { countCases } from "#testing";
import MarkdownIt from "markdown-it";
import { smallestLimit, formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import type { Review } from "../src/review/review";
import { anyReview } from "./arbitraryReview";

const limits = fc.oneof(fc.integer({ min: smallestLimit, max: 6000 }), fc.constant(65_536));
const boundless = 1e9;

test("no comment is longer than its limit", () => {
  const titles = fc.constantFrom(undefined, "a".padEnd(39, " _"));
  fc.assert(
    fc.property(anyReview, limits, titles, (review, limit, title) => {
      const options = { limit, link: "https://acme.example/review", ...(title === undefined ? {} : { title }) };
      expect(formatMarkdown(createReport(review), options).length).toBeLessThanOrEqual(limit);
    }),
    { numRuns: countCases(30) },
  );
});

test("every line of a comment is complete: folded parts end, and rows of tables have three cells", () => {
  fc.assert(
    fc.property(anyReview, limits, (review, limit) => {
      const lines = formatMarkdown(createReport(review), { limit }).split("\n");
      let open = false;
      for (const line of lines) {
        if (line === "<details>" || line === "</details>") {
          expect(open).toBe(line === "</details>");
          open = !open;
        } else if (line.startsWith("|")) expect(line.split("|")).toHaveLength(5);
        // All other lines begin with words of ours.
        else
          expect(line).toMatch(/^(?:$|<!-- peridio|<summary>\w[^<]*<\/summary>$|#{2,3} \w|- | {2}- |_Omitted|\*\*|\w)/);
      }
      expect(open).toBe(false);
    }),
    { numRuns: countCases(30) },
  );
});

/** Returns the lines of all parts of a section and the number of their omitted things; nothing for a missing section. */
function section(
  text: string,
  title: RegExp,
  things: string,
): { readonly lines: readonly string[]; readonly left: number } {
  const parts = text.matchAll(new RegExp(`\\n### (?:More )?(?:${title.source})[^\\n]*\\n([^]*?)(?=\\n### |$)`, "gi"));
  const notes = text.matchAll(new RegExp(`_Omitted for length:[^\\n]*?(\\d[\\d,]*) (?:${things})[^\\n]*_\\n`, "g"));
  return {
    lines: [...parts].flatMap(([, body = ""]) => {
      // Folded sections come last.
      const own = body.split(/\n<details>\n<summary>(?!.* more )/)[0] ?? "";
      return own.split("\n").filter((line) => /^(?:- | {2}- |\| `|\| \(empty|\| <details>)/.test(line));
    }),
    left: [...notes].reduce((sum, [, left = "0"]) => sum + Number(left.replaceAll(",", "")), 0),
  };
}

/** Counts the people in a row of the table, or the violations in a line of the list of rules. */
function countThings(lines: readonly string[]): number {
  return lines
    .map((line, index) => {
      if (line.startsWith("|"))
        return (line.split(" | ")[0] ?? "").replace(/<details><summary>.*?<\/summary>/, "").split("<br>").length;
      const isHead = line.startsWith("- ") && lines[index + 1]?.startsWith("  - ") === true;
      return isHead || /^ {2}- _Also broken [^`]*:_$/.test(line) ? 0 : 1;
    })
    .reduce((sum, count) => sum + count, 0);
}

const sections: readonly (readonly [title: RegExp, things: string, count: (review: Review) => number])[] = [
  [/Broken access rules/, "violations?", ({ violations }) => violations.length],
  [
    /Access changes/,
    "(?:person|people)",
    ({ people }) =>
      new Set(
        people.filter(({ changed, risks }) => changed || risks.length > 0).map(({ email }) => email.toLowerCase()),
      ).size,
  ],
  [
    /Organization changes/,
    "organization changes?",
    ({ organizations }) => organizations.filter(({ change, risks }) => change !== "kept" || risks.length > 0).length,
  ],
  [/Setting changes/, "setting changes?", ({ settings }) => settings.length],
  [/Unknown/, "unknowns?", ({ unknowns }) => unknowns.length],
];

test.each(sections)("omitted rows of %s are counted, and are the last ones", (title, things, count) => {
  fc.assert(
    fc.property(anyReview, limits, (review, limit) => {
      const all = section(formatMarkdown(createReport(review), { limit: boundless }), title, things);
      const { lines, left } = section(formatMarkdown(createReport(review), { limit }), title, things);
      expect(all).toMatchObject({ left: 0 });
      expect(countThings(all.lines)).toBe(count(review));
      expect(lines).toEqual(all.lines.slice(0, lines.length));
      expect(countThings(all.lines) - countThings(all.lines.slice(0, lines.length))).toBe(left);
    }),
    { numRuns: countCases(30) },
  );
});

test("blocking rules are omitted last", () => {
  fc.assert(
    fc.property(anyReview, limits, (review, limit) => {
      const text = formatMarkdown(createReport(review), { limit });
      const left = section(text, /Broken access rules/, "violations?").left;
      const others = review.violations.filter(({ severity }) => severity !== "refuse").length;
      if (left > others) expect(text).not.toMatch(/^(?:\||- (?!\*\*))/m);
    }),
    { numRuns: countCases(30) },
  );
});

test("the order of things in a review does not matter", () => {
  const shuffled = <Thing>(things: readonly Thing[]) => fc.shuffledSubarray([...things], { minLength: things.length });
  const pairs = anyReview.chain((review) =>
    fc.tuple(
      fc.constant(review),
      fc.record({
        people: shuffled(review.people),
        organizations: shuffled(review.organizations),
        groups: shuffled(review.groups ?? []),
        objects: shuffled(review.objects ?? []),
        settings: shuffled(review.settings),
        violations: shuffled(review.violations),
        remarks: shuffled(review.remarks),
        stacks: shuffled(review.stacks),
      }),
    ),
  );
  fc.assert(
    fc.property(pairs, ([review, other]) => {
      expect(formatMarkdown(createReport({ ...review, ...other }))).toBe(formatMarkdown(createReport(review)));
    }),
    { numRuns: countCases(30) },
  );
});

// It finds more addresses in text than GitHub and GitLab do.
const parser = new MarkdownIt({ html: true, linkify: true });

test("nothing from outside becomes a link, a picture, a tag, a mention or a reference", () => {
  const ours = /^(?:<br>|<!-- peridio-gitops review: [\w ]+ -->|<\/?(?:details|summary)>|<summary>[^<]*<\/summary>)$/;
  fc.assert(
    fc.property(anyReview, (review) => {
      for (const { type, tag, content, children } of parser.parse(formatMarkdown(createReport(review)), {})) {
        if (type === "html_block")
          expect(
            content
              .trim()
              .split("\n")
              .filter((line) => !ours.test(line)),
          ).toEqual([]);
        expect(["", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"]).toContain(tag);
        for (const inline of children ?? []) {
          expect([
            "text",
            "code_inline",
            "html_inline",
            "strong_open",
            "strong_close",
            "em_open",
            "em_close",
          ]).toContain(inline.type);
          if (inline.type === "html_inline")
            expect(["<br>", "<details>", "<summary>", "</summary>", "</details>"]).toContain(inline.content);
          if (inline.type === "text") {
            expect(inline.content).not.toMatch(
              /[@#&<>`*_~|[\]\\$]|:\w|\w\.\w\w|(?:^|\s)[/!]\w|\b[A-Z]{2,}-\d|[0-9a-f]{7}/,
            );
          }
        }
      }
    }),
    // The parser takes long to find addresses.
    { numRuns: countCases(5) },
  );
});
