import { unknown } from "../../hidden";
import { checkMessages, createOrganization } from "../testing/acme";

function reached(rule: string, ...blocks: readonly string[]): readonly string[] {
  const ipAllowlist = blocks.map((cidr) => ({ cidr, description: null }));
  return checkMessages(`x: { ipAllowlist: ${rule} }`, createOrganization({ security: { ipAllowlist } }));
}

test("counts overlapping blocks of a rule once", () => {
  expect(reached("{ within: [10.0.0.0/9, 10.0.0.0/10, 10.64.0.0/10] }", "10.0.0.0/8")).toHaveLength(1);
  expect(reached("{ within: [10.0.0.0/9, 10.0.0.0/9] }", "10.0.0.0/8")).toHaveLength(1);
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
