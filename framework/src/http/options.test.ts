import { path } from "./options";

test("a path encodes its values but keeps colons readable", () => {
  expect(path`/v2/users/${"urn:1:a"}/keys/${"a/b?c#d e%"}`).toBe("/v2/users/urn:1:a/keys/a%2Fb%3Fc%23d%20e%25");
});

test.each(["", ".", ".."])("a path rejects the value %p", (value) => {
  expect(() => path`/v2/users/${value}`).toThrow(RangeError);
});
