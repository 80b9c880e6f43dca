import { explainLoss } from "./json";

test.each([
  ['{"days":["mon"],"from":9007199254740991,"share":0.1,"low":-9007199254740991}', undefined],
  ['{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}],"text":"\\"x\\":1, \\"x\\":2"}', undefined],
  ['{"days":[],"days":["mon"]}', 'contains the key "days" twice'],
  ['{"a":{"x":1,"y":2,"\\u0078":3}}', 'contains the key "x" twice'],
  ['{"__proto__":1,"__proto__":2}', 'contains the key "__proto__" twice'],
  ['{"from":9007199254740993}', "contains the number 9007199254740993, which a JSON parser rounds"],
  ['{"from":[1e999]}', "contains the number 1e999, which a JSON parser rounds"],
  ['{"from":-9007199254740993.0}', "contains the number -9007199254740993.0, which a JSON parser rounds"],
])("%s: %s", (text, reason) => {
  expect(explainLoss(text)).toBe(reason);
});
