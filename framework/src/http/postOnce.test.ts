import { AbortedError, UnreachableError } from "./errors";
import { lost } from "./testing/outcomes";
import { Http } from "./http";
import { postOnce } from "./postOnce";
import { createTransport } from "./transport";

const where = { method: "POST", path: "/things", status: null, requestId: null };

test("an abort before the second attempt is ambiguous after an ambiguous first one", async () => {
  const config = {
    service: "Acme",
    endpoint: "https://api.example.com",
    apiKey: "sesame",
    userAgent: "pulumi-acme/1.0.0",
  };
  const transport = { ...createTransport(config), send: () => Promise.resolve(lost), backoff: () => 0 };
  const attempts = [
    new UnreachableError("Lost.", { ...where, isAmbiguous: true }),
    new AbortedError({ ...where, isAmbiguous: false }),
  ];
  const posting = postOnce(
    new Http(transport),
    () => Promise.reject(attempts.shift() ?? new Error("There was a third attempt.")),
    () => Promise.resolve(undefined),
  );
  await expect(posting).rejects.toMatchObject({ isAmbiguous: true });
});
