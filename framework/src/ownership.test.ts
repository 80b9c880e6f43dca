import { createLocalLedger, OwnershipRecord } from "./ownership";
import type { ObjectKey, ExclusiveKey } from "./resource";

const key = (name: string, desired?: unknown): ObjectKey => ({
  collection: "people",
  name,
  path: ["email"],
  desired,
});
const roster: ExclusiveKey = {
  collection: "people",
  path: ["organizationId"],
  except: (name) => name.startsWith("partner"),
  remedy: "declare it there",
};
const alsoPartner = [key("partner-bob")];

describe("an object that two resources declare", () => {
  test("conflicts at the path of the later declaration", () => {
    const declared = new OwnershipRecord();
    expect(declared.add([key("ada"), key("bob")], undefined, "urn-a")).toBeUndefined();
    expect(declared.add([key("eve"), { ...key("bob"), path: ["who"] }], undefined, "urn-b")).toEqual({
      path: ["who"],
      urn: "urn-a",
    });
  });

  test("has no conflict with the same resource or with another collection", () => {
    const declared = new OwnershipRecord();
    declared.add([key("bob")], undefined, "urn-a");
    expect(declared.add([key("bob")], undefined, "urn-a")).toBeUndefined();
    expect(declared.add([{ ...key("bob"), collection: "others" }], undefined, "urn-b")).toBeUndefined();
  });

  test("is a conflict for the first resource too", () => {
    const declared = new OwnershipRecord();
    declared.add([key("bob")], undefined, "urn-a");
    expect(declared.findConflict("urn-a")).toBeUndefined();
    declared.add([key("bob")], undefined, "urn-b");
    expect([declared.findConflict("urn-a"), declared.findConflict("urn-b")]).toEqual([{ urn: "urn-b" }, undefined]);
    declared.add([key("ada")], undefined, "urn-c");
    declared.add([], roster, "urn-roster");
    expect(declared.findConflict("urn-a")).toEqual({
      urn: "urn-roster",
      remedy: "declare it there",
    });
  });

  test("adds no keys of a declaration with a conflict", () => {
    const declared = new OwnershipRecord();
    declared.add([key("bob")], undefined, "urn-a");
    declared.add([key("eve"), key("bob")], roster, "urn-b");
    expect(declared.getOwnership(key("eve"))).toBeUndefined();
    expect(declared.add([key("carl")], undefined, "urn-c")).toBeUndefined();
  });
});

describe("an exclusive key", () => {
  test("conflicts with a later key of its collection", () => {
    const declared = new OwnershipRecord();
    expect(declared.add([key("ada")], roster, "urn-roster")).toBeUndefined();
    expect(declared.add([key("bob")], undefined, "urn-b")).toEqual({
      path: ["email"],
      urn: "urn-roster",
      remedy: "declare it there",
    });
  });

  test("conflicts with an earlier key of its collection", () => {
    const declared = new OwnershipRecord();
    declared.add(alsoPartner, undefined, "urn-a");
    declared.add([key("bob")], undefined, "urn-b");
    expect(declared.add([key("ada")], roster, "urn-roster")).toEqual({
      path: ["organizationId"],
      urn: "urn-b",
      remedy: "declare it there",
    });
  });

  test("permits its exceptions, before and after it", () => {
    const before = new OwnershipRecord();
    expect(before.add(alsoPartner, undefined, "urn-b")).toBeUndefined();
    expect(before.add([key("ada")], roster, "urn-roster")).toBeUndefined();
    const after = new OwnershipRecord();
    expect(after.add([key("ada")], roster, "urn-roster")).toBeUndefined();
    expect(after.add(alsoPartner, undefined, "urn-b")).toBeUndefined();
  });

  test("may be declared again with other keys, and with none", () => {
    const declared = new OwnershipRecord();
    declared.add([key("ada")], roster, "urn-roster");
    expect(declared.add([key("ada"), key("bob")], roster, "urn-roster")).toBeUndefined();
    expect(new OwnershipRecord().add([], roster, "urn-roster")).toBeUndefined();
  });

  test("has no conflict with other collections", () => {
    const declared = new OwnershipRecord();
    declared.add([{ ...key("bob"), collection: "others" }], undefined, "urn-a");
    expect(declared.add([], roster, "urn-roster")).toBeUndefined();
    expect(declared.add([{ ...key("eve"), collection: "others" }], undefined, "urn-b")).toBeUndefined();
  });
});

describe("the ownership of an object", () => {
  test("is owned after its declaration, and failed after a failure", () => {
    const declared = new OwnershipRecord();
    expect(declared.getOwnership(key("bob"))).toBeUndefined();
    declared.add([key("bob")], undefined, "urn-a");
    expect(declared.getOwnership({ collection: "people", name: "bob" })).toBe("owned");
    expect(declared.getOwnership({ collection: "others", name: "bob" })).toBeUndefined();
    declared.markFailed([key("bob")]);
    expect(declared.getOwnership(key("bob"))).toBe("failed");
    expect(declared.getOwnership(key("ada"))).toBeUndefined();
  });

  test("is unreadable if an unreadable resource may declare it and no other resource does", () => {
    const declared = new OwnershipRecord();
    declared.add([key("bob")], undefined, "urn-a");
    declared.markUnreadable([key("ada")]);
    expect(["ada", "bob", "eve"].map((name) => declared.getOwnership(key(name)))).toEqual([
      "failed",
      "owned",
      "unreadable",
    ]);
    expect(declared.getOwnership({ collection: "others", name: "eve" })).toBeUndefined();
  });

  test("is unreadable in all collections of a kind, because an unreadable resource may have moved", () => {
    const declared = new OwnershipRecord();
    const inOrganization = (name: string): ObjectKey => ({
      collection: `people of ${name}`,
      kind: "people",
      name: "bob",
      path: [],
    });
    declared.markUnreadable([inOrganization("prod")]);
    expect(declared.getOwnership(inOrganization("dev"))).toBe("unreadable");
    expect(declared.getOwnership({ collection: "others", name: "bob" })).toBeUndefined();
  });

  test("is shared through a ledger, while each process finds only its own conflicts", () => {
    const ledger = createLocalLedger();
    const [mine, theirs] = [new OwnershipRecord(ledger), new OwnershipRecord(ledger)];
    mine.add([key("bob")], undefined, "urn-a");
    mine.markFailed([key("eve")]);
    expect(theirs.getOwnership(key("bob"))).toBe("owned");
    expect(theirs.getOwnership(key("eve"))).toBe("failed");
    expect(theirs.add([key("bob")], undefined, "urn-b")).toBeUndefined();
  });

  test("is written to the ledger once, in one call", () => {
    const written: (readonly string[])[] = [];
    const declared = new OwnershipRecord({ ...createLocalLedger(), add: (...facts) => void written.push(facts) });
    declared.add([], undefined, "urn-a");
    declared.add([key("ada"), key("bob")], undefined, "urn-a");
    declared.add([key("ada"), key("bob")], undefined, "urn-a");
    declared.markFailed([]);
    declared.markUnreadable([]);
    expect(written).toEqual([['["owned","people","ada"]', '["owned","people","bob"]']]);
  });
});

test("returns the desired values of the last declaration", () => {
  const declared = new OwnershipRecord();
  expect(declared.getDesired(key("bob"))).toBeUndefined();
  declared.add([key("ada", "admin"), key("bob", "viewer")], undefined, "urn-a");
  declared.add([key("bob", "developer")], undefined, "urn-a");
  expect(declared.getDesired({ collection: "people", name: "bob" })).toBe("developer");
  expect(declared.getDesired({ collection: "people", name: "ada" })).toBe("admin");
  expect(declared.getDesired({ collection: "people", name: "eve" })).toBeUndefined();
});
