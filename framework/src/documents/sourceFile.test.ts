import { decodeFile, LineIndex } from "./sourceFile";

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

test.each([
  ["UTF-8", bytes("ä: b\n")],
  ["UTF-8 with a byte order mark", bytes(0xef, 0xbb, 0xbf, "ä: b\n")],
  ["UTF-16 with a byte order mark", Buffer.from("\uFEFFä: b\n", "utf16le")],
])("decodes %s", (_, file) => {
  expect(decodeFile("a.yaml", file)).toEqual({ file: "a.yaml", text: "ä: b\n" });
});

test("accepts a replacement character in the file", () => {
  expect(decodeFile("a.yaml", bytes("a: \uFFFD\n"))).toEqual({ file: "a.yaml", text: "a: \uFFFD\n" });
});

test.each([
  [bytes("a: ", 0xe4, "\n"), { line: 1, column: 4 }],
  [bytes("a: b\nä: ", 0xc3), { line: 2, column: 4 }],
  [bytes(0xff), { line: 1, column: 1 }],
  [bytes("a\uFFFDb", 0xff), { line: 1, column: 4 }],
  [bytes(0xff, 0xfe, "a\0\n\0:\0", 0x00, 0xd8, " \0"), { line: 2, column: 2 }],
  [bytes(0xff, 0xfe, "a\0", "b"), { line: 1, column: 2 }],
])("locates the first bytes that stand for no character", (file, undecodable) => {
  expect(decodeFile("a.yaml", file)).toMatchObject({ undecodable });
});

test.each([
  ["", 0, { line: 1, column: 1 }],
  ["ab\ncd", 0, { line: 1, column: 1 }],
  ["ab\ncd", 2, { line: 1, column: 3 }],
  ["ab\ncd", 3, { line: 2, column: 1 }],
  ["ab\ncd", 5, { line: 2, column: 3 }],
  ["\n\n", 1, { line: 2, column: 1 }],
  ["\n\n", 2, { line: 3, column: 1 }],
  ["a\r\nb", 3, { line: 2, column: 1 }],
])("finds the position in %j of offset %i: %j", (text, offset, position) => {
  expect(new LineIndex(text).positionAt(offset)).toEqual(position);
});
