import { decodeFile } from "./text";

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

test.each([
  ["UTF-8", bytes("ä: b\n")],
  ["UTF-8 with a byte order mark", bytes(0xef, 0xbb, 0xbf, "ä: b\n")],
  ["UTF-16 with a byte order mark", Buffer.from("\uFEFFä: b\n", "utf16le")],
])("%s is decoded", (_, file) => {
  expect(decodeFile("a.yaml", file)).toEqual({ file: "a.yaml", text: "ä: b\n" });
});

test("a replacement character in the file is text", () => {
  expect(decodeFile("a.yaml", bytes("a: \uFFFD\n"))).toEqual({ file: "a.yaml", text: "a: \uFFFD\n" });
});

test.each([
  [bytes("a: ", 0xe4, "\n"), { line: 1, column: 4 }],
  [bytes("a: b\nä: ", 0xc3), { line: 2, column: 4 }],
  [bytes(0xff), { line: 1, column: 1 }],
])("the first bytes that are no UTF-8 have a place", (file, undecodable) => {
  expect(decodeFile("a.yaml", file)).toMatchObject({ undecodable });
});
