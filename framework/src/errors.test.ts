import { AlreadyExistsError, PartialFailureError, UserError } from "./errors";

test("errors have names that distinguish them in logs", () => {
  expect(new UserError("no").name).toBe("UserError");
  expect(new AlreadyExistsError("id", "already").name).toBe("AlreadyExistsError");
  expect(new PartialFailureError({ id: "id" }, "no line").name).toBe("PartialFailureError");
});

test("a partial failure has a cause, even if it is not an error", () => {
  expect(new PartialFailureError({ id: "id" }, new Error("no line")).message).toBe("no line");
  expect(new PartialFailureError({ id: "id" }, "no line").message).toBe("no line");
});
