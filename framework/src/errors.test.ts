import { AlreadyExistsError, getErrorMessage, PartialFailureError, UserError } from "./errors";

test("errors have names that distinguish them in logs", () => {
  expect(new UserError("no").name).toBe("UserError");
  expect(new AlreadyExistsError("id", "already").name).toBe("AlreadyExistsError");
  expect(new PartialFailureError({ id: "id" }, "no line").name).toBe("PartialFailureError");
});

test("a partial failure has a cause, even if it is not an error", () => {
  expect(new PartialFailureError({ id: "id" }, new Error("no line")).message).toBe("no line");
  expect(new PartialFailureError({ id: "id" }, "no line").message).toBe("no line");
});

test.each([
  [new Error("no line"), "no line"],
  ["no line", "no line"],
  [{ code: 14, message: "no line" }, "no line"],
  [{ code: 14 }, '{"code":14}'],
  [undefined, "undefined"],
])("the message of %j is %j", (caught, message) => {
  expect(getErrorMessage(caught)).toBe(message);
});
