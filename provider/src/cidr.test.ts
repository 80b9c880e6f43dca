import { canonicalCidr, cidr, fillBlocks, overlap, parseCidr, holds } from "./cidr";

test.each([
  ["10.0.0.1/16", "10.0.0.0/16"],
  ["203.0.113.0/24", "203.0.113.0/24"],
  ["2001:DB8:0:0::1/32", "2001:db8::/32"],
  ["::/0", "::/0"],
])("%s is %s", (text, canonical) => {
  expect(canonicalCidr(text)).toBe(canonical);
});

test.each(["203.0.113.0", "203.0.113.0/33", "203.0.113/24", "2001:db8::/129", "300.0.0.0/8", "here/8", ""])(
  "%j is no block",
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);

test.each([
  ["10.0.0.0/8", "10.1.0.0/16", true],
  ["10.1.0.0/16", "10.0.0.0/8", true],
  ["10.0.0.0/9", "10.128.0.0/9", false],
  ["0.0.0.0/0", "::/0", false],
  ["2001:db8::/32", "2001:db8:1::/48", true],
  ["2001:db8:1::/48", "2001:db8::/32", true],
  ["10.0.0.0/8", "10.0.0.0/8", true],
  ["10.0.0.0/8", "11.0.0.0/8", false],
])("%s and %s overlap: %s", (a, b, expected) => {
  expect(overlap(a, b)).toBe(expected);
});

test.each<[string[], string, boolean]>([
  [["10.0.0.0/8"], "10.1.0.0/16", true],
  [["10.1.0.0/16"], "10.0.0.0/8", false],
  [["10.0.0.0/9", "10.128.0.0/9"], "10.0.0.0/8", true],
  [["0.0.0.0/1", "128.0.0.0/2"], "0.0.0.0/0", false],
  [["::/1", "8000::/1"], "::/0", true],
  [["0.0.0.0/0"], "::/0", false],
  [["11.0.0.0/8", "12.0.0.0/8"], "10.0.0.0/8", false],
  [[], "10.0.0.0/8", false],
  // Two entries with half of the block are not the block.
  [["10.0.0.0/9", "10.0.0.0/9", "10.0.0.0/10"], "10.0.0.0/8", false],
  [["10.0.0.0/8", "203.0.113.7"], "10.1.0.0/16", true],
  [["203.0.113.7"], "203.0.113.7", false],
])("%j hold %s: %s", (blocks, whole, expected) => {
  expect(holds(blocks, whole)).toBe(expected);
});

test("a text that is not a block is unchanged", () => {
  expect(canonicalCidr("203.0.113/24")).toBe("203.0.113/24");
});

test("a block has a network and a prefix", () => {
  expect(parseCidr("10.0.0.1/16")).toEqual({ network: "10.0.0.0", prefix: 16 });
  expect(parseCidr("2001:DB8::1/64")).toEqual({ network: "2001:db8::", prefix: 64 });
});

test.each([
  ["203.0.113.0/24", []],
  ["2001:db8::/32", []],
  [
    "203.0.113.7",
    ['"203.0.113.7" is not a CIDR block: add a prefix length, such as 203.0.113.7/32 for this one address'],
  ],
  [
    "2001:db8::7",
    ['"2001:db8::7" is not a CIDR block: add a prefix length, such as 2001:db8::7/128 for this one address'],
  ],
  [
    "203.0.113.7/24",
    ['"203.0.113.7/24" has host bits set: write 203.0.113.0/24 for the block, or 203.0.113.7/32 for the one address'],
  ],
  [
    "2001:DB8::7/64",
    ['"2001:DB8::7/64" has host bits set: write 2001:db8::/64 for the block, or 2001:db8::7/128 for the one address'],
  ],
  ["203.0.113.7/32", []],
  ["2001:DB8:0:0::/32", []],
  ["0.0.0.0/0", []],
  ["::ffff:10.0.0.0/104", []],
  ["203.0.113", ['"203.0.113" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32']],
  ["0x7f000001", ['"0x7f000001" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32']],
  ["fe80::1%eth0", ['"fe80::1%eth0" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32']],
  [
    "fe80::1%eth0/128",
    ['"fe80::1%eth0/128" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32'],
  ],
  ["203.0.113.0/33", ['"203.0.113.0/33" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32']],
])("%s as a property gets the remedy %j", (text, messages) => {
  expect(cidr.safeParse(text).error?.issues.map(({ message }) => message) ?? []).toEqual(messages);
});

test.each<[string, readonly string[], readonly (readonly [string, readonly string[]])[]]>([
  ["two halves", ["10.0.0.128/25", "10.0.0.0/25"], [["10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/25"]]]],
  [
    "neighbours that fill no block",
    ["10.0.1.0/24", "10.0.2.0/24"],
    [
      ["10.0.1.0/24", ["10.0.1.0/24"]],
      ["10.0.2.0/24", ["10.0.2.0/24"]],
    ],
  ],
  ["halves of all addresses", ["0.0.0.0/1", "128.0.0.0/1"], [["0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1"]]]],
  [
    "a half and two quarters",
    ["10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/10"],
    [["10.0.0.0/8", ["10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/10"]]],
  ],
  ["a block in another one", ["10.0.0.0/24", "10.0.0.7/32"], [["10.0.0.0/24", ["10.0.0.0/24"]]]],
  [
    "mapped addresses",
    ["::ffff:10.0.0.0/121", "10.0.0.128/25"],
    [["10.0.0.0/24", ["10.0.0.128/25", "::ffff:10.0.0.0/121"]]],
  ],
  [
    "halves of IPv6",
    ["2001:db8::/33", "2001:db8:8000::/33"],
    [["2001:db8::/32", ["2001:db8:8000::/33", "2001:db8::/33"]]],
  ],
  ["a block of all mapped addresses", ["::ffff:0:0/96"], [["0.0.0.0/0", ["::ffff:0:0/96"]]]],
  ["a small block of IPv6", ["2001:db8::/100"], [["2001:db8::/100", ["2001:db8::/100"]]]],
  ["a text that is no block", ["here"], []],
])("%s fill the widest blocks", (_, blocks, expected) => {
  expect(fillBlocks(blocks).map(({ block, parts }) => [block, parts])).toEqual(expected);
});
