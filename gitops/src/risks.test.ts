import { levels, riskNames, risks } from "./risks";

test("the order of risks is that of their levels", () => {
  const order = riskNames.map((name) => levels.indexOf(risks[name].level));
  expect(order).toEqual([...order].sort());
});
