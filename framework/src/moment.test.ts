import { readNow } from "./moment";

describe("the moment of a run", () => {
  const clock = new Date("2027-01-31T08:00:00Z");
  const read = (value?: string) => readNow("ACME_NOW", { ACME_NOW: value }, clock).toISOString();

  test("is that of the variable or, without it, the clock's", () => {
    expect([read(), read("")]).toEqual(["2027-01-31T08:00:00.000Z", "2027-01-31T08:00:00.000Z"]);
    expect(read("2027-01-30T09:00+01:00")).toBe("2027-01-30T08:00:00.000Z");
    expect(read("2027-01-31T08:01:00Z")).toBe("2027-01-31T08:01:00.000Z");
  });

  test.each([
    ["2027-01-31", "is not a moment in ISO 8601 with a time zone, such as 2027-01-31T08:00Z"],
    ["2027-01-31T08:00:00", "is not a moment in ISO 8601 with a time zone, such as 2027-01-31T08:00Z"],
    ["2027-01-31T08:01:01Z", "is in the future: the clock shows 2027-01-31T08:00:00.000Z"],
    ["2027-01-30T07:59:59Z", "is more than 24 hours ago: access that has ended since then would return"],
  ])("is not %s", (value, reason) => {
    expect(() => read(value)).toThrow(
      `ACME_NOW is "${value}", which ${reason}. Correct or remove this environment variable.`,
    );
  });
});
