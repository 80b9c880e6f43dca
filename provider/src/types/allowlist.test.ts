import * as z from "zod";
import { getBehaviours, isEqual } from "#framework/definitions";
import { allowlist, declaredAllowlist } from "./allowlist";

const blocks = (...cidrs: readonly string[]) => cidrs.map((cidr) => ({ cidr }));
const reasons = (list: unknown) =>
  (declaredAllowlist.safeParse(list).error?.issues ?? []).map(({ path, message }) => [...path, message].join(" "));

describe("an allowlist", () => {
  test.each<[string, unknown]>([
    ["is empty, for any address", []],
    ["has blocks beside each other", blocks("10.0.0.0/9", "10.128.0.0/9", "2001:db8::/32")],
    ["has descriptions", [{ cidr: "10.0.0.0/8", description: "x".repeat(256) }]],
    ["has a hundred blocks", blocks(...Array.from({ length: 100 }, (_, index) => `10.0.${index}.0/24`))],
    ["holds half of all addresses", blocks("0.0.0.0/1", "8000::/1")],
  ])("may be one that %s", (_, list) => {
    expect(reasons(list)).toEqual([]);
  });

  test("has an entry for each block that is declared as a text", () => {
    const described = { cidr: "192.168.0.0/16", description: "office" };
    expect(declaredAllowlist.parse(["10.0.0.0/8", described])).toEqual([{ cidr: "10.0.0.0/8" }, described]);
  });

  test("rejects more than a hundred blocks", () => {
    const list = blocks(...Array.from({ length: 101 }, (_, index) => `10.0.${index}.0/24`));
    expect(reasons(list)).toEqual(["must have at most 100 entries"]);
  });

  test("has descriptions of 1 to 256 characters", () => {
    expect(reasons([{ cidr: "10.0.0.0/8", description: "" }])).toEqual([
      "0 description must not be empty: to set no description, remove the property",
    ]);
    expect(reasons([{ cidr: "10.0.0.0/8", description: "x".repeat(257) }])).toEqual([
      "0 description must have at most 256 characters",
    ]);
  });

  test("rejects a block that overlaps an earlier block, and names both", () => {
    expect(reasons(blocks("10.1.0.0/16", "192.168.0.0/16", "10.0.0.0/8", "10.1.2.0/24"))).toEqual([
      "2 cidr 10.0.0.0/8 overlaps 10.1.0.0/16: keep only one of the two, such as the wider block",
      "3 cidr 10.1.2.0/24 overlaps 10.1.0.0/16: keep only one of the two, such as the wider block",
    ]);
  });

  test("rejects the same block in two spellings", () => {
    expect(reasons(blocks("2001:db8::/32", "2001:DB8:0::/32"))).toEqual([
      "1 cidr 2001:DB8:0::/32 overlaps 2001:db8::/32: keep only one of the two, such as the wider block",
    ]);
  });

  test("reports a text that is not a block once, beside any other blocks", () => {
    expect(reasons(blocks("here", "10.0.0.0/8", "there"))).toEqual([
      expect.stringMatching(/^0 cidr "here" is not a CIDR block/),
      expect.stringMatching(/^2 cidr "there" is not a CIDR block/),
    ]);
  });

  test.each([
    ["IPv4", ["0.0.0.0/0"]],
    ["IPv4", ["0.0.0.0/1", "128.0.0.0/1"]],
    ["IPv6", ["::/1", "203.0.113.0/24", "8000::/1"]],
  ])("rejects every %s address: %j", (kind, cidrs) => {
    expect(reasons(blocks(...cidrs))).toEqual([
      `contains every ${kind} address: to allow every address, set an empty list`,
    ]);
  });

  test.each([
    ["0.0.0.0/0", "127.0.0.0/8"],
    ["127.0.0.0/8", "0.0.0.0/0"],
    ["0.0.0.0/1", "127.0.0.0/8", "128.0.0.0/1"],
  ])("that contains every address has no advice to keep the wider block: %s, %s", (...cidrs) => {
    expect(reasons(blocks(...cidrs))).toEqual([
      "contains every IPv4 address: to allow every address, set an empty list",
    ]);
  });

  test("rejects IPv6 blocks that overlap, even if it contains every IPv4 address", () => {
    expect(reasons(blocks("0.0.0.0/0", "2001:db8::/32", "2001:db8::/48"))).toEqual([
      "contains every IPv4 address: to allow every address, set an empty list",
      "2 cidr 2001:db8::/48 overlaps 2001:db8::/32: keep only one of the two, such as the wider block",
    ]);
  });

  test("names a block in its declared spelling", () => {
    expect(reasons(["10.0.0.0/8", "10.1.0.0/16", { cidr: "10.2.0.0/16" }])).toEqual([
      "1 10.1.0.0/16 overlaps 10.0.0.0/8: keep only one of the two, such as the wider block",
      "2 cidr 10.2.0.0/16 overlaps 10.0.0.0/8: keep only one of the two, such as the wider block",
    ]);
  });
});

test("an observed allowlist may contain any blocks", () => {
  expect(allowlist.safeParse(blocks("0.0.0.0/0", "10.0.0.0/8")).success).toBe(true);
});

describe("two allowlists are equal", () => {
  const { list: behaviour = {} } = getBehaviours(z.object({ list: declaredAllowlist }));
  const described = (cidr: string) => ({ cidr, description: "office" });

  test("in any order and spelling", () => {
    const [one, other] = [
      [described("10.0.0.1/16"), { cidr: "2001:DB8::/32" }],
      [{ cidr: "2001:db8::/32" }, described("10.0.0.0/16")],
    ];
    expect(isEqual(behaviour, one, other)).toBe(true);
  });

  test("only with the same descriptions", () => {
    expect(isEqual(behaviour, [described("10.0.0.0/16")], blocks("10.0.0.0/16"))).toBe(false);
  });

  test("also if they contain no blocks", () => {
    expect(isEqual(behaviour, ["any", { cidr: 1 }], [{ cidr: 1 }, "any"])).toBe(true);
    expect(isEqual(behaviour, "any", undefined)).toBe(false);
  });
});
