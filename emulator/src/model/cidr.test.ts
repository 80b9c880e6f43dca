import fc from "fast-check";
import { isWithin, toCanonicalCidr } from "./cidr";

test.each([
  "0.0.0.0/0",
  "10.0.0.1/16",
  "203.0.113.7/32",
  "::/0",
  "2001:db8::/32",
  "::1/128",
  "::ffff:10.0.0.0/104",
  "1:2:3:4:5:6:7::/128",
])("%s is a CIDR block", (text) => {
  expect(toCanonicalCidr(text)).toBeDefined();
});

test.each([
  "",
  "10.0.0.1",
  "10.0.0.0/33",
  "10.0.0/8",
  "010.0.0.0/8",
  "10.0.0.0/08",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  " 10.0.0.0/8",
  "::/129",
  "fe80::1%eth0/64",
  "2001:db8::1::/64",
  "acme/8",
])("%j is not a CIDR block", (text) => {
  expect(toCanonicalCidr(text)).toBeUndefined();
});

test.each([
  ["10.0.0.1/16", "10.0.255.255/16"],
  ["2001:db8::/32", "2001:0DB8:0:0::ffff/32"],
  ["::ffff:10.0.0.0/104", "::ffff:a00:0/104"],
])("%s and %s are the same block", (one, other) => {
  expect(toCanonicalCidr(one)).toBe(toCanonicalCidr(other));
});

test.each([
  ["10.0.0.0/16", "10.0.0.0/17"],
  ["0.0.0.0/0", "::/0"],
  ["10.0.0.0/32", "10.0.0.1/32"],
])("%s and %s are different blocks", (one, other) => {
  expect(toCanonicalCidr(one)).not.toBe(toCanonicalCidr(other));
});

test.each([
  ["203.0.113.9", "203.0.113.0/24", true],
  ["::ffff:203.0.113.9", "203.0.113.0/24", true],
  ["203.0.114.0", "203.0.113.0/24", false],
  ["2001:db8:1::1", "2001:db8::/32", true],
  ["2001:db9::1", "2001:db8::/32", false],
  ["10.0.0.1", "::/0", false],
  ["nonsense", "0.0.0.0/0", false],
])("%s in %s: %s", (address, block, expected) => {
  expect(isWithin(address, ["192.0.2.0/24", block])).toBe(expected);
});

test("every address is in the blocks of any size that contain it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4().map((ip) => [ip, 32] as const),
        fc.ipV6().map((ip) => [ip, 128] as const),
      ),
      fc.nat(),
      ([ip, bits], size) => {
        const block = `${ip}/${size % (bits + 1)}`;
        expect(isWithin(ip, [block])).toBe(true);
        expect(toCanonicalCidr(block)).toBeDefined();
      },
    ),
  );
});
