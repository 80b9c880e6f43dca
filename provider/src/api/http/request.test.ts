import { path } from "./request";

test("a path encodes its values but keeps PRNs readable", () => {
  expect(path`/v2/organizations/${"prn:1:a"}/members/${"a/b?c#d e%"}`).toBe(
    "/v2/organizations/prn:1:a/members/a%2Fb%3Fc%23d%20e%25",
  );
});

test.each(["", ".", ".."])("a path rejects the value %p", (value) => {
  expect(() => path`/v2/organizations/${value}`).toThrow(RangeError);
});
