import { oneOf } from "./contract";

const color = oneOf(["red", "green"]);

test.each(["red", "mauve"])("a known word and an unknown one are read as they are: %s", (word) => {
  expect(color.parse(word)).toBe(word);
});

test.each([undefined, null, 3])("the rejection of %s says what is expected", (value) => {
  expect(color.safeParse(value).error?.issues).toMatchObject([{ message: "expected a string" }]);
});
