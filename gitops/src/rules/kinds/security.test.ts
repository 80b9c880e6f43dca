import { unknown } from "../../hidden";
import { checkMessages, createOrganization } from "../testing/acme";

function reached(rule: string, ...blocks: readonly string[]): readonly string[] {
  const ipAllowlist = blocks.map((cidr) => ({ cidr, description: null }));
  return checkMessages(`x: { ipAllowlist: ${rule} }`, createOrganization({ security: { ipAllowlist } }));
}

test("accepts any list except an empty one, which allows every address", () => {
  expect(reached("required", "0.0.0.0/1")).toEqual([]);
  expect(reached("required")).toEqual([
    "acme-dev allows any address, but the rule requires an allowlist. Declare `ipAllowlist`.",
  ]);
  expect(reached("{ within: [203.0.113.0/24, 198.51.100.0/24] }")).toEqual([
    "acme-dev allows any address, but the rule requires an allowlist within 203.0.113.0/24 or 198.51.100.0/24. Declare `ipAllowlist`.",
  ]);
});

test("reports each block outside the allowed ones", () => {
  const office = '{ within: [203.0.113.0/25, 203.0.113.128/25, "2001:db8::/32"] }';
  expect(reached(office, "203.0.113.7/32", "203.0.113.0/24", "2001:db8:1::/48")).toEqual([]);
  const allowed = "only 203.0.113.0/25, 203.0.113.128/25 or 2001:db8::/32";
  expect(reached(office, "203.0.112.0/23", "203.0.113.0/26", "2001:db9::/32")).toEqual([
    `acme-dev allows 2001:db9::/32, but the rule allows ${allowed}. Remove the block from \`ipAllowlist\`.`,
    `acme-dev allows 203.0.112.0/23, but the rule allows ${allowed}. Remove the block from \`ipAllowlist\`.`,
  ]);
});

test("counts overlapping blocks of a rule once", () => {
  expect(reached("{ within: [10.0.0.0/9, 10.0.0.0/10, 10.64.0.0/10] }", "10.0.0.0/8")).toHaveLength(1);
  expect(reached("{ within: [10.0.0.0/9, 10.0.0.0/9] }", "10.0.0.0/8")).toHaveLength(1);
});

test("reports a block that is wider than allowed", () => {
  expect(reached("{ widest: { ipv4: 24 } }", "203.0.113.0/24", "203.0.113.7/32", "2001:db8::/16")).toEqual([]);
  expect(reached("{ widest: { ipv4: 24, ipv6: 48 } }", "203.0.112.0/23", "2001:db8::/47", "2001:db8::/48")).toEqual([
    "acme-dev allows 2001:db8::/47, but the rule allows no block wider than /48. Replace the block with narrower blocks.",
    "acme-dev allows 203.0.112.0/23, but the rule allows no block wider than /24. Replace the block with narrower blocks.",
  ]);
});

test("counts blocks that fill a wider block together, and mapped addresses", () => {
  expect(reached("{ widest: { ipv4: 24 } }", "203.0.112.0/24", "203.0.113.0/24")).toEqual([
    "acme-dev allows 203.0.112.0/24 and 203.0.113.0/24, which are 203.0.112.0/23 together, but the rule allows no block wider than /24. Remove blocks from `ipAllowlist`.",
  ]);
  expect(reached("{ widest: { ipv4: 24 } }", "::ffff:203.0.112.0/119")).toEqual([
    "acme-dev allows ::ffff:203.0.112.0/119, but the rule allows no block wider than /24. Replace the block with narrower blocks.",
  ]);
  expect(reached("{ widest: { ipv4: 24 } }", "203.0.113.0/24", "203.0.114.0/24")).toEqual([]);
});

test("names the widest blocks of a missing list", () => {
  const organization = createOrganization({ security: { ipAllowlist: [] } });
  expect(checkMessages("x: { ipAllowlist: { widest: { ipv4: 24, ipv6: 48 } } }", organization)).toEqual([
    "acme-dev allows any address, but the rule requires an allowlist without blocks wider than /24 for IPv4 or /48 for IPv6. Declare `ipAllowlist`.",
  ]);
});

test("does not accept an unknown list", () => {
  expect(checkMessages("x: { ipAllowlist: required }", createOrganization())).toEqual([
    "ipAllowlist of acme-dev is unknown, but the rule requires an allowlist. Declare the setting in a SecurityPolicy, or under `security` in the layout.",
  ]);
  expect(
    checkMessages("x: { ipAllowlist: required }", createOrganization({ security: { ipAllowlist: unknown } })),
  ).toEqual([
    "ipAllowlist of acme-dev is not known before the update, so the rule cannot check this setting. Declare the setting as a plain value, not as a secret or an unknown output.",
  ]);
});
