import { OwnershipLedger, type Ledger } from "./ownership";
import type { ObjectKey, ExclusiveKey } from "./resource";

const claim = (name: string, desired?: unknown): ObjectKey => ({
  collection: "people",
  name,
  path: ["email"],
  desired,
});
const whole: ExclusiveKey = {
  collection: "people",
  path: ["organizationId"],
  except: (name) => name.startsWith("partner"),
  remedy: "declare it there",
};
const alsoPartner = [claim("partner-bob")];

describe("one thing declared twice", () => {
  test("clashes with the other resource, at the path of the later one", () => {
    const declared = new OwnershipLedger();
    expect(declared.add([claim("ada"), claim("bob")], undefined, "urn-a")).toBeUndefined();
    expect(declared.add([claim("eve"), { ...claim("bob"), path: ["who"] }], undefined, "urn-b")).toEqual({
      path: ["who"],
      urn: "urn-a",
    });
  });

  test("does not clash with itself, nor with the like of another collection", () => {
    const declared = new OwnershipLedger();
    declared.add([claim("bob")], undefined, "urn-a");
    expect(declared.add([claim("bob")], undefined, "urn-a")).toBeUndefined();
    expect(declared.add([{ ...claim("bob"), collection: "others" }], undefined, "urn-b")).toBeUndefined();
  });

  test("is told to the first one too, from its side", () => {
    const declared = new OwnershipLedger();
    declared.add([claim("bob")], undefined, "urn-a");
    expect(declared.conflict("urn-a")).toBeUndefined();
    declared.add([claim("bob")], undefined, "urn-b");
    expect([declared.conflict("urn-a"), declared.conflict("urn-b")]).toEqual([{ urn: "urn-b" }, undefined]);
    declared.add([claim("ada")], undefined, "urn-c");
    declared.add([], whole, "urn-roster");
    expect(declared.conflict("urn-a")).toEqual({
      urn: "urn-roster",
      exclusive: { by: "theirs", remedy: "declare it there" },
    });
  });

  test("what clashed is not remembered", () => {
    const declared = new OwnershipLedger();
    declared.add([claim("bob")], undefined, "urn-a");
    declared.add([claim("eve"), claim("bob")], whole, "urn-b");
    expect(declared.ownership(claim("eve"))).toBeUndefined();
    expect(declared.add([claim("carl")], undefined, "urn-c")).toBeUndefined();
  });
});

describe("a collection declared as a whole", () => {
  test("clashes with a part that comes later", () => {
    const declared = new OwnershipLedger();
    expect(declared.add([claim("ada")], whole, "urn-roster")).toBeUndefined();
    expect(declared.add([claim("bob")], undefined, "urn-b")).toEqual({
      path: ["email"],
      urn: "urn-roster",
      exclusive: { by: "theirs", remedy: "declare it there" },
    });
  });

  test("clashes with a part that came before", () => {
    const declared = new OwnershipLedger();
    declared.add(alsoPartner, undefined, "urn-a");
    declared.add([claim("bob")], undefined, "urn-b");
    expect(declared.add([claim("ada")], whole, "urn-roster")).toEqual({
      path: ["organizationId"],
      urn: "urn-b",
      exclusive: { by: "mine", remedy: "declare it there" },
    });
  });

  test("leaves its exceptions to others, who may come before or after", () => {
    const before = new OwnershipLedger();
    expect(before.add(alsoPartner, undefined, "urn-b")).toBeUndefined();
    expect(before.add([claim("ada")], whole, "urn-roster")).toBeUndefined();
    const after = new OwnershipLedger();
    expect(after.add([claim("ada")], whole, "urn-roster")).toBeUndefined();
    expect(after.add(alsoPartner, undefined, "urn-b")).toBeUndefined();
  });

  test("may be declared again with other things, and with none", () => {
    const declared = new OwnershipLedger();
    declared.add([claim("ada")], whole, "urn-roster");
    expect(declared.add([claim("ada"), claim("bob")], whole, "urn-roster")).toBeUndefined();
    expect(new OwnershipLedger().add([], whole, "urn-roster")).toBeUndefined();
  });

  test("says nothing about other collections", () => {
    const declared = new OwnershipLedger();
    declared.add([{ ...claim("bob"), collection: "others" }], undefined, "urn-a");
    expect(declared.add([], whole, "urn-roster")).toBeUndefined();
    expect(declared.add([{ ...claim("eve"), collection: "others" }], undefined, "urn-b")).toBeUndefined();
  });
});

describe("the fate of a thing", () => {
  test("is kept once it is declared, and failed once that failed", () => {
    const declared = new OwnershipLedger();
    expect(declared.ownership(claim("bob"))).toBeUndefined();
    declared.add([claim("bob")], undefined, "urn-a");
    expect(declared.ownership({ collection: "people", name: "bob" })).toBe("owned");
    expect(declared.ownership({ collection: "others", name: "bob" })).toBeUndefined();
    declared.fail([claim("bob")]);
    expect(declared.ownership(claim("bob"))).toBe("failed");
    expect(declared.ownership(claim("ada"))).toBeUndefined();
  });

  test("is unheard where somebody is lost who may declare it, unless somebody else does", () => {
    const declared = new OwnershipLedger();
    declared.add([claim("bob")], undefined, "urn-a");
    declared.lose([claim("ada")]);
    expect(["ada", "bob", "eve"].map((name) => declared.ownership(claim(name)))).toEqual([
      "failed",
      "owned",
      "unreadable",
    ]);
    expect(declared.ownership({ collection: "others", name: "eve" })).toBeUndefined();
  });

  test("is unheard in all collections of a kind, since whoever is lost may have moved to another", () => {
    const declared = new OwnershipLedger();
    const inOrganization = (name: string): ObjectKey => ({
      collection: `people of ${name}`,
      kind: "people",
      name: "bob",
      path: [],
    });
    declared.lose([inOrganization("prod")]);
    expect(declared.ownership(inOrganization("dev"))).toBe("unreadable");
    expect(declared.ownership({ collection: "others", name: "bob" })).toBeUndefined();
  });

  test("is known to all who share a ledger, while each finds its own clashes only", () => {
    const facts = new Set<string>();
    const ledger: Ledger = {
      add: (...more) => {
        for (const one of more) facts.add(one);
      },
      has: (one) => facts.has(one),
    };
    const [mine, theirs] = [new OwnershipLedger(ledger), new OwnershipLedger(ledger)];
    mine.add([claim("bob")], undefined, "urn-a");
    mine.fail([claim("eve")]);
    expect(theirs.ownership(claim("bob"))).toBe("owned");
    expect(theirs.ownership(claim("eve"))).toBe("failed");
    expect(theirs.add([claim("bob")], undefined, "urn-b")).toBeUndefined();
  });

  test("is written to the ledger once, in one go", () => {
    const written: (readonly string[])[] = [];
    const declared = new OwnershipLedger({ add: (...facts) => written.push(facts), has: () => false });
    declared.add([], undefined, "urn-a");
    declared.add([claim("ada"), claim("bob")], undefined, "urn-a");
    declared.add([claim("ada"), claim("bob")], undefined, "urn-a");
    declared.fail([]);
    declared.lose([]);
    expect(written).toEqual([['["owned","people","ada"]', '["owned","people","bob"]']]);
  });
});

test("the terms are those that were declared last", () => {
  const declared = new OwnershipLedger();
  expect(declared.desired(claim("bob"))).toBeUndefined();
  declared.add([claim("ada", "admin"), claim("bob", "viewer")], undefined, "urn-a");
  declared.add([claim("bob", "developer")], undefined, "urn-a");
  expect(declared.desired({ collection: "people", name: "bob" })).toBe("developer");
  expect(declared.desired({ collection: "people", name: "ada" })).toBe("admin");
  expect(declared.desired({ collection: "people", name: "eve" })).toBeUndefined();
});
