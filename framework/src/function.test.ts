import * as z from "zod";
import { callFunction, type AnyFunction } from "./function";
import { silentClient } from "../test/support/offline";

const context = { api: silentClient(), warn: () => undefined };
const double: AnyFunction = {
  token: "acme:index:double",
  description: "Doubles a number.",
  inputs: z.object({ number: z.int(), exact: z.boolean().optional().meta({ requires: "exactness" }) }),
  outputs: z.object({ result: z.int() }),
  call: (_, { number }) => Promise.resolve({ result: Number(number) * 2 }),
};

/** An API without a feature. */
const without = (missing: string) => ({
  ...context,
  api: {
    ...silentClient(),
    explainUnsupported: (feature: string) =>
      feature === missing ? { reason: `Acme has no ${missing}: leave it out`, overview: null } : undefined,
  },
});

test("a function is called with its arguments", async () => {
  await expect(callFunction(double, context, { number: 4, exact: true })).resolves.toEqual({ result: 8 });
});

test("invalid arguments are refused", async () => {
  await expect(callFunction(double, context, { number: "four" })).rejects.toThrow("number: must be a number");
  await expect(callFunction(double, context, { number: 4, digits: 2 })).rejects.toThrow(
    "acme:index:double's arguments. The properties are number, exact",
  );
});

test("a function that this API does not support is refused, instead of an empty result", async () => {
  const reason = "Acme has no exactness: leave it out.";
  await expect(callFunction(double, without("exactness"), { number: 4, exact: true })).rejects.toThrow(reason);
  await expect(callFunction(double, without("exactness"), { number: 4 })).resolves.toEqual({ result: 8 });
  await expect(callFunction({ ...double, requires: "sums" }, without("sums"), { number: 4 })).rejects.toThrow(
    "Acme has no sums: leave it out.",
  );
});
