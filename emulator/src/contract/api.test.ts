import { defineOperation, mergeOperations, ok } from "./api";

const operation = () => defineOperation("", () => ok({}));

test("an API has the operations of all its files", () => {
  expect(Object.keys(mergeOperations([{ User_show: operation() }, { User_index: operation() }]))).toEqual([
    "User_show",
    "User_index",
  ]);
});

test("two operations with one operationId are an error", () => {
  expect(() => mergeOperations([{ User_show: operation() }, { User_show: operation() }])).toThrow(
    "Two operations have the operationId User_show.",
  );
});
