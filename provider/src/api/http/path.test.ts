import { path } from "./path";

test("values are encoded, but PRNs stay readable", () => {
  expect(path`/v2/organizations/${"prn:1:a"}/members/${"a/b?c#d e%"}`).toBe(
    "/v2/organizations/prn:1:a/members/a%2Fb%3Fc%23d%20e%25",
  );
});

test.each(["", ".", ".."])("%p cannot drop out of a path", (value) => {
  expect(() => path`/v2/organizations/${value}`).toThrow(RangeError);
});
