import { Lines } from "./lines";

test.each([
  ["", 0, { line: 1, column: 1 }],
  ["ab\ncd", 0, { line: 1, column: 1 }],
  ["ab\ncd", 2, { line: 1, column: 3 }],
  ["ab\ncd", 3, { line: 2, column: 1 }],
  ["ab\ncd", 5, { line: 2, column: 3 }],
  ["\n\n", 1, { line: 2, column: 1 }],
  ["\n\n", 2, { line: 3, column: 1 }],
  ["a\r\nb", 3, { line: 2, column: 1 }],
])("in %j, offset %i is %j", (text, offset, position) => {
  expect(new Lines(text).at(offset)).toEqual(position);
});
