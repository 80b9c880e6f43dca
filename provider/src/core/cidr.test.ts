import { canonicalCidr, cover, overlap, parseCidr } from "./cidr";

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
  [[], "10.0.0.0/8", false],
])("%j cover %s: %s", (blocks, whole, expected) => {
  expect(cover(blocks, whole)).toBe(expected);
});
