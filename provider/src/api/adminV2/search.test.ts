import { quoted } from "./search";

test("a quote inside a string is escaped", () => {
  expect(quoted("Ada's 'lab'")).toBe("'Ada\\'s \\'lab\\''");
});
