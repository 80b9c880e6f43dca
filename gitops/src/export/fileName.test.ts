import fc from "fast-check";
import { fileName } from "./fileName";

test.each([
  ["acme-production", /^acme-production\.yaml$/],
  ["acme.io", /^acme\.io\.yaml$/],
  ["Acme", /^acme-[0-9a-f]{12}\.yaml$/],
  ["acme prod/eu", /^acme-prod-eu-[0-9a-f]{12}\.yaml$/],
  ["con", /^con-[0-9a-f]{12}\.yaml$/],
  ["..", /^organization-[0-9a-f]{12}\.yaml$/],
  [".hidden", /^hidden-[0-9a-f]{12}\.yaml$/],
  ["日本", /^organization-[0-9a-f]{12}\.yaml$/],
  ["a".repeat(128), /^a{60}-[0-9a-f]{12}\.yaml$/],
])("the file of the organization %s is called so that any system can hold it", (name, expected) => {
  expect(fileName(name)).toMatch(expected);
});

test("no two organizations have one file, and any system can hold it", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("acme", "Acme", "ACME", "acme ", "a/b", "a-b", "aux"),
  );
  // A name that looks like the file of another one.
  const mimic = name.map((one) => fileName(one).replace(/\.yaml$/, ""));
  const names = fc.uniqueArray(fc.oneof(name, mimic), { maxLength: 20 });
  fc.assert(
    fc.property(names, (all) => {
      const files = all.map(fileName);
      expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(all.length);
      for (const file of files) expect(file).toMatch(/^(?!(con|prn|aux|nul)\.)[a-z0-9][a-z0-9._-]{0,120}\.yaml$/);
    }),
  );
});
